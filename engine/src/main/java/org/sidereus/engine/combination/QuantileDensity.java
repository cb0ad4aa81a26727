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
   * The density for a plot.
   *
   * @param quantiles at {@link FactorizedPosterior#LEVELS}, strictly ascending
   */
  static MarginalDensity of(double[] quantiles) {
    QuantileDensity density = new QuantileDensity(quantiles);
    int last = quantiles.length - 1;
    double from = quantiles[0] - (REACH + density.score[0]) / density.slope[0];
    double to = quantiles[last] + (REACH - density.score[last]) / density.slope[last];
    double[] nodes = new double[POINTS];
    double[] values = new double[POINTS];
    for (int p = 0; p < POINTS; p++) {
      nodes[p] = from + (to - from) * p / (POINTS - 1);
      values[p] = density.at(nodes[p]);
    }
    return new MarginalDensity(nodes, values);
  }

  /**
   * The distribution function.
   *
   * @param quantiles at {@link FactorizedPosterior#LEVELS}, strictly ascending
   */
  static double shareBelow(double[] quantiles, double value) {
    double score = new QuantileDensity(quantiles).scoreAt(value)[0];
    return 0.5 * Erf.erfc(-score / Math.sqrt(2));
  }

  private double at(double value) {
    double[] at = scoreAt(value);
    return Math.exp(-0.5 * at[0] * at[0]) / Math.sqrt(2 * Math.PI) * at[1];
  }

  /** The score at a value, and its derivative. */
  private double[] scoreAt(double value) {
    int last = x.length - 1;
    if (value <= x[0]) {
      return new double[] {score[0] + slope[0] * (value - x[0]), slope[0]};
    }
    if (value >= x[last]) {
      return new double[] {score[last] + slope[last] * (value - x[last]), slope[last]};
    }
    int i = 0;
    while (value > x[i + 1]) {
      i++;
    }
    double h = x[i + 1] - x[i];
    double t = (value - x[i]) / h;
    double rise = score[i + 1] - score[i];
    double at =
        score[i]
            + t * t * (3 - 2 * t) * rise
            + h * t * (1 - t) * ((1 - t) * slope[i] - t * slope[i + 1]);
    double derivative =
        6 * t * (1 - t) * rise / h
            + (1 - t) * (1 - 3 * t) * slope[i]
            + t * (3 * t - 2) * slope[i + 1];
    return new double[] {at, derivative};
  }
}
