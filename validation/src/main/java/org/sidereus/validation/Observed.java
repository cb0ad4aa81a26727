package org.sidereus.validation;

import java.util.List;
import org.hipparchus.special.Gamma;
import org.sidereus.engine.bundle.Noise;

/**
 * The measurements of one object.
 *
 * @param values measured observables [M]
 * @param errors their standard deviations [M]
 * @param measured which of them were measured [M]
 * @param parameterValues parameters that were measured directly [D]
 * @param parameterErrors their standard deviations [D]; 0 where a parameter was not measured
 * @param covariates what else the model depends on [C]
 * @param noise what the noise of each observable is [M]
 */
record Observed(
    double[] values,
    double[] errors,
    boolean[] measured,
    double[] parameterValues,
    double[] parameterErrors,
    float[] covariates,
    List<Noise> noise) {

  /** Number of measured quantities. */
  int degrees() {
    int degrees = 0;
    for (boolean one : measured) {
      degrees += one ? 1 : 0;
    }
    for (double error : parameterErrors) {
      degrees += error > 0 ? 1 : 0;
    }
    return degrees;
  }

  /**
   * Sum of the squared residuals in units of the errors; the logarithm of the likelihood is minus
   * half of it, up to a constant.
   *
   * @param y predicted observables [.., M]
   * @param atY index of the first
   * @param theta parameters [.., D]
   * @param atTheta index of the first
   */
  double chiSquare(float[] y, int atY, float[] theta, int atTheta) {
    double sum = 0;
    for (int j = 0; j < values.length; j++) {
      if (measured[j]) {
        double residual = residual(j, y[atY + j]);
        sum += residual * residual;
      }
    }
    for (int d = 0; d < parameterErrors.length; d++) {
      if (parameterErrors[d] > 0) {
        double residual = (parameterValues[d] - theta[atTheta + d]) / parameterErrors[d];
        sum += residual * residual;
      }
    }
    return sum;
  }

  /** Measured minus predicted in units of the error. */
  double residual(int j, double y) {
    return noise.get(j).residual(values[j], y, errors[j]);
  }

  /** The probability of a larger chi square with the true parameters. */
  double tail(double chiSquare) {
    int degrees = degrees();
    return degrees == 0 ? 1 : Gamma.regularizedGammaQ(0.5 * degrees, 0.5 * chiSquare);
  }
}
