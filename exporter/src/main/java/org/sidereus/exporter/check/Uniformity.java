package org.sidereus.exporter.check;

import java.util.Arrays;
import org.hipparchus.special.Erf;

/** The Kolmogorov-Smirnov test of numbers that should be uniform on [0, 1]. */
final class Uniformity {
  private Uniformity() {}

  /** The largest distance of the empirical from the uniform distribution. */
  static double distance(double[] shares) {
    double[] sorted = shares.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double largest = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, Math.max((i + 1.0) / n - sorted[i], sorted[i] - (double) i / n));
    }
    return largest;
  }

  /** The share of the standard normal distribution below z. */
  static double normalShare(double z) {
    return 0.5 * Erf.erfc(-z / Math.sqrt(2));
  }
}
