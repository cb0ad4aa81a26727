package org.sidereus.exporter.parity;

import static org.sidereus.exporter.parity.ParityInputs.OBJECTS;
import static org.sidereus.exporter.parity.ParityInputs.row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.onnx.PosteriorGraph;
import org.sidereus.exporter.parity.ParityCheck.Deviation;
import org.sidereus.exporter.parity.ParityCheck.Report;
import org.sidereus.exporter.reference.ReferenceFlow;
import org.sidereus.exporter.reference.ReferenceLikelihood;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;

/** Compares {@code posterior.onnx} with a flow, a likelihood and formulas. */
final class PosteriorParity {
  private final FlowNetwork network;
  private final FlowSpec spec;
  private final ParityInputs inputs;
  private final int dimensions;
  private final int samples;

  PosteriorParity(FlowNetwork network, ParityInputs inputs) {
    this.network = network;
    this.inputs = inputs;
    spec = network.spec();
    dimensions = spec.dimensions();
    samples = ParityInputs.samples(network);
  }

  /** The samples and their densities. */
  Report samples(byte[] graph, List<Integer> shared) {
    Tensor x = inputs.features(spec, OBJECTS);
    Tensor noise = noise();
    Map<String, float[]> outputs = run(graph, x, noise);
    ReferenceFlow reference = new ReferenceFlow(network);
    LargestError thetaError = new LargestError();
    LargestError logProbError = new LargestError();
    LargestError sharedError = new LargestError();
    float[] theta = GraphRun.output(outputs, GraphContract.THETA);
    float[] logProb = GraphRun.output(outputs, GraphContract.LOG_PROB);
    float[] sharedLogProb = outputs.get(GraphContract.SHARED_LOG_PROB);
    for (int b = 0; b < OBJECTS; b++) {
      double[] context = reference.context(row(x, b));
      for (int s = 0; s < samples; s++) {
        int at = b * samples + s;
        ReferenceFlow.Sample sample = reference.sample(row(noise, s), context);
        for (int i = 0; i < dimensions; i++) {
          double difference = theta[at * dimensions + i] - sample.theta()[i];
          ParameterScaling scaling = spec.parameterScaling().get(i);
          thetaError.take(thetaError(scaling, sample.z0()[i], difference));
        }
        double difference = logProb[at] - sample.logProb();
        logProbError.takeRelative(difference, sample.logProb());
        if (sharedLogProb != null) {
          double marginal = sample.logProb(shared);
          sharedError.takeRelative(sharedLogProb[at] - marginal, marginal);
        }
      }
    }
    List<Deviation> deviations = new ArrayList<>();
    deviations.add(
        thetaError.of(GraphContract.THETA, ParityCheck.TOLERANCE * spec.transforms().size()));
    deviations.add(logProbError.of(GraphContract.LOG_PROB, logProbTolerance()));
    if (sharedLogProb != null) {
      deviations.add(sharedError.of(GraphContract.SHARED_LOG_PROB, logProbTolerance()));
    }
    return new Report("posterior", deviations);
  }

  /** The importance weights at the graph's own samples. */
  Report weights(byte[] graph, PosteriorGraph.Correction with) {
    Tensor x = inputs.observations(spec, with.terms());
    Tensor whitening = inputs.whitening(x, with.terms());
    Map<String, float[]> outputs = run(graph, x, noise(), whitening);
    ReferenceLikelihood reference =
        new ReferenceLikelihood(with.prior(), with.terms(), with.emulator());
    Tensor theta = theta(outputs);
    float[] logProbs = GraphRun.output(outputs, GraphContract.LOG_PROB);
    float[] chiSquares = GraphRun.output(outputs, GraphContract.CHI_SQUARE);
    float[] logWeights = GraphRun.output(outputs, GraphContract.LOG_WEIGHT);
    int width = whitening.values().length / OBJECTS;
    LargestError chiSquareError = new LargestError();
    float @Nullable [] residuals = outputs.get(GraphContract.RESIDUALS);
    LargestError logWeightError = new LargestError();
    LargestError residualError = new LargestError();
    for (int b = 0; b < OBJECTS; b++) {
      float[] features = x.rows(b).values();
      double[] errors = reference.errors(features);
      float[] white = Arrays.copyOfRange(whitening.values(), b * width, (b + 1) * width);
      for (int s = 0; s < samples; s++) {
        int at = b * samples + s;
        double chiSquare = reference.chiSquare(row(theta, at), features, white);
        double logProb = logProbs[at];
        double logWeight = reference.logJoint(row(theta, at), features, white) - logProb;
        chiSquareError.takeRelative(chiSquares[at] - chiSquare, chiSquare);
        double[] expected = reference.residuals(row(theta, at), features);
        for (int t = 0; residuals != null && t < expected.length; t++) {
          double error = Double.isNaN(errors[t]) ? 1 : errors[t];
          residualError.takeRelative(
              (residuals[at * expected.length + t] - expected[t]) / error, expected[t] / error);
        }
        float found = logWeights[at];
        if (found != logWeight) { // both negative infinity outside the prior
          logWeightError.takeRelative(found - logWeight, chiSquare + Math.abs(logProb));
        }
      }
    }
    return new Report(
        "weights",
        List.of(
            chiSquareError.of(GraphContract.CHI_SQUARE, ParityCheck.LIKELIHOOD_TOLERANCE),
            residualError.of(GraphContract.RESIDUALS, ParityCheck.LIKELIHOOD_TOLERANCE),
            logWeightError.of(GraphContract.LOG_WEIGHT, ParityCheck.LIKELIHOOD_TOLERANCE)));
  }

