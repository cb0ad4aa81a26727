package org.sidereus.validation;

import java.util.List;

/**
 * Integrated autocorrelation time of an ensemble of chains, in steps: the autocorrelation functions
 * of the walkers are averaged and summed up to the first lag that is at least five times the sum
 * (Sokal 1997, section 3).
 */
final class AutocorrelationTime {
  private static final double WINDOW = 5;

  private AutocorrelationTime() {}

  /**
   * The time of one coordinate.
   *
   * @param chain positions [steps] of [W][D]
   * @param d which coordinate
   * @return at least 1; infinite if the chain is shorter than the window
   */
  static double of(List<double[][]> chain, int d) {
    int steps = chain.size();
    int walkers = chain.get(0).length;
    double[][] centred = new double[walkers][steps];
    double variance = 0;
    for (int w = 0; w < walkers; w++) {
      double mean = 0;
      for (int t = 0; t < steps; t++) {
        centred[w][t] = chain.get(t)[w][d];
        mean += centred[w][t] / steps;
      }
      for (int t = 0; t < steps; t++) {
        centred[w][t] -= mean;
        variance += centred[w][t] * centred[w][t];
      }
    }
    double tau = 1;
    for (int lag = 1; lag < steps; lag++) {
      double covariance = 0;
      for (double[] one : centred) {
        for (int t = lag; t < steps; t++) {
          covariance += one[t] * one[t - lag];
        }
      }
      tau += 2 * covariance / variance;
      if (lag >= WINDOW * tau) {
        return Math.max(1, tau);
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
