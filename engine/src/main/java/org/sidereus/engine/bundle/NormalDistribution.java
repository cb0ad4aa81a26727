package org.sidereus.engine.bundle;

import org.hipparchus.special.Erf;

/** The standard normal distribution, accurate in both tails. */
final class NormalDistribution {
  /** No share of a distribution in double precision is farther out on both sides. */
  static final double LARGEST_SCORE = 8;

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double SQRT_TWO = Math.sqrt(2);

  private NormalDistribution() {}

  static void checkMoments(double mean, double sd) {
    if (!Double.isFinite(mean)) {
      throw new IllegalArgumentException("the mean of a prior must be finite, not " + mean);
    }
    if (!(sd > 0 && Double.isFinite(sd))) {
      throw new IllegalArgumentException(
          "the sd of a prior must be positive and finite, not " + sd);
    }
  }

  static double logDensity(double z) {
    return -0.5 * z * z - HALF_LOG_TWO_PI;
  }

  /** The probability of [a, b]. */
  static double mass(double a, double b) {
    // of two intervals that mirror each other the lower one is free of cancellation
    return a > 0 ? cdf(-a) - cdf(-b) : cdf(b) - cdf(a);
  }

  /** The point of [a, b] below which the share u of the mass of [a, b] lies. */
  static double truncatedQuantile(double u, double a, double b) {
    if (a > 0) {
      return -truncatedQuantile(1 - u, -b, -a);
    }
    double p = cdf(a) + u * mass(a, b);
    double z = -SQRT_TWO * Erf.erfcInv(2 * p);
    return Math.min(b, Math.max(a, z));
  }

  /** A score within plus and minus {@value #LARGEST_SCORE}. */
  static double within(double score) {
    return Math.max(-LARGEST_SCORE, Math.min(LARGEST_SCORE, score));
  }

  /** The quantile, within the largest score, by the shares below and above it. */
  static double score(double below, double above) {
    if (below > above) {
      return -score(above, below);
    }
    return within(-SQRT_TWO * Erf.erfcInv(2 * Math.max(0, below)));
  }

  private static double cdf(double z) {
    return 0.5 * Erf.erfc(-z / SQRT_TWO);
  }
}
