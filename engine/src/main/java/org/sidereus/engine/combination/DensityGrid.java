package org.sidereus.engine.combination;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Integrals of a density of the shared parameters on a grid that is centred and scaled on given
 * moments.
 */
final class DensityGrid {
  /** The grid reaches this many standard deviations to each side. */
  private static final double REACH = 6;

  /** Points of the grid in each direction: four for each standard deviation. */
  private static final int POINTS = 49;

  /** Points where only a sum is needed: two for each standard deviation. */
  private static final int COARSE_POINTS = 25;

  private final SharedCoordinates coordinates;
  private final PolynomialDensity density;

  DensityGrid(SharedCoordinates coordinates, PolynomialDensity density) {
    this.coordinates = coordinates;
    this.density = density;
  }

  /**
   * Moments of a density.
   *
   * @param moments its mean and covariance
   * @param borderShare share of the probability that lies on the border of the grid
   */
  record Integral(Moments moments, double borderShare) {}

  /** The moments of the density on a grid around given ones; null where they are degenerate. */
  @Nullable Integral integrate(Moments around) {
    int k = coordinates.size();
    int points = (int) Math.pow(POINTS, k);
    double[][] z = new double[k][points];
    boolean[] border = new boolean[points];
    double[] step = new double[k];
    for (int p = 0; p < points; p++) {
      int rest = p;
      for (int i = 0; i < k; i++) {
        int index = rest % POINTS;
        rest /= POINTS;
        border[p] |= index == 0 || index == POINTS - 1;
        step[i] = step(index, POINTS);
      }
      for (int i = 0; i < k; i++) {
        double coordinate = around.mean()[i];
        for (int j = 0; j <= i; j++) {
          coordinate += around.root()[i][j] * step[j];
        }
        z[i][p] = coordinate;
      }
    }
    double[] logDensity = density.at(z);
    double highest = highest(logDensity);
    double total = 0;
    double onBorder = 0;
    double[] mean = new double[k];
    for (int p = 0; p < points; p++) {
      double weight = Math.exp(logDensity[p] - highest);
      logDensity[p] = weight;
      total += weight;
      onBorder += border[p] ? weight : 0;
      for (int i = 0; i < k; i++) {
        mean[i] += weight * z[i][p];
      }
    }
    if (!(total > 0) || !Double.isFinite(total)) {
      return null;
    }
    for (int i = 0; i < k; i++) {
      mean[i] /= total;
    }
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int p = 0; p < points; p++) {
          sum += logDensity[p] * (z[i][p] - mean[i]) * (z[j][p] - mean[j]);
        }
        covariance[i][j] = sum / total;
        covariance[j][i] = covariance[i][j];
      }
    }
    Moments moments = Moments.of(mean, covariance);
    return moments == null ? null : new Integral(moments, onBorder / total);
  }

  /**
   * The marginal density of one parameter, in its unit: the same integral as for the moments, on a
   * grid whose first direction is that parameter's, so that the others are summed out at its nodes.
   * Null where the moments are degenerate.
   */
  @Nullable GridDensity marginal(int parameter, Moments around) {
    int k = coordinates.size();
    int[] order = new int[k];
    for (int i = 0; i < k; i++) {
      order[i] = i == 0 ? parameter : i <= parameter ? i - 1 : i;
    }
    double[][] permuted = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        permuted[i][j] = around.covariance()[order[i]][order[j]];
      }
    }
    double[][] root = Moments.root(permuted);
    if (root == null) {
      return null;
    }
    int points = POINTS;
    for (int i = 1; i < k; i++) {
      points *= COARSE_POINTS;
    }
    double[] step = new double[k];
    double[][] z = new double[k][points];
    for (int p = 0; p < points; p++) {
      int rest = p / POINTS;
      step[0] = step(p % POINTS, POINTS);
      for (int i = 1; i < k; i++) {
        step[i] = step(rest % COARSE_POINTS, COARSE_POINTS);
        rest /= COARSE_POINTS;
      }
      for (int i = 0; i < k; i++) {
        double coordinate = around.mean()[order[i]];
        for (int j = 0; j <= i; j++) {
          coordinate += root[i][j] * step[j];
        }
        z[order[i]][p] = coordinate;
      }
    }
    double[] logDensity = density.at(z);
    double highest = highest(logDensity);
    double[] values = new double[POINTS];
    for (int p = 0; p < points; p++) {
      values[p % POINTS] += Math.exp(logDensity[p] - highest);
    }
    double sd = coordinates.sd(parameter) * root[0][0];
    double mean = coordinates.physical(around.mean())[parameter];
    return new GridDensity(mean - REACH * sd, 2 * REACH * sd / (POINTS - 1), values);
  }

  /** A node of the grid in one direction, in standard deviations. */
  private static double step(int index, int points) {
    return REACH * (2.0 * index / (points - 1) - 1);
  }

  private static double highest(double[] values) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      highest = Math.max(highest, value);
    }
    return highest;
  }
}
