package org.sidereus.validation;

import java.util.function.IntPredicate;
import org.hipparchus.special.Beta;
import org.hipparchus.special.Erf;

/**
 * The sampling noise of shares and mean squares of n mock objects or groups. If the noise is larger
 * than a tolerance, a good bundle would fail by chance. The larger one of the two is then the
 * limit.
 */
final class BinomialBand {
  private BinomialBand() {}

  /**
   * The shares of n that leave out at most half of a probability at each end, exactly.
   *
   * @param expected the expected share
   * @param probability of a share outside
   */
  static CheckLimits ofShare(double expected, int n, double probability) {
    int highest = first(n, k -> 1 - atMost(k, expected, n) <= probability / 2);
    int lowest = first(n, k -> atMost(k, expected, n) > probability / 2);
    return new CheckLimits((double) lowest / n, (double) highest / n);
  }

  /** The smallest of 0 to n that fulfils a condition, which all larger ones fulfil, too. */
  private static int first(int n, IntPredicate condition) {
    int low = 0;
    int high = n;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (condition.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Probability that at most k of n are found. */
  private static double atMost(int k, double share, int n) {
    return k >= n ? 1 : Beta.regularizedBeta(1 - share, n - (double) k, k + 1.0);
  }

  /**
   * The root mean square of n standard normal numbers, by its normal approximation.
   *
   * @param probability of a value outside
   */
  static CheckLimits ofRms(int n, double probability) {
    double noise = score(probability) / Math.sqrt(2.0 * n);
    return new CheckLimits(1 - noise, 1 + noise);
  }

  /** The absolute value that a standard normal number exceeds with a given probability. */
  static double score(double probability) {
    return Math.sqrt(2) * Erf.erfcInv(probability);
  }
}
