package org.sidereus.exporter.parity;

import static org.sidereus.exporter.parity.ParityInputs.MOST_SAMPLES;
import static org.sidereus.exporter.parity.ParityInputs.OBJECTS;
import static org.sidereus.exporter.parity.ParityInputs.row;

import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.exporter.parity.ParityCheck.Report;
import org.sidereus.exporter.reference.ReferenceEmulator;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;

/** Compares {@code emulator.onnx} with an emulator. */
final class EmulatorParity {
  private static final int POINTS = OBJECTS * MOST_SAMPLES;

  private final EmulatorNetwork network;
  private final ParityInputs inputs;

  EmulatorParity(EmulatorNetwork network, ParityInputs inputs) {
    this.network = network;
    this.inputs = inputs;
  }

  /** At inputs of the training's means and standard deviations. */
  Report check(byte[] graph) {
    int d = network.spec().dimensions();
    float[] theta = inputs.normal(POINTS * d);
    for (int i = 0; i < theta.length; i++) {
      ParameterScaling scaling = network.spec().parameterScaling().get(i % d);
      theta[i] = (float) scaling.physical(theta[i]);
    }
    return check(graph, theta);
  }

  /** At inputs of the given distributions. */
  Report check(byte[] graph, List<Prior> priors) {
    float[] theta = new float[POINTS * priors.size()];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) inputs.draw(priors.get(i % priors.size()));
    }
    return check(graph, theta);
  }

  private Report check(byte[] graph, float[] values) {
    int m = network.spec().predictions();
    Tensor theta = Tensor.matrix(POINTS, network.spec().dimensions(), values);
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(graph)) {
      outputs = run.run(Map.of(GraphContract.THETA, theta));
    }
    float[] predictions = GraphRun.output(outputs, GraphContract.PREDICTIONS);
    ReferenceEmulator reference = new ReferenceEmulator(network);
    LargestError error = new LargestError();
    for (int n = 0; n < POINTS; n++) {
      double[] expected = reference.evaluate(row(theta, n));
      for (int j = 0; j < m; j++) {
        Standardisation scaling =
            network.spec().observables().isEmpty()
                ? network.spec().outputScaling().get(j)
                : new Standardisation(0, 1);
        double difference = Math.abs(predictions[n * m + j] - expected[j]);
        double beyond = Math.max(0, difference - ParityInputs.ROUNDING * Math.abs(expected[j]));
        double scale = Math.max(1, Math.abs(scaling.standardised(expected[j])));
        error.take(beyond / (scaling.scale() * scale));
      }
    }
    return new Report(
        "emulator", List.of(error.of(GraphContract.PREDICTIONS, ParityCheck.TOLERANCE)));
  }
}