  /** The derived quantities at the graph's own samples. */
  Report derived(byte[] graph, PosteriorGraph.DerivedOutputs derived) {
    int k = derived.formulas().size();
    Tensor x = inputs.features(spec, OBJECTS);
    Map<String, float[]> outputs = run(graph, x, noise());
    Tensor theta = theta(outputs);
    float[] found = GraphRun.output(outputs, GraphContract.DERIVED);
    LargestError error = new LargestError();
    for (int j = 0; j < k; j++) {
      for (int at = 0; at < OBJECTS * samples; at++) {
        double[] known = Arrays.copyOf(row(theta, at), dimensions + derived.covariates().size());
        for (int c = dimensions; c < known.length; c++) {
          known[c] = x.at(at / samples, derived.covariates().get(c - dimensions));
        }
        double expected = derived.formulas().get(j).at(known);
        error.takeRelative(found[at * k + j] - expected, expected);
      }
    }
    return new Report(
        "derived", List.of(error.of(GraphContract.DERIVED, ParityCheck.DERIVED_TOLERANCE)));
  }

  private Tensor noise() {
    return Tensor.matrix(samples, dimensions, inputs.normal(samples * dimensions));
  }

  private Tensor theta(Map<String, float[]> outputs) {
    return Tensor.matrix(
        OBJECTS * samples, dimensions, GraphRun.output(outputs, GraphContract.THETA));
  }

  /** All outputs for independent errors. */
  private static Map<String, float[]> run(byte[] graph, Tensor x, Tensor noise) {
    try (GraphRun run = new GraphRun(graph)) {
      OptionalInt terms = run.width(GraphContract.WHITENING);
      if (terms.isPresent()) {
        return run.run(inputs(x, noise, ParityInputs.identity(terms.getAsInt())));
      }
      return run.run(Map.of(GraphContract.FEATURES, x, GraphContract.NOISE, noise));
    }
  }

  private static Map<String, float[]> run(byte[] graph, Tensor x, Tensor noise, Tensor whitening) {
    try (GraphRun run = new GraphRun(graph)) {
      return run.run(inputs(x, noise, whitening));
    }
  }

  private static Map<String, Tensor> inputs(Tensor x, Tensor noise, Tensor whitening) {
    return Map.of(
        GraphContract.FEATURES, x, GraphContract.NOISE, noise, GraphContract.WHITENING, whitening);
  }

  private double logProbTolerance() {
    return spec.transforms().stream()
        .mapToDouble(
            transform ->
                transform instanceof TransformSpec.Spline
                    ? ParityCheck.SPLINE_DENSITY_TOLERANCE
                    : ParityCheck.TOLERANCE)
        .sum();
  }

  private static double thetaError(ParameterScaling scaling, double z, double difference) {
    // The slope by the change of one thousandth of z, so that it is right at the bounds, too.
    double slope = (scaling.physical(z + 5e-4) - scaling.physical(z - 5e-4)) * 1e3;
    double magnitude = Math.abs(scaling.physical(z));
    if (scaling instanceof ParameterScaling.LogProbit probit) {
      // the logarithm is rounded, too
      magnitude *=
          1 + Math.max(Math.abs(Math.log(probit.lower())), Math.abs(Math.log(probit.upper())));
    } else if (scaling instanceof ParameterScaling.Bounded bounded) {
      magnitude = Math.max(Math.abs(bounded.lower()), Math.abs(bounded.upper()));
    } else if (scaling instanceof ParameterScaling.Log log) {
      magnitude = Math.max(magnitude, Math.abs(log.lower()));
    } else if (scaling instanceof ParameterScaling.LogBelow log) {
      magnitude = Math.max(magnitude, Math.abs(log.upper()));
    } else {
      magnitude = Math.max(magnitude, Math.abs(scaling.shift()));
    }
    double beyond = Math.abs(difference) - ParityInputs.ROUNDING * magnitude - Float.MIN_NORMAL;
    // max(0, NaN) is NaN: a sample that is not a number does not pass
    return Math.max(0, beyond) / (slope * Math.max(1, Math.abs(z)) + Double.MIN_NORMAL);
  }
}
