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
 * @param each the groups one by one
 */
public record GroupCalibration(
    String parameter,
    int objects,
    int groups,
    @JsonUnwrapped ResidualCalibration calibration,
    double medianSd,
    int gaussian,
    int unreliable,
    @JsonUnwrapped GroupTruths each) {

  /**
   * Of groups of one size.
   *
   * @param sds the groups' standard deviations, in the parameter's unit
   */
  static GroupCalibration of(
      String parameter, int objects, int gaussian, int unreliable, GroupTruths each, double[] sds) {
    return new GroupCalibration(
        parameter,
        objects,
        sds.length,
        ResidualCalibration.of(each.residuals(), each.ranks()),
        Medians.of(sds),
        gaussian,
        unreliable,
        each);
  }
}
