package org.sidereus.engine.combination;

import org.hipparchus.special.Erf;

/**
 * The probability that a standard normal variable is below a value, from a table with the density
 * as its slope (cubic Hermite interpolation): it is asked for each component of a mixture at each
 * step to a quantile. Absolute error below 2e-9. Immutable and safe for threads.
 */
final class NormalProbability {
  private static final double STEP = 1.0 / 32;

  /** Beyond so many standard deviations the probability is 0 or 1. */
  private static final int REACH = 9;

  private static final int ENTRIES = (int) (2 * REACH / STEP);

  private final double[] below = new double[ENTRIES + 1];
  private final double[] density = new double[ENTRIES + 1];

  NormalProbability() {
    for (int i = 0; i <= ENTRIES; i++) {
      double score = STEP * i - REACH;
      below[i] = 0.5 * Erf.erfc(-score / Math.sqrt(2));
      density[i] = Math.exp(-0.5 * score * score) / Math.sqrt(2 * Math.PI);
    }
  }

  /** The probability of less than a value, which is not NaN, in standard deviations. */
  double below(double score) {
    double at = (score + REACH) / STEP;
    if (!(at > 0)) {
      return 0;
    }
    if (!(at < ENTRIES)) {
      return 1;
    }
    int i = (int) at;
    double t = at - i;
    double rise = below[i + 1] - below[i];
    double first = STEP * density[i] - rise;
    double second = STEP * density[i + 1] - rise;
    return below[i] + t * (rise + (1 - t) * ((1 - t) * first - t * second));
  }
}
