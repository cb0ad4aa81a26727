package org.sidereus.engine.inference;

import static org.sidereus.engine.bundle.GraphContract.FEATURES;
import static org.sidereus.engine.bundle.GraphContract.LOG_WEIGHT;
import static org.sidereus.engine.bundle.GraphContract.NOISE;
import static org.sidereus.engine.bundle.GraphContract.SHARED_LOG_PROB;
import static org.sidereus.engine.bundle.GraphContract.THETA;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
    x = FloatTensor.allocate(graph.environment(), 1, manifest.features().size());
    outputs.put(THETA, FloatTensor.allocate(graph.environment(), 1, COUNT, parameters));
    for (String output : new String[] {SHARED_LOG_PROB, LOG_WEIGHT}) {
      if (graph.hasOutput(output)) {
        outputs.put(output, FloatTensor.allocate(graph.environment(), 1, COUNT));
      }
    }
  }

  /** The points of an object with the given features [F]. */
  SharedSamples of(float[] features) {
    x.buffer().put(0, features);
    Map<String, OnnxTensor> tensors = new HashMap<>();
    outputs.forEach((name, tensor) -> tensors.put(name, tensor.tensor()));
    graph.run(Map.of(FEATURES, x.tensor(), NOISE, noise.tensor()), tensors);
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
    outputs.values().forEach(FloatTensor::close);
  }
}
