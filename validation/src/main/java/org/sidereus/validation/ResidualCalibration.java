package org.sidereus.validation;

/**
 * Residuals of mock groups in units of their standard deviations, (group mean - truth) / sd.
 *
 * @param meanResidual their mean
 * @param rmsResidual root of their mean square
 * @param largestResidual largest absolute value: one lost group can make the whole rms
 * @param coverage68 share of the groups whose 68 % interval holds the truth
 * @param coverage95 share of the groups whose 95 % interval holds the truth
 */
public record ResidualCalibration(
    double meanResidual,
    double rmsResidual,
    double largestResidual,
    double coverage68,
    double coverage95) {
  private static final double Z_68 = 0.994458;
  private static final double Z_95 = 1.959964;

  /** Calibration from the residuals of all groups. */
  static ResidualCalibration of(double[] residuals) {
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
    return new ResidualCalibration(
        sum / n, Math.sqrt(squares / n), largest, (double) within68 / n, (double) within95 / n);
  }
}
