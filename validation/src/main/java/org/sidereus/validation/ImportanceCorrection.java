package org.sidereus.validation;

import java.util.Arrays;

/**
 * What the correction by the likelihood does to the posteriors of the mock objects: the effective
 * sample size (Kish 1965) of the importance weights, (sum w)^2 / sum w^2, and how far the means
 * move. Few effective samples mean that the flow is far from the posterior.
 *
 * @param samples posterior samples of each object
 * @param median median effective sample size of the objects
 * @param low effective sample size that 5 % of the objects do not reach
 * @param tooFew share of the objects whose effective sample size is too small for the weights;
 *     their published posterior is that of the flow, with a flag
 * @param rmsShift root mean square over the other objects and all parameters of the difference of
 *     the corrected mean and the flow's, in corrected standard deviations
 * @param counts objects in each of equal bins of the effective share of the samples, 0 to 1
 */
public record ImportanceCorrection(
    int samples, double median, double low, double tooFew, double rmsShift, int[] counts) {
  private static final int BINS = 20;
  private static final double LOW = 0.05;

  /**
   * The correction of all objects.
   *
   * @param effective effective sample size of each object, at least one
   * @param tooFew number of the objects whose weights are not used
   * @param rmsShift of the means of the others
   */
  static ImportanceCorrection of(int samples, double[] effective, int tooFew, double rmsShift) {
    double[] sorted = effective.clone();
    Arrays.sort(sorted);
    int[] counts = new int[BINS];
    for (double one : sorted) {
      counts[Math.min(BINS - 1, (int) (BINS * one / samples))]++;
    }
    return new ImportanceCorrection(
        samples,
        Medians.of(sorted),
        sorted[(int) (LOW * sorted.length)],
        (double) tooFew / sorted.length,
        rmsShift,
        counts);
  }
}
