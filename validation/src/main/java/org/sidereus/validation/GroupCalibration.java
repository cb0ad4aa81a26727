package org.sidereus.validation;

/**
 * How the true values of a shared parameter lie in the posteriors of mock groups.
 *
 * @param parameter the shared parameter
 * @param objects number of objects in each group
 * @param groups number of groups
 * @param meanResidual mean of (group mean - truth) / group standard deviation
 * @param rmsResidual root of the mean square of the same
 * @param largestResidual largest absolute value of the same: one lost group can make the whole rms
 * @param coverage68 share of the groups whose 68 % interval holds the truth
 * @param coverage95 share of the groups whose 95 % interval holds the truth
 * @param medianSd median of the groups' standard deviations, in the parameter's unit
 * @param gaussian number of groups that were combined in the Gaussian approximation, because
 *     polynomials did not describe them
 * @param truths true values, in the parameter's unit, one for each group
 * @param residuals (group mean - truth) / group standard deviation, one for each group
 */
public record GroupCalibration(
    String parameter,
    int objects,
    int groups,
    double meanResidual,
    double rmsResidual,
    double largestResidual,
    double coverage68,
    double coverage95,
    double medianSd,
    int gaussian,
    double[] truths,
    double[] residuals) {
  private static final double Z_68 = 0.994458;
  private static final double Z_95 = 1.959964;

  /** From the residuals in standard deviations and the standard deviations of all groups. */
  static GroupCalibration of(
      String parameter,
      int objects,
      int gaussian,
      double[] truths,
      double[] residuals,
      double[] sds) {
    int n = residuals.length;
    double sum = 0;
    double squares = 0;
    double largest = 0;
    int within68 = 0;
    int within95 = 0;
    for (double residual : residuals) {
      sum += residual;
      squares += residual * residual;
      largest = Math.max(largest, Math.abs(residual));
      within68 += Math.abs(residual) < Z_68 ? 1 : 0;
      within95 += Math.abs(residual) < Z_95 ? 1 : 0;
    }
    return new GroupCalibration(
        parameter,
        objects,
        n,
        sum / n,
        Math.sqrt(squares / n),
        largest,
        (double) within68 / n,
        (double) within95 / n,
        Medians.of(sds),
        gaussian,
        truths,
        residuals);
  }
}
