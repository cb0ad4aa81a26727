package org.sidereus.validation;

/**
 * How often central intervals of the posteriors of one parameter hold its true value.
 *
 * @param levels credibilities of the intervals, and levels of the p-p plot
 * @param coverage share of the objects whose truth lies inside, at each level
 * @param coverageHalfWidth half the width of the 99 % band of the coverage, at each level
 * @param coverageDeviation largest deviation of the coverage, in standard deviations
 * @param coverage68 share inside the central 68.27 %
 * @param coverage95 share inside the central 95.45 %
 */
public record IntervalCalibration(
    double[] levels,
    double[] coverage,
    double[] coverageHalfWidth,
    double coverageDeviation,
    double coverage68,
    double coverage95) {
  private static final double ONE_SIGMA = 0.682689;
  private static final double TWO_SIGMA = 0.954500;

  /**
   * Calibration from the ranks of N objects.
   *
   * @param ranks [N], between 0 and 1
   */
  static IntervalCalibration of(double[] ranks, UniformBand band) {
    int n = ranks.length;
    double[] central = new double[n];
    int within1 = 0;
    int within2 = 0;
    for (int i = 0; i < n; i++) {
      central[i] = Math.abs(2 * ranks[i] - 1);
      within1 += central[i] < ONE_SIGMA ? 1 : 0;
      within2 += central[i] < TWO_SIGMA ? 1 : 0;
    }
    int[] counts = UniformBand.counts(central);
    double[] coverage = band.shares(counts);
    double[] levels = new double[coverage.length];
    double[] halfWidth = new double[coverage.length];
    for (int l = 0; l < levels.length; l++) {
      levels[l] = UniformBand.level(l);
      halfWidth[l] = band.shareHalfWidth(levels[l]);
    }
    return new IntervalCalibration(
        levels,
        coverage,
        halfWidth,
        band.shareDeviation(counts),
        (double) within1 / n,
        (double) within2 / n);
  }
}
