package org.sidereus.exporter.reference;

import java.util.Arrays;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.ParameterPriors;
import org.sidereus.networks.EmulatorNetwork;

/** Prior and Gaussian likelihood of an observation, in double precision. */
public final class ReferenceLikelihood {
  private final ParameterPriors prior;
  private final GaussianTerms terms;
  private final ReferenceEmulator emulator;

  /** The likelihood of a bundle. */
  public ReferenceLikelihood(ParameterPriors prior, GaussianTerms terms, EmulatorNetwork emulator) {
    this.prior = prior;
    this.terms = terms;
    this.emulator = new ReferenceEmulator(emulator);
  }

  /**
   * Chi-square of the measured quantities.
   *
   * @param theta physical units, length D
   * @param row features, length F
   * @param whitening [T * T], row by row; see {@link
   *     org.sidereus.engine.bundle.GraphContract#WHITENING}
   */
  public double chiSquare(double[] theta, float[] row, float[] whitening) {
    double[] y = emulator.evaluate(inputs(theta, row));
    int n = terms.terms().size();
    double[] residuals = new double[n];
    for (int t = 0; t < n; t++) {
      GaussianTerms.Term term = terms.terms().get(t);
      if (term.isMeasured(row)) {
        double prediction = term.ofParameter() ? theta[term.index()] : y[term.index()];
        residuals[t] = term.noise().residual(row[term.value()], prediction, term.error(row));
      }
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double independent = 0;
      for (int j = 0; j < n; j++) {
        independent += whitening[i * n + j] * residuals[j];
      }
      sum += independent * independent;
    }
    return sum;
  }

  /**
   * Measured minus predicted for each term, in the unit of the quantity; 0 where it was not
   * measured.
   *
   * @param theta physical units, length D
   * @param row features, length F
   */
  public double[] residuals(double[] theta, float[] row) {
    double[] y = emulator.evaluate(inputs(theta, row));
    double[] residuals = new double[terms.terms().size()];
    for (int t = 0; t < residuals.length; t++) {
      GaussianTerms.Term term = terms.terms().get(t);
      if (term.isMeasured(row)) {
        residuals[t] =
            row[term.value()] - (term.ofParameter() ? theta[term.index()] : y[term.index()]);
      }
    }
    return residuals;
  }

  /** The standard deviations of the terms; not a number where a term was not measured. */
  public double[] errors(float[] row) {
    return terms.terms().stream()
        .mapToDouble(term -> term.isMeasured(row) ? term.error(row) : Double.NaN)
        .toArray();
  }

  private double[] inputs(double[] theta, float[] row) {
    double[] inputs = Arrays.copyOf(theta, theta.length + terms.covariates().size());
    for (int c = theta.length; c < inputs.length; c++) {
      inputs[c] = row[terms.covariates().get(c - theta.length)];
    }
    return inputs;
  }

  /**
   * log prior(theta) + log p(x | theta), natural logarithm.
   *
   * @param whitening as for {@link #chiSquare}
   */
  public double logJoint(double[] theta, float[] row, float[] whitening) {
    double sum = -0.5 * chiSquare(theta, row, whitening);
    int n = terms.terms().size();
    for (int t = 0; t < n; t++) {
      sum += Math.log(whitening[t * n + t]);
    }
    for (GaussianTerms.Term term : terms.terms()) {
      if (term.isMeasured(row)) {
        sum -= Math.log(term.error(row)) + 0.5 * Math.log(2 * Math.PI);
      }
    }
    return sum + prior.logDensity(theta);
  }
}
