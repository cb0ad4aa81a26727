package org.sidereus.engine.inference;

import static org.sidereus.engine.bundle.GraphContract.FEATURES;
import static org.sidereus.engine.bundle.GraphContract.LOG_WEIGHT;
import static org.sidereus.engine.bundle.GraphContract.NOISE;
import static org.sidereus.engine.bundle.GraphContract.SHARED_LOG_PROB;
import static org.sidereus.engine.bundle.GraphContract.THETA;
import static org.sidereus.engine.bundle.GraphContract.WHITENING;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.polynomial.SharedSamples;

/**
 * Memory for the wide points of one object in tension: an object for which the few wide points of
 * {@link SampleCounts} are not enough. Used by one thread at a time.
 */
final class TensionSamples implements AutoCloseable {
  /** Number of points. */
  static final int COUNT = 2_048;

  /** Their largest distance in the shared directions, in standard deviations of the flow. */
  static final double RADIUS = 10;

  /** Weight of one of them beside a posterior sample. */
  static final double WEIGHT = 0.5;

  private final OnnxGraph graph;
  private final FloatTensor noise;
  private final int parameters;
  private final FloatTensor x;
  private final int features;
  private final @Nullable WhiteningInput whitening;
  private final Map<String, FloatTensor> outputs = new HashMap<>();

  /**
   * Allocates the memory.
   *
   * @param noise {@link WideNoise} [COUNT, D]
   */
  TensionSamples(OnnxGraph graph, Manifest manifest, FloatTensor noise) throws OrtException {
    this.graph = graph;
    this.noise = noise;
    parameters = manifest.parameters().size();
    features = manifest.features().size();
    x = FloatTensor.allocate(graph.environment(), 1, features);
    int terms = GaussianTerms.of(manifest).map(one -> one.terms().size()).orElse(0);
    whitening =
        manifest.takesSharedErrors()
            ? new WhiteningInput(graph.environment(), features, terms, 1)
            : null;
    outputs.put(THETA, FloatTensor.allocate(graph.environment(), 1, COUNT, parameters));
    for (String output : new String[] {SHARED_LOG_PROB, LOG_WEIGHT}) {
      if (graph.hasOutput(output)) {
        outputs.put(output, FloatTensor.allocate(graph.environment(), 1, COUNT));
      }
    }
  }

  /**
   * The points of an object.
   *
   * @param row see {@link Encoding.Row}
   */
  SharedSamples of(float[] row) throws OrtException {
    x.buffer().put(0, row, 0, features);
    Map<String, OnnxTensor> tensors = new HashMap<>();
    outputs.forEach((name, tensor) -> tensors.put(name, tensor.tensor()));
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put(FEATURES, x.tensor());
    inputs.put(NOISE, noise.tensor());
    try (@Nullable FloatTensor white = whitening == null ? null : whitening.of(List.of(row), 1)) {
      if (white != null) {
        inputs.put(WHITENING, white.tensor());
      }
      graph.run(inputs, tensors);
    }
    float[] density = read(SHARED_LOG_PROB, COUNT);
    float[] theta = read(THETA, COUNT * parameters);
    if (density == null || theta == null) {
      throw new IllegalStateException("the graph has no density of the shared parameters");
    }
    return new SharedSamples(theta, density, read(LOG_WEIGHT, COUNT));
  }

  private float @Nullable [] read(String output, int length) {
    FloatTensor tensor = outputs.get(output);
    if (tensor == null) {
      return null;
    }
    float[] values = new float[length];
    tensor.buffer().get(0, values);
    return values;
  }

  @Override
  public void close() {
    x.close();
    if (whitening != null) {
      whitening.close();
    }
    outputs.values().forEach(FloatTensor::close);
  }
}
