package org.sidereus.validation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * How the true values of one parameter lie in their posteriors.
 *
 * @param name the parameter
 * @param shared whether the objects of a group share it
 * @param ranks ranks of the truth
 * @param intervals coverage of central intervals
 * @param meanResidual mean of (posterior mean - truth) / posterior standard deviation
 * @param rmsResidual root of the mean square of the same
 * @param errors absolute percentage errors of the posterior mean
 */
public record ParameterCalibration(
    String name,
    boolean shared,
    @JsonUnwrapped(prefix = "rank_") RankCalibration ranks,
    @JsonUnwrapped IntervalCalibration intervals,
    double meanResidual,
    double rmsResidual,
    @JsonUnwrapped PercentageErrors errors) {

  /**
   * Summarises.
   *
   * @param ranks [N], between 0 and 1
   * @param residuals (mean - truth) / sd [N]
   * @param errors absolute percentage errors [N]
   */
  static ParameterCalibration of(
      String name,
      boolean shared,
      double[] ranks,
      double[] residuals,
      double[] errors,
      UniformBand band) {
    double sum = 0;
    double squares = 0;
    for (double residual : residuals) {
      sum += residual;
      squares += residual * residual;
    }
    return new ParameterCalibration(
        name,
        shared,
        RankCalibration.of(ranks, band),
        IntervalCalibration.of(ranks, band),
        sum / residuals.length,
        Math.sqrt(squares / residuals.length),
        PercentageErrors.of(errors));
  }
}
