package org.sidereus.engine.combination;

import org.hipparchus.special.Erf;

/**
 * The density of a distribution of which five quantiles are known: the standard normal score of the
 * distribution function is a monotone cubic (Fritsch and Butland 1984, SIAM J. Sci. Stat. Comput.
 * 5, 300) between them and linear beyond. For a normal distribution it is exact; it is positive,
 * and its integrals between the quantiles are those of the levels.
 */
final class QuantileDensity {
  private static final int POINTS = MarginalDensity.POINTS;

  /** The plot reaches this score to each side. */
  private static final double REACH = 4;

  private final double[] x;
  private final double[] score = FactorizedPosterior.NORMAL_QUANTILES;
  private final double[] slope;

  private QuantileDensity(double[] x) {
    this.x = x;
    int last = x.length - 1;
    double[] secant = new double[last];
    for (int i = 0; i < last; i++) {
      secant[i] = (score[i + 1] - score[i]) / (x[i + 1] - x[i]);
    }
    slope = new double[x.length];
    slope[0] = secant[0];
    slope[last] = secant[last - 1];
    for (int i = 1; i < last; i++) {
      double left = x[i] - x[i - 1];
      double right = x[i + 1] - x[i];
      double share = (left + 2 * right) / (3 * (left + right));
      slope[i] = secant[i - 1] * secant[i] / (share * secant[i] + (1 - share) * secant[i - 1]);
    }
  }

  /**
   * The density for a plot: its mean within half a step of each node. So the plot has the whole
   * probability, also where the density has a peak or a kink between two nodes.
   *
   * @param quantiles at {@link FactorizedPosterior#LEVELS}, strictly ascending
   */
  static MarginalDensity of(double[] quantiles) {
    QuantileDensity density = new QuantileDensity(quantiles);
    int last = quantiles.length - 1;
    double from = quantiles[0] - (REACH + density.score[0]) / density.slope[0];
    double to = quantiles[last] + (REACH - density.score[last]) / density.slope[last];
    double step = (to - from) / (POINTS - 1);
    double[] nodes = new double[POINTS];
    double[] values = new double[POINTS];
    double below = density.shareBelow(from - 0.5 * step);
    for (int p = 0; p < POINTS; p++) {
      nodes[p] = from + step * p;
      double next = density.shareBelow(nodes[p] + 0.5 * step);
      values[p] = (next - below) / step;
      below = next;
    }
    return new MarginalDensity(nodes, values);
  }

  /**
   * The distribution function.
   *
   * @param quantiles at {@link FactorizedPosterior#LEVELS}, strictly ascending
   */
  static double shareBelow(double[] quantiles, double value) {
    return new QuantileDensity(quantiles).shareBelow(value);
  }

  private double shareBelow(double value) {
    return 0.5 * Erf.erfc(-scoreAt(value) / Math.sqrt(2));
  }

  private double scoreAt(double value) {
    int last = x.length - 1;
    if (value <= x[0]) {
      return score[0] + slope[0] * (value - x[0]);
    }
    if (value >= x[last]) {
      return score[last] + slope[last] * (value - x[last]);
    }
    int i = 0;
    while (value > x[i + 1]) {
      i++;
    }
    double h = x[i + 1] - x[i];
    double t = (value - x[i]) / h;
    double rise = score[i + 1] - score[i];
    return score[i]
        + t * t * (3 - 2 * t) * rise
        + h * t * (1 - t) * ((1 - t) * slope[i] - t * slope[i + 1]);
  }
}
