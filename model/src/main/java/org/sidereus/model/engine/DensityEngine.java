package org.sidereus.model.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.Map;
import org.sidereus.model.bundle.Bundle;
import org.sidereus.model.bundle.Manifest;

/**
 * The density of the posterior from the {@code density.onnx} of a bundle. Safe for threads. Meant
 * for validation: it allocates at every call.
 */
public final class DensityEngine implements AutoCloseable {
  private final OnnxGraph graph;
  private final int parameters;
  private final int features;

  private DensityEngine(OnnxGraph graph, Manifest manifest) {
    this.graph = graph;
    parameters = manifest.parameters().size();
    features = manifest.features().size();
  }

  /**
   * Opens the graph; of the options, device and intraOpThreads matter.
   *
   * @throws org.sidereus.command.UserError if the device is not there
   */
  public static DensityEngine open(Bundle bundle, EngineOptions options) {
    return new DensityEngine(
        OnnxGraph.open(bundle, Manifest.DENSITY, options.device(), options.intraOpThreads()),
        bundle.manifest());
  }

  /**
   * The logarithm of the posterior density at N points, each with its own observation.
   *
   * @param theta [N * D], point by point, in the parameters' units
   * @param x [N * F], point by point, rows of {@link FeatureEncoder}
   * @return [N], in the logarithm of inverse units; negative infinity outside the support
   */
  public float[] logProb(float[] theta, float[] x) {
    int n = theta.length / parameters;
    if (theta.length != n * parameters || x.length != n * features) {
      throw new IllegalArgumentException(
          theta.length
              + " and "
              + x.length
              + " numbers are not N points of "
              + parameters
              + " parameters and "
              + features
              + " features");
    }
    if (n == 0) {
      return new float[0];
    }
    OrtEnvironment environment = graph.environment();
    try (FloatTensor points = FloatTensor.allocate(environment, n, parameters);
        FloatTensor rows = FloatTensor.allocate(environment, n, features);
        FloatTensor logProb = FloatTensor.allocate(environment, n)) {
      points.buffer().put(0, theta);
      rows.buffer().put(0, x);
      graph.run(
          Map.of("theta", points.tensor(), "x", rows.tensor()),
          Map.of("log_prob", logProb.tensor()));
      float[] result = new float[n];
      logProb.buffer().get(0, result);
      return result;
    } catch (OrtException e) {
      throw new InferenceException("no memory for " + n + " points: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
