package org.sidereus.validation;

/**
 * The ranks of the true values of one parameter in their posteriors.
 *
 * @param counts objects in each of equal bins of the rank
 * @param deviation largest deviation of a bin, in standard deviations
 * @param halfWidth half the width of the 99 % band of the counts
 * @param shares cumulative share of the ranks at each level: the p-p plot
 * @param distance largest distance of the p-p plot from the diagonal
 */
public record RankCalibration(
    int[] counts, double deviation, double halfWidth, double[] shares, double distance) {

  /**
   * Calibration from the ranks of N objects.
   *
   * @param ranks [N], between 0 and 1
   */
  static RankCalibration of(double[] ranks, UniformBand band) {
    int[] counts = UniformBand.counts(ranks);
    double[] shares = band.shares(counts);
    double distance = 0;
    for (int l = 0; l < shares.length; l++) {
      distance = Math.max(distance, Math.abs(shares[l] - UniformBand.level(l)));
    }
    return new RankCalibration(
        counts, band.countDeviation(counts), band.countHalfWidth(), shares, distance);
  }
}
