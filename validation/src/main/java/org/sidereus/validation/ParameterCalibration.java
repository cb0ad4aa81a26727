package org.sidereus.validation;

/**
 * How the true values of one parameter lie in their posteriors.
 *
 * @param name the parameter
 * @param shared whether the objects of a group share it
 * @param rankCounts objects in each of equal bins of the rank
 * @param rankDeviation largest deviation of a bin, in standard deviations
 * @param rankHalfWidth half the width of the 99 % band of the counts
 * @param rankShares cumulative share of the ranks at each level: the p-p plot
 * @param rankDistance largest distance of the p-p plot from the diagonal
 * @param levels credibilities of central intervals, and levels of the p-p plot
 * @param coverage share of the objects whose truth lies inside
 * @param coverageHalfWidth half the width of the 99 % band of the coverage at each level
 * @param coverageDeviation largest deviation of the coverage, in standard deviations
 * @param coverage68 share inside the central 68.27 %
 * @param coverage95 share inside the central 95.45 %
 * @param meanResidual mean of (posterior mean - truth) / posterior standard deviation
 * @param rmsResidual root of the mean square of the same
 * @param medianApe median absolute percentage error
 * @param apeCounts objects in each of equal bins of the absolute percentage error
 * @param apeBinWidth width of these bins in per cent; what is beyond the last is not counted
 */
public record ParameterCalibration(
    String name,
    boolean shared,
    int[] rankCounts,
    double rankDeviation,
    double rankHalfWidth,
    double[] rankShares,
    double rankDistance,
    double[] levels,
    double[] coverage,
    double[] coverageHalfWidth,
    double coverageDeviation,
    double coverage68,
    double coverage95,
    double meanResidual,
    double rmsResidual,
    double medianApe,
    int[] apeCounts,
    double apeBinWidth) {
  private static final int APE_BINS = 40;
  private static final double ONE_SIGMA = 0.682689;
  private static final double TWO_SIGMA = 0.954500;

  /**
   * Summarises.
   *
   * @param ranks [N], between 0 and 1
   * @param residuals (mean - truth) / sd [N]
   * @param ape absolute percentage errors [N]
   */
  static ParameterCalibration of(
      String name,
      boolean shared,
      double[] ranks,
      double[] residuals,
      double[] ape,
      UniformBand band) {
    int n = ranks.length;
    double[] central = new double[n];
    int within1 = 0;
    int within2 = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      central[i] = Math.abs(2 * ranks[i] - 1);
      within1 += central[i] < ONE_SIGMA ? 1 : 0;
      within2 += central[i] < TWO_SIGMA ? 1 : 0;
      sum += residuals[i];
      squares += residuals[i] * residuals[i];
    }
    int[] rankCounts = UniformBand.counts(ranks);
    int[] centralCounts = UniformBand.counts(central);
    double[] coverage = band.shares(centralCounts);
    double[] rankShares = band.shares(rankCounts);
    double rankDistance = 0;
    double[] levels = new double[coverage.length];
    double[] halfWidth = new double[coverage.length];
    for (int l = 0; l < levels.length; l++) {
      levels[l] = UniformBand.level(l);
      rankDistance = Math.max(rankDistance, Math.abs(rankShares[l] - levels[l]));
      halfWidth[l] = band.shareHalfWidth(levels[l]);
    }
    double median = Medians.of(ape);
    double width = 5 * Math.max(median, 1e-12) / APE_BINS;
    int[] apeCounts = new int[APE_BINS];
    for (double one : ape) {
      if (one < width * APE_BINS) {
        apeCounts[(int) (one / width)]++;
      }
    }
    return new ParameterCalibration(
        name,
        shared,
        rankCounts,
        band.countDeviation(rankCounts),
        band.countHalfWidth(),
        rankShares,
        rankDistance,
        levels,
        coverage,
        halfWidth,
        band.shareDeviation(centralCounts),
        (double) within1 / n,
        (double) within2 / n,
        sum / n,
        Math.sqrt(squares / n),
        median,
        apeCounts,
        width);
  }
}
