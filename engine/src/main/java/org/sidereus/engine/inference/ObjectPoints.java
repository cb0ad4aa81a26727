package org.sidereus.engine.inference;

import static org.sidereus.engine.bundle.GraphContract.CHI_SQUARE;
import static org.sidereus.engine.bundle.GraphContract.DERIVED;
import static org.sidereus.engine.bundle.GraphContract.FEATURES;
import static org.sidereus.engine.bundle.GraphContract.LOG_PROB;
import static org.sidereus.engine.bundle.GraphContract.LOG_WEIGHT;
import static org.sidereus.engine.bundle.GraphContract.NOISE;
import static org.sidereus.engine.bundle.GraphContract.RESIDUALS;
import static org.sidereus.engine.bundle.GraphContract.SHARED_LOG_PROB;
import static org.sidereus.engine.bundle.GraphContract.THETA;
import static org.sidereus.engine.bundle.GraphContract.WHITENING;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.polynomial.SharedSamples;

/** Memory for one object at points of its own. Used by one thread at a time. */
final class ObjectPoints implements AutoCloseable {
  private final OnnxGraph graph;
  private final int features;
  private final FloatTensor x;
  private final FloatTensor noise;
  private final @Nullable WhiteningInput whitening;
  private final Map<String, FloatTensor> outputs = new HashMap<>();

  /** The outputs that {@link #shared()} is made of. */
  static final Set<String> SHARED = Set.of(THETA, SHARED_LOG_PROB, LOG_WEIGHT);

  /**
   * Allocates the memory.
   *
   * @param count number of points S
   * @param wanted names of the outputs that are read; those that the graph does not have are left
   *     out
   */
  ObjectPoints(OnnxGraph graph, Manifest manifest, int count, Set<String> wanted)
      throws OrtException {
    this.graph = graph;
    features = manifest.features().size();
    int parameters = manifest.parameters().size();
    int terms = GaussianTerms.count(manifest);
    x = FloatTensor.allocate(graph.environment(), 1, features);
    noise = FloatTensor.allocate(graph.environment(), count, parameters);
    whitening =
        manifest.takesSharedErrors()
            ? new WhiteningInput(graph.environment(), features, terms, 1)
            : null;
    outputs.put(THETA, FloatTensor.allocate(graph.environment(), 1, count, parameters));
    for (String output : List.of(LOG_PROB, SHARED_LOG_PROB, LOG_WEIGHT, CHI_SQUARE)) {
      if (wanted.contains(output) && graph.hasOutput(output)) {
        outputs.put(output, FloatTensor.allocate(graph.environment(), 1, count));
      }
    }
    if (wanted.contains(RESIDUALS) && graph.hasOutput(RESIDUALS)) {
      outputs.put(RESIDUALS, FloatTensor.allocate(graph.environment(), 1, count, terms));
    }
    if (wanted.contains(DERIVED) && !manifest.derived().isEmpty()) {
      int derived = manifest.derived().size();
      outputs.put(DERIVED, FloatTensor.allocate(graph.environment(), 1, count, derived));
    }
  }

  /**
   * Evaluates the graph.
   *
   * @param row see {@link Encoding.Row}
   * @param points [S * D]
   */
  void evaluate(float[] row, float[] points) throws OrtException {
    x.buffer().put(0, row, 0, features);
    noise.buffer().put(0, points);
    Map<String, OnnxTensor> results = new HashMap<>();
    outputs.forEach((name, tensor) -> results.put(name, tensor.tensor()));
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put(FEATURES, x.tensor());
    inputs.put(NOISE, noise.tensor());
    try (@Nullable FloatTensor white = whitening == null ? null : whitening.of(List.of(row), 1)) {
      if (white != null) {
        inputs.put(WHITENING, white.tensor());
      }
      graph.run(inputs, results);
    }
  }

  /** A copy of what was evaluated, for the fit of the shared parameters. */
  SharedSamples shared() {
    FloatBuffer logWeight = buffer(LOG_WEIGHT);
    return new SharedSamples(
        copy(Objects.requireNonNull(buffer(THETA), "every graph has theta")),
        copy(Objects.requireNonNull(buffer(SHARED_LOG_PROB), "the shared density")),
        logWeight == null ? null : copy(logWeight));
  }

  private static float[] copy(FloatBuffer buffer) {
    float[] values = new float[buffer.capacity()];
    buffer.get(0, values);
    return values;
  }

  /** What was evaluated, for one object. */
  GraphOutputs read() {
    return new GraphOutputs(
        Objects.requireNonNull(buffer(THETA), "every graph has theta"),
        buffer(LOG_PROB),
        buffer(SHARED_LOG_PROB),
        buffer(LOG_WEIGHT),
        buffer(CHI_SQUARE),
        buffer(RESIDUALS),
        buffer(DERIVED));
  }

  private @Nullable FloatBuffer buffer(String output) {
    FloatTensor tensor = outputs.get(output);
    return tensor == null ? null : tensor.buffer();
  }

  @Override
  public void close() {
    x.close();
    noise.close();
    if (whitening != null) {
      whitening.close();
    }
    outputs.values().forEach(FloatTensor::close);
  }
}
