package org.sidereus.validation;

/**
 * Posterior predictive checks: do the posteriors predict what was observed?
 *
 * @param smallShare share of the objects with a posterior predictive p-value of chi square below
 *     0.01 (Gelman, Meng and Stern 1996); a posterior that is right has at most 0.02 (Meng 1994)
 * @param smallLimit 0.02 and the sampling noise of this many objects: the end of the 99 % band
 * @param pivotalCounts objects in each of equal bins of the probability of a larger chi square than
 *     that of one posterior draw; uniform if the posteriors are exact (Johnson 2007)
 * @param pivotalHalfWidth half the width of the 99 % band of these counts
 * @param residualRms root mean square of (measured - predicted) / error of one posterior draw, for
 *     each observable; 1 if the posteriors are exact
 */
public record Predictive(
    double smallShare,
    double smallLimit,
    int[] pivotalCounts,
    double pivotalHalfWidth,
    double[] residualRms) {
  private static final double SMALL_SHARE = 0.02;

  /** The small share that an exact posterior exceeds with a given probability, at most. */
  static double smallLimit(int objects, double probability) {
    return BinomialBand.ofShare(SMALL_SHARE, objects, probability).highest();
  }
}
