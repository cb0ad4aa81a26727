package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.ParameterPriors;
import org.sidereus.engine.inference.EmulatorEngine;

/**
 * Whether the weights in the posterior graph are those of the manifest's prior and noise and of
 * {@code emulator.onnx}.
 */
final class SampleWeightCheck {
  private static final String NAME = "likelihood";

  /** Largest error, relative to the chi-square and the densities that are subtracted. */
  private static final double TOLERANCE = 2e-3;

  /** Share of the samples that keep to it: at the bounds of a prior, float32 is coarse. */
  private static final double SHARE = 0.99;

  private final Manifest manifest;
  private final EmulatorEngine emulator;

  SampleWeightCheck(Manifest manifest, EmulatorEngine emulator) {
    this.manifest = manifest;
    this.emulator = emulator;
  }

  Finding finding(List<float[]> rows, SampleSet set, GaussianTerms terms) {
    float[] weights = set.logWeight();
    float[] chiSquares = set.chiSquare();
    if (weights == null || chiSquares == null) {
      return Finding.skipped(NAME, "the posterior graph has no log_weight and chi_square");
    }
    int c = terms.covariates().size();
    ParameterPriors priors = manifest.parameterPriors();
    List<Double> chiSquareErrors = new ArrayList<>();
    List<Double> weightErrors = new ArrayList<>();
    List<Double> residualErrors = new ArrayList<>();
    float[] residuals = set.residuals();
    for (int b = 0; b < set.objects(); b++) {
      float[] row = rows.get(b);
      List<double[]> inputs = new ArrayList<>();
      for (int s = 0; s < set.samples(); s++) {
        double[] one = new double[set.parameters() + c];
        for (int i = 0; i < one.length; i++) {
          one[i] =
              i < set.parameters()
                  ? set.theta(b, s, i)
                  : row[terms.covariates().get(i - set.parameters())];
        }
        inputs.add(one);
      }
      List<double[]> predicted = Truths.predicted(emulator, inputs);
      for (int s = 0; s < set.samples(); s++) {
        int at = b * set.samples() + s;
        double logPrior = priors.logDensity(inputs.get(s));
        double chiSquare = 0;
        double logNorm = 0;
        for (int t = 0; t < terms.terms().size(); t++) {
          GaussianTerms.Term term = terms.terms().get(t);
          double difference = 0;
          double sigma = 1;
          if (term.isMeasured(row)) {
            double y =
                term.ofParameter() ? inputs.get(s)[term.index()] : predicted.get(s)[term.index()];
            sigma = term.error(row);
            difference = row[term.value()] - y;
            double residual = term.noise().residual(row[term.value()], y, sigma);
            chiSquare += residual * residual;
            logNorm += Math.log(sigma) + 0.5 * Math.log(2 * Math.PI);
          }
          if (residuals != null) {
            double error = Math.abs(residuals[at * terms.terms().size() + t] - difference);
            residualErrors.add(error / Math.max(sigma, Math.abs(difference)));
          }
        }
        chiSquareErrors.add(Math.abs(chiSquares[at] - chiSquare) / Math.max(1, chiSquare));
        double expected = logPrior - 0.5 * chiSquare - logNorm - set.logProb(b, s);
        if (Double.isFinite(expected)) {
          weightErrors.add(
              Math.abs(weights[at] - expected)
                  / Math.max(1, chiSquare + Math.abs(set.logProb(b, s))));
        }
      }
    }
    double chiSquareError = quantile(chiSquareErrors);
    double weightError = quantile(weightErrors);
    double residualError = quantile(residualErrors);
    if (!(residualError <= TOLERANCE)) {
      return Finding.failed(
          NAME,
          Fault.LIKELIHOOD,
          "residuals differ by %.1e errors from measured minus predicted (allowed %.0e); they must be in the units of the observables, for the observables and then the measured parameters, and 0 where one was not measured"
              .formatted(residualError, TOLERANCE));
    }
    String found =
        "99 %% of the errors are below %.1e (chi_square) and %.1e (log_weight) of chi-square and densities, allowed %.0e"
            .formatted(chiSquareError, weightError, TOLERANCE);
    return chiSquareError <= TOLERANCE && weightError <= TOLERANCE
        ? Finding.passed(NAME, found)
        : Finding.failed(
            NAME,
            Fault.LIKELIHOOD,
            found
                + "; log_weight must be log prior + log likelihood - log_prob, with the prior, the"
                + " noise and the errors of the manifest and the predictions of emulator.onnx");
  }

  private static double quantile(List<Double> errors) {
    if (errors.isEmpty()) {
      return 0;
    }
    return new Quantiles(errors.stream().mapToDouble(Double::doubleValue).toArray()).at(SHARE);
  }
}
