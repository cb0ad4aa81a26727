package org.sidereus.validation;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import org.hipparchus.special.Gamma;
import org.hipparchus.util.FastMath;

/**
 * What a sample of n uniform numbers in [0, 1] may look like: bands that hold the counts of all
 * bins, or the cumulative shares at all borders between bins, at once with a given probability.
 *
 * <p>The bands are z standard deviations of the binomial wide (the idea of Säilynoja, Bürkner and
 * Vehtari 2022, with constant standardised width). Pointwise bands would be left somewhere by
 * nearly every good result. The probability of a band is exact: the counts of the bins are
 * independent Poisson numbers given their sum, so it follows from sums over the counts that the
 * band allows.
 */
final class UniformBand {
  static final int BINS = 20;

  /** The share of the good samples that leave the band of one curve. */
  static final double SINGLE = 0.01;

  /** Terms of a Poisson distribution that are further out do not matter. */
  private static final double LOG_SMALLEST = -60;

  private static final int BISECTIONS = 18;

  private final int n;
  private final Map<Double, Double> countLimits = new ConcurrentHashMap<>();
  private final Map<Double, Double> shareLimits = new ConcurrentHashMap<>();

  /**
   * The bands of a sample.
   *
   * @param n its size, at least 1
   */
  UniformBand(int n) {
    this.n = n;
  }

  /** Numbers of values in equal bins of [0, 1]. */
  static int[] counts(double[] values) {
    int[] bins = new int[BINS];
    for (double value : values) {
      bins[Math.max(0, Math.min(BINS - 1, (int) (value * BINS)))]++;
    }
    return bins;
  }

  /** The border above bin b. */
  static double level(int b) {
    return (b + 1) / (double) BINS;
  }

  /** Shares of the values below each border between bins [BINS - 1]. */
  double[] shares(int[] bins) {
    double[] shares = new double[BINS - 1];
    double below = 0;
    for (int b = 0; b < BINS - 1; b++) {
      below += bins[b];
      shares[b] = below / n;
    }
    return shares;
  }

  /** Largest deviation of a bin from n / BINS, in standard deviations. */
  double countDeviation(int[] bins) {
    double largest = 0;
    for (int count : bins) {
      largest = Math.max(largest, Math.abs(count - expected()) / countSd());
    }
    return largest;
  }

  /** Largest deviation of a cumulative share from its level, in standard deviations. */
  double shareDeviation(int[] bins) {
    double largest = 0;
    double[] shares = shares(bins);
    for (int b = 0; b < shares.length; b++) {
      largest = Math.max(largest, Math.abs(shares[b] - level(b)) / sd(level(b)));
    }
    return largest;
  }

  /** Half the width of the 99 % band of a bin's count. */
  double countHalfWidth() {
    return countLimit() * countSd();
  }

  /** Half the width of the 99 % band of the cumulative share at a level. */
  double shareHalfWidth(double level) {
    return shareLimit() * sd(level);
  }

  /** The deviation of counts that 1 % of the good samples exceed. */
  double countLimit() {
    return countLimit(SINGLE);
  }

  /** The deviation of shares that 1 % of the good samples exceed. */
  double shareLimit() {
    return shareLimit(SINGLE);
  }

  /**
   * The smallest deviation of counts that at most a share of the good samples exceeds.
   *
   * @param share of the good samples, between 0 and 1
   */
  double countLimit(double share) {
    return countLimits.computeIfAbsent(share, s -> limit(this::withinCounts, s));
  }

  /**
   * The smallest deviation of cumulative shares that at most a share of the good samples exceeds.
   *
   * @param share of the good samples, between 0 and 1
   */
  double shareLimit(double share) {
    return shareLimits.computeIfAbsent(share, s -> limit(this::withinShares, s));
  }

  private static double limit(DoubleUnaryOperator within, double share) {
    double low = 0;
    double high = 4;
    while (within.applyAsDouble(high) < 1 - share) {
      low = high;
      high *= 2;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (within.applyAsDouble(middle) < 1 - share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** Probability that no bin deviates by more than z standard deviations. */
  private double withinCounts(double z) {
    double[] poisson = poisson(expected());
    double[] allowed = poisson.clone();
    for (int count = 0; count < allowed.length; count++) {
      if (Math.abs(count - expected()) > z * countSd()) {
        allowed[count] = 0;
      }
    }
    double[] sums = {1};
    for (int b = 0; b < BINS; b++) {
      sums = convolved(sums, allowed);
    }
    return given(sums);
  }

  /** Probability that no cumulative share deviates by more than z standard deviations. */
  private double withinShares(double z) {
    double[] poisson = poisson(expected());
    double[] sums = {1};
    for (int b = 0; b < BINS; b++) {
      sums = convolved(sums, poisson);
      if (b < BINS - 1) {
        for (int count = 0; count < sums.length; count++) {
          if (Math.abs((double) count / n - level(b)) > z * sd(level(b))) {
            sums[count] = 0;
          }
        }
      }
    }
    return given(sums);
  }

  /** The probability of the way to the sum n, given that sum. */
  private double given(double[] sums) {
    return sums.length <= n ? 0 : sums[n] / Math.exp(logPoisson(n, n));
  }

  /** Probabilities of the counts 0, 1, ... up to where they no longer matter. */
  private double[] poisson(double mean) {
    double[] all = new double[n + 1];
    int last = 0;
    for (int count = 0; count <= n; count++) {
      double log = logPoisson(count, mean);
      if (log > LOG_SMALLEST) {
        all[count] = Math.exp(log);
        last = count;
      } else if (count > mean) {
        break;
      }
    }
    return Arrays.copyOf(all, last + 1);
  }

  private static double logPoisson(int count, double mean) {
    return count * FastMath.log(mean) - mean - Gamma.logGamma(count + 1.0);
  }

  /** Probabilities of the sum of two independent counts, up to n. */
  private double[] convolved(double[] left, double[] right) {
    double[] sum = new double[Math.min(n + 1, left.length + right.length - 1)];
    int from = first(right);
    for (int i = first(left); i < left.length; i++) {
      if (left[i] > 0) {
        int end = Math.min(right.length, sum.length - i);
        for (int j = from; j < end; j++) {
          sum[i + j] += left[i] * right[j];
        }
      }
    }
    return sum;
  }

  private static int first(double[] values) {
    int i = 0;
    while (i < values.length && values[i] == 0) {
      i++;
    }
    return i;
  }

  private double expected() {
    return n / (double) BINS;
  }

  private double countSd() {
    return Math.sqrt(expected() * (1 - 1.0 / BINS));
  }

  private double sd(double level) {
    return Math.sqrt(level * (1 - level) / n);
  }
}
