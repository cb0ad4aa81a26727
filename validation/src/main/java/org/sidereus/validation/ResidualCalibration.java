package org.sidereus.validation;

import java.util.Arrays;

/**
 * Residuals of mock groups in units of their standard deviations, (group mean - truth) / sd, and
 * the coverage of the intervals between their published quantiles.
 *
 * @param meanResidual their mean
 * @param rmsResidual root of their mean square
 * @param largestResidual largest absolute value: one lost group can make the whole rms
 * @param coverage68 share of the groups whose truth is between the 16 and 84 % quantiles
 * @param coverage95 share of the groups whose truth is between the 2.5 and 97.5 % quantiles
 */
public record ResidualCalibration(
    double meanResidual,
    double rmsResidual,
    double largestResidual,
    double coverage68,
    double coverage95) {
  /**
   * Calibration from the residuals and the ranks of all groups.
   *
   * @param residuals one for each group
   * @param ranks share of the posterior below the truth, by its quantiles, one for each group
   */
  static ResidualCalibration of(double[] residuals, double[] ranks) {
    int n = residuals.length;
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (double residual : residuals) {
      sum += residual;
      squares += residual * residual;
      largest = Math.max(largest, Math.abs(residual));
    }
    return new ResidualCalibration(
        sum / n,
        Math.sqrt(squares / n),
        largest,
        between(ranks, 0.16, 0.84),
        between(ranks, 0.025, 0.975));
  }

  private static double between(double[] ranks, double lower, double upper) {
    long count = Arrays.stream(ranks).filter(rank -> rank > lower && rank < upper).count();
    return (double) count / ranks.length;
  }
}
