package org.sidereus.validation;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Brings an ensemble from the prior to the posterior: sequential Monte Carlo (Del Moral, Doucet and
 * Jasra 2006). The power of the likelihood grows from 0 to 1. Each time it grows, walkers are drawn
 * anew by their weights and then moved. So each mode gets the share of the walkers that it has of
 * the probability, though no walker goes from one to another where they are far apart.
 */
final class TemperedStart {
  /** Draws of the prior for each walker: a mode may have a small part of the prior. */
  static final int DRAWS = 32;

  /** So many walkers, as a share, remain effective when the power grows. */
  private static final double EFFECTIVE = 0.5;

  /** With each power walkers are moved until so many moves were accepted on average. */
  private static final double MOVES = 3;

  private static final int MOST_STEPS = 60;

  private static final int BISECTIONS = 60;

  private final EnsembleSampler.Target target;
  private final int walkers;
  private final RandomGenerator random;

  /**
   * Starts.
   *
   * @param walkers of each ensemble, even
   */
  TemperedStart(EnsembleSampler.Target target, int walkers, RandomGenerator random) {
    this.target = target;
    this.walkers = walkers;
    this.random = random;
  }

  /** An ensemble that samples the posterior. */
  EnsembleSampler run() {
    double[][] points = new double[DRAWS * walkers][];
    for (int i = 0; i < points.length; i++) {
      points[i] = target.draw(random);
    }
    double[] logs = target.logLikelihoods(points);
    double power = 0;
    while (true) {
      double next = next(logs, power);
      int[] chosen = resampled(weights(logs, next - power));
      double[][] all = points;
      double[] before = logs;
      power = next;
      EnsembleSampler sampler =
          new EnsembleSampler(
              target,
              power,
              Arrays.stream(chosen).mapToObj(i -> all[i]).toArray(double[][]::new),
              Arrays.stream(chosen).mapToDouble(i -> before[i]).toArray(),
              random);
      for (int t = 0; t < MOST_STEPS && sampler.accepted() < MOVES; t++) {
        sampler.step();
      }
      if (power == 1) {
        return sampler;
      }
      points = sampler.positions();
      logs = sampler.logLikelihoods();
    }
  }

  /** The largest power at which enough walkers remain effective. */
  private double next(double[] logs, double power) {
    double low = power;
    double high = 1;
    if (isEnough(weights(logs, 1 - power))) {
      return 1;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = 0.5 * (low + high);
      if (isEnough(weights(logs, middle - power))) {
        low = middle;
      } else {
        high = middle;
      }
    }
    // where no power is small enough, as beside likelihoods that are zero, it grows all the same
    return low > power ? low : high;
  }

  private boolean isEnough(double[] weights) {
    double squares = Arrays.stream(weights).map(w -> w * w).sum();
    return 1 / squares >= EFFECTIVE * walkers;
  }

  /** Powers of likelihoods with the sum 1; all equal where none is positive. */
  private static double[] weights(double[] logs, double power) {
    double largest = Arrays.stream(logs).max().orElseThrow();
    double[] weights = new double[logs.length];
    for (int i = 0; i < logs.length; i++) {
      weights[i] = largest == Double.NEGATIVE_INFINITY ? 1 : Math.exp(power * (logs[i] - largest));
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }

  /** Indices by weight (systematic resampling), in random order: the halves of an ensemble. */
  private int[] resampled(double[] weights) {
    int[] chosen = new int[walkers];
    double start = random.nextDouble();
    double cumulative = weights[0];
    int i = 0;
    for (int w = 0; w < walkers; w++) {
      while (cumulative < (start + w) / walkers && i < weights.length - 1) {
        cumulative += weights[++i];
      }
      int other = random.nextInt(w + 1);
      chosen[w] = chosen[other];
      chosen[other] = i;
    }
    return chosen;
  }
}
