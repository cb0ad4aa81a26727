package org.sidereus.engine.inference;

/**
 * Whether an object needs more samples than those of the flow, of a {@link WiderFlow}. Where few
 * samples are effective, single ones decide on the standard deviations. Where the weights change a
 * standard deviation much, either the flow is wrong there or the weights are: samples of a part of
 * the posterior that is thinner than the flow's may have no weight at all, and then all others have
 * even weights. docs/science/sed.md has the numbers.
 */
final class MoreSamples {
  /** With a smaller share of effective samples, more are drawn. */
  private static final double THIN = 0.3;

  /** With a larger share, the weights change no standard deviation much. */
  private static final double EVEN = 0.9;

  /**
   * Ratio of a parameter's standard deviations with and without weights, or its inverse, from which
   * more samples are drawn.
   */
  private static final double CHANGED = 1.3;

  /**
   * Ratio of the standard deviation without weights to that with weights from which the largest
   * number of samples is drawn: the flow may know of a thin part that has no weight by chance.
   */
  private static final double NARROWED = 1.5;

  private MoreSamples() {}

  /** Whether so many effective samples of all are neither too few nor enough in any case. */
  static boolean mayHelp(double effective, int of) {
    return effective >= ObjectSummary.FEWEST_EFFECTIVE_SAMPLES && effective <= EVEN * of;
  }

  /**
   * The first of {@link WiderFlow#COUNTS} that an object gets; as many as there are: none.
   *
   * @param theta samples of the flow [S * D]
   * @param weights their weights, with the sum 1 [S]
   * @param effective their effective number
   */
  static int first(float[] theta, double[] weights, double effective) {
    if (!mayHelp(effective, weights.length)) {
      return WiderFlow.COUNTS.length;
    }
    Ratios ratios = ratios(theta, weights);
    if (ratios.narrowed() > NARROWED) {
      return 1;
    }
    boolean more =
        effective < THIN * weights.length
            || ratios.narrowed() > CHANGED
            || ratios.widened() > CHANGED;
    return more ? 0 : WiderFlow.COUNTS.length;
  }

  /**
   * The largest ratios of a parameter's standard deviations.
   *
   * @param narrowed without weights over with weights
   * @param widened with weights over without weights
   */
  private record Ratios(double narrowed, double widened) {}

  private static Ratios ratios(float[] theta, double[] weights) {
    int count = weights.length;
    int parameters = theta.length / count;
    double narrowed = 1;
    double widened = 1;
    for (int d = 0; d < parameters; d++) {
      double first = theta[d];
      double mean = 0;
      double square = 0;
      double weightedMean = 0;
      double weightedSquare = 0;
      int inside = 0;
      for (int s = 0; s < count; s++) {
        if (weights[s] == 0) {
          continue; // outside of the prior, which narrows the posterior as it should
        }
        inside++;
        double step = theta[s * parameters + d] - first;
        mean += step;
        square += step * step;
        weightedMean += weights[s] * step;
        weightedSquare += weights[s] * step * step;
      }
      mean /= inside;
      double variance = square / inside - mean * mean;
      double weighted = weightedSquare - weightedMean * weightedMean;
      // a parameter without any spread says nothing
      if (variance > 0 && weighted > 0) {
        narrowed = Math.max(narrowed, Math.sqrt(variance / weighted));
        widened = Math.max(widened, Math.sqrt(weighted / variance));
      }
    }
    return new Ratios(narrowed, widened);
  }
}
