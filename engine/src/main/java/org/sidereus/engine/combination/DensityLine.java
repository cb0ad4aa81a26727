package org.sidereus.engine.combination;

import org.jspecify.annotations.Nullable;

/**
 * A density on an even grid.
 *
 * @param highest its largest logarithm
 * @param logTotal logarithm of its integral
 */
record DensityLine(
    double from, double step, double mean, double sd, double highest, double logTotal) {
  /** Points of the grid. */
  static final int POINTS = 61;

  /** The last point. */
  double to() {
    return from + (POINTS - 1) * step;
  }

  static @Nullable DensityLine of(Density density, double from, double to) {
    double step = (to - from) / (POINTS - 1);
    double[] logs = new double[POINTS];
    double highest = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < POINTS; p++) {
      logs[p] = density.log(from + p * step);
      highest = Math.max(highest, logs[p]);
    }
    double total = 0;
    double mean = 0;
    double square = 0;
    for (int p = 0; p < POINTS; p++) {
      double weight = Math.exp(logs[p] - highest);
      double mu = from + p * step;
      total += weight;
      mean += weight * mu;
      square += weight * mu * mu;
    }
    mean /= total;
    double variance = square / total - mean * mean;
    return total > 0 && Double.isFinite(total)
        ? new DensityLine(
            from,
            step,
            mean,
            Math.sqrt(Math.max(0, variance)),
            highest,
            highest + Math.log(total * step))
        : null;
  }

  /** A density of one coordinate. */
  interface Density {
    double log(double mu);
  }
}
