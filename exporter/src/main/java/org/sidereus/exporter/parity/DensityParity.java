package org.sidereus.exporter.parity;

import static org.sidereus.exporter.parity.ParityInputs.OBJECTS;
import static org.sidereus.exporter.parity.ParityInputs.row;

import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.parity.ParityCheck.Report;
import org.sidereus.exporter.reference.ReferenceFlow;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Tensor;

/** Compares {@code density.onnx} with a flow, at points drawn from it. */
final class DensityParity {
  private final FlowNetwork network;
  private final ParityInputs inputs;

  DensityParity(FlowNetwork network, ParityInputs inputs) {
    this.network = network;
    this.inputs = inputs;
  }

  Report check(byte[] graph) {
    FlowSpec spec = network.spec();
    int d = spec.dimensions();
    int points = OBJECTS * ParityInputs.samples(network);
    Tensor x = inputs.features(spec, points);
    float[] theta = new float[points * d];
    double[] expected = new double[points];
    boolean[] nextToBound = new boolean[points];
    ReferenceFlow reference = new ReferenceFlow(network);
    for (int n = 0; n < points; n++) {
      double[] context = reference.context(row(x, n));
      double[] noise = new double[d];
      for (int i = 0; i < d; i++) {
        noise[i] = inputs.nextNormal();
      }
      double[] sample = reference.sample(noise, context).theta();
      double[] rounded = new double[d];
      for (int i = 0; i < d; i++) {
        theta[n * d + i] = (float) sample[i];
        rounded[i] = theta[n * d + i];
      }
      expected[n] = reference.logProb(rounded, context);
      nextToBound[n] = isNextToBound(spec, rounded);
    }
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(graph)) {
      outputs =
          run.run(
              Map.of(
                  GraphContract.THETA, Tensor.matrix(points, d, theta), GraphContract.FEATURES, x));
    }
    float[] logProb = GraphRun.output(outputs, GraphContract.LOG_PROB);
    LargestError error = new LargestError();
    for (int n = 0; n < points; n++) {
      double actual = logProb[n];
      // A sample that rounds onto a bound has no density, and a bound may be no float32 itself.
      boolean onBound = actual == Double.NEGATIVE_INFINITY && nextToBound[n];
      if (actual != expected[n] && !onBound) {
        error.takeRelative(actual - expected[n], expected[n]);
      }
    }
    return new Report(
        "density", List.of(error.of(GraphContract.LOG_PROB, ParityCheck.DENSITY_TOLERANCE)));
  }

  /** Whether the next float32 of a parameter is outside of its bounds. */
  private static boolean isNextToBound(FlowSpec spec, double[] theta) {
    for (int i = 0; i < theta.length; i++) {
      ParameterScaling scaling = spec.parameterScaling().get(i);
      float value = (float) theta[i];
      if (!Double.isFinite(scaling.standardised(Math.nextUp(value)))
          || !Double.isFinite(scaling.standardised(Math.nextDown(value)))) {
        return true;
      }
    }
    return false;
  }
}
