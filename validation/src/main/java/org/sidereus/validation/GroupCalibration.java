package org.sidereus.validation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * How the true values of a shared parameter lie in the posteriors of mock groups.
 *
 * @param parameter the shared parameter
 * @param objects number of objects in each group
 * @param groups number of groups
 * @param calibration summary of the residuals
 * @param medianSd median of the groups' standard deviations, in the parameter's unit
 * @param gaussian number of groups that were combined in the Gaussian approximation, because
 *     polynomials did not describe them
 * @param unreliable number of groups of which the flags say that the posterior is no measurement
 * @param truths true values, in the parameter's unit, one for each group
 * @param residuals (group mean - truth) / group standard deviation, one for each group
 * @param ranks share of the posterior below the truth, by its quantiles, one for each group
 */
public record GroupCalibration(
    String parameter,
    int objects,
    int groups,
    @JsonUnwrapped ResidualCalibration calibration,
    double medianSd,
    int gaussian,
    int unreliable,
    double[] truths,
    double[] residuals,
    double[] ranks) {

  /** From the residuals in standard deviations, the ranks and the standard deviations. */
  static GroupCalibration of(
      String parameter,
      int objects,
      int gaussian,
      int unreliable,
      double[] truths,
      double[] residuals,
      double[] ranks,
      double[] sds) {
    return new GroupCalibration(
        parameter,
        objects,
        residuals.length,
        ResidualCalibration.of(residuals, ranks),
        Medians.of(sds),
        gaussian,
        unreliable,
        truths,
        residuals,
        ranks);
  }
}
