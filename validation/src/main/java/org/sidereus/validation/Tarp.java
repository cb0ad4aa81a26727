package org.sidereus.validation;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Tests of accuracy with random points (Lemos et al. 2023): expected coverage of regions around
 * reference points that do not know the data. Regions of all parameters at once, so it also sees
 * wrong correlations.
 *
 * @param credibility levels [n], from 0 to 1
 * @param coverage share of the objects whose truth lies in the region of that credibility [n]
 * @param lower lower edge of the 99 % bootstrap band of the coverage [n]
 * @param upper its upper edge [n]
 * @param deviation largest distance of the coverage from the diagonal, over all levels
 */
public record Tarp(
    double[] credibility, double[] coverage, double[] lower, double[] upper, double deviation) {
  private static final int LEVELS = 51;
  private static final int RESAMPLES = 200;

  /**
   * From the credibility of the smallest region with the truth, for each object.
   *
   * @param fractions share of the posterior nearer to the reference point than the truth [N]
   */
  static Tarp of(double[] fractions, long seed) {
    double[] sorted = fractions.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double deviation = 0;
    for (int i = 0; i < n; i++) {
      deviation = Math.max(deviation, Math.abs(sorted[i] - i / (double) n));
      deviation = Math.max(deviation, Math.abs(sorted[i] - (i + 1) / (double) n));
    }
    double[] levels = IntStream.range(0, LEVELS).mapToDouble(i -> i / (LEVELS - 1.0)).toArray();
    SplittableRandom random = new SplittableRandom(seed);
    double[][] resampled = new double[LEVELS][RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double[] one = new double[n];
      for (int i = 0; i < n; i++) {
        one[i] = fractions[random.nextInt(n)];
      }
      double[] curve = shares(one, levels);
      for (int l = 0; l < LEVELS; l++) {
        resampled[l][r] = curve[l];
      }
    }
    double[] lower = new double[LEVELS];
    double[] upper = new double[LEVELS];
    for (int l = 0; l < LEVELS; l++) {
      Arrays.sort(resampled[l]);
      lower[l] = resampled[l][0];
      upper[l] = resampled[l][RESAMPLES - 1];
    }
    return new Tarp(levels, shares(fractions, levels), lower, upper, deviation);
  }

  /**
   * The deviation that a perfect posterior exceeds with a given probability, at most: the first
   * term of the distribution of Kolmogorov.
   */
  static double noise(int objects, double probability) {
    return Math.sqrt(-Math.log(probability / 2) / (2 * objects));
  }

  private static double[] shares(double[] values, double[] levels) {
    double[] counts = new double[levels.length];
    for (double value : values) {
      int first = Math.max(0, (int) Math.ceil(value * (levels.length - 1)));
      if (first < counts.length) {
        counts[first]++;
      }
    }
    double sum = 0;
    for (int l = 0; l < counts.length; l++) {
      sum += counts[l];
      counts[l] = sum / values.length;
    }
    return counts;
  }
}
