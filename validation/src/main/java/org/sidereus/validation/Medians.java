package org.sidereus.validation;

import java.util.Arrays;

/** Medians of samples. */
final class Medians {
  private Medians() {}

  /** The median; of an even number of values the mean of the middle two. */
  static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n == 0 ? Double.NaN : 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
  }
}
