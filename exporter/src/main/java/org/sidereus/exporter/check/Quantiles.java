package org.sidereus.exporter.check;

import java.util.Arrays;

/** Quantiles of a few numbers. */
final class Quantiles {
  private final double[] sorted;

  /** Copies the numbers. */
  Quantiles(double... values) {
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /** The number below which a share of the numbers lies; not a number where there are none. */
  double at(double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }

  double median() {
    return at(0.5);
  }
}
