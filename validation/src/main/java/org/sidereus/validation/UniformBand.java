package org.sidereus.validation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a sample of n uniform numbers in [0, 1] may look like: bands that hold the counts of all
 * bins, or the cumulative shares at all borders between bins, at once with a probability of 99 %.
 *
 * <p>The bands are z standard deviations of the binomial wide, with the z that a simulation of
 * uniform samples needs (the idea of Säilynoja, Bürkner and Vehtari 2022, with constant
 * standardised width). Pointwise bands would be left somewhere by nearly every good result.
 */
final class UniformBand {
  static final int BINS = 20;
  private static final int SIMULATIONS = 4_000;
  private static final double PROBABILITY = 0.99;
  private static final long SEED = 20_26;

  private final int n;
  private final double countLimit;
  private final double shareLimit;

  /**
   * The bands of a sample.
   *
   * @param n its size, at least 1
   */
  UniformBand(int n) {
    this.n = n;
    SplittableRandom random = new SplittableRandom(SEED);
    double[] counts = new double[SIMULATIONS];
    double[] shares = new double[SIMULATIONS];
    for (int r = 0; r < SIMULATIONS; r++) {
      int[] bins = new int[BINS];
      for (int i = 0; i < n; i++) {
        bins[random.nextInt(BINS)]++;
      }
      counts[r] = countDeviation(bins);
      shares[r] = shareDeviation(bins);
    }
    countLimit = quantile(counts);
    shareLimit = quantile(shares);
  }

  private static double quantile(double[] values) {
    Arrays.sort(values);
    return values[(int) Math.ceil(PROBABILITY * values.length) - 1];
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
    double p = 1.0 / BINS;
    double largest = 0;
    for (int count : bins) {
      largest = Math.max(largest, Math.abs(count - n * p) / Math.sqrt(n * p * (1 - p)));
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

  /** Half the width of the band of a bin's count. */
  double countHalfWidth() {
    double p = 1.0 / BINS;
    return countLimit * Math.sqrt(n * p * (1 - p));
  }

  /** Half the width of the band of the cumulative share at a level. */
  double shareHalfWidth(double level) {
    return shareLimit * sd(level);
  }

  double countLimit() {
    return countLimit;
  }

  double shareLimit() {
    return shareLimit;
  }

  private double sd(double level) {
    return Math.sqrt(level * (1 - level) / n);
  }
}
