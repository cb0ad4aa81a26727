package org.sidereus.model.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.Map;
import org.sidereus.model.bundle.Bundle;
import org.sidereus.model.bundle.Manifest;

/**
 * The forward model from the {@code emulator.onnx} of a bundle. Safe for threads. Meant for
 * validation: it allocates at every call.
 */
public final class EmulatorEngine implements AutoCloseable {
  private final OnnxGraph graph;
  private final int parameters;
  private final int observables;

  private EmulatorEngine(OnnxGraph graph, Manifest manifest) {
    this.graph = graph;
    parameters = manifest.parameters().size();
    observables = manifest.observables().size();
  }

  /**
   * Opens the graph; of the options, device and intraOpThreads matter.
   *
   * @throws org.sidereus.command.UserError if the device is not there
   */
  public static EmulatorEngine open(Bundle bundle, EngineOptions options) {
    return new EmulatorEngine(
        OnnxGraph.open(bundle, Manifest.EMULATOR, options.device(), options.intraOpThreads()),
        bundle.manifest());
  }

  /**
   * What the model predicts at N points, without measurement errors.
   *
   * @param theta [N * D], point by point, in the parameters' units
   * @return [N * M], point by point, in the observables' units
   */
  public float[] predict(float[] theta) {
    int n = theta.length / parameters;
    if (theta.length != n * parameters) {
      throw new IllegalArgumentException(
          theta.length + " numbers are not N points of " + parameters + " parameters");
    }
    if (n == 0) {
      return new float[0];
    }
    OrtEnvironment environment = graph.environment();
    try (FloatTensor points = FloatTensor.allocate(environment, n, parameters);
        FloatTensor y = FloatTensor.allocate(environment, n, observables)) {
      points.buffer().put(0, theta);
      graph.run(Map.of("theta", points.tensor()), Map.of("y", y.tensor()));
      float[] result = new float[n * observables];
      y.buffer().get(0, result);
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
