package org.sidereus.engine.inference;

import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;

/**
 * The forward model from the {@code emulator.onnx} of a bundle. Safe for threads. Meant for
 * validation: it allocates at every call.
 */
public final class EmulatorEngine implements AutoCloseable {
  private final OnnxGraph graph;
  private final int inputs;
  private final int observables;

  private EmulatorEngine(OnnxGraph graph, Manifest manifest) {
    this.graph = graph;
    inputs = manifest.parameters().size() + manifest.covariates().size();
    observables = manifest.observables().size();
  }

  /**
   * Opens the graph; of the options, device and intraOpThreads matter.
   *
   * @throws org.sidereus.engine.SidereusException if the device is not there
   */
  public static EmulatorEngine open(Bundle bundle, EngineOptions options) {
    return new EmulatorEngine(
        OnnxGraph.open(bundle, Manifest.EMULATOR, options.device(), options.intraOpThreads()),
        bundle.manifest());
  }

  /**
   * What the model predicts at N points, without measurement errors.
   *
   * @param theta [N * (D + C)], point by point, parameters and covariates in their units
   * @return [N * M], point by point, in the observables' units
   */
  public float[] predict(float[] theta) {
    GraphInput points = new GraphInput(GraphContract.THETA, inputs, theta);
    return theta.length == 0
        ? new float[0]
        : graph.evaluate(
            GraphContract.PREDICTIONS, new long[] {points.points(), observables}, points);
  }

  /**
   * What the model predicts for one object at N points.
   *
   * @param theta [N * D], point by point, in the parameters' units
   * @param covariates of the object [C]
   * @return [N * M], point by point, in the observables' units
   */
  public float[] predict(float[] theta, float[] covariates) {
    int d = inputs - covariates.length;
    float[] points = new float[theta.length / d * inputs];
    for (int n = 0; n < theta.length / d; n++) {
      System.arraycopy(theta, n * d, points, n * inputs, d);
      System.arraycopy(covariates, 0, points, n * inputs + d, covariates.length);
    }
    return predict(points);
  }

  @Override
  public void close() {
    graph.close();
  }
}
