package org.sidereus.engine.inference;

import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;

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
   * @throws org.sidereus.engine.SidereusException if the device is not there
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
    GraphInput points = new GraphInput("theta", parameters, theta);
    GraphInput rows = new GraphInput("x", features, x);
    if (points.points() != rows.points()) {
      throw new IllegalArgumentException(
          "%d points of parameters but %d rows of features"
              .formatted(points.points(), rows.points()));
    }
    return theta.length == 0
        ? new float[0]
        : graph.evaluate("log_prob", new long[] {points.points()}, points, rows);
  }

  @Override
  public void close() {
    graph.close();
  }
}
