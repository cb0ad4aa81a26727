package org.sidereus.engine.inference;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An affine map z = m + L e of the base of a flow: the flow after it is another flow, with another
 * density of the same samples. L is lower triangular with the shared parameters first, so that the
 * marginal density of the shared parameters stays known. Immutable.
 */
final class LatentMap {
  /** Widens the fitted covariance: proposals that are too narrow give single large weights. */
  private static final double WIDENING = 1.15;

  /** Added to the variances; those of the base are 1. */
  private static final double RIDGE = 1e-6;

  private final int[] order;
  private final int sharedCount;
  private final double[] mean;
  private final double[][] root;
  private final double logDeterminant;
  private final double sharedLogDeterminant;

  private LatentMap(int[] order, int sharedCount, double[] mean, double[][] root) {
    this.order = order;
    this.sharedCount = sharedCount;
    this.mean = mean;
    this.root = root;
    double sum = 0;
    double ofShared = 0;
    for (int i = 0; i < order.length; i++) {
      sum += Math.log(root[i][i]);
      ofShared = i == sharedCount - 1 ? sum : ofShared;
    }
    logDeterminant = sum;
    sharedLogDeterminant = ofShared;
  }

  /**
   * The map that gives standard normal points the mean of weighted points and their covariance, a
   * little widened.
   *
   * @param points [S * D], point by point; more may follow
   * @param weights [S], sum 1
   * @param shared indices of the shared parameters, ascending
   * @return null if the points do not span all dimensions
   */
  static @Nullable LatentMap fitted(float[] points, double[] weights, int d, int[] shared) {
    int[] order = NoiseLayout.of(d, shared).order();
    double[] mean = new double[d];
    for (int s = 0; s < weights.length; s++) {
      for (int i = 0; i < d; i++) {
        mean[i] += weights[s] * points[s * d + order[i]];
      }
    }
    double[][] root = new double[d][d];
    for (int s = 0; s < weights.length; s++) {
      for (int i = 0; i < d; i++) {
        double deviation = weights[s] * (points[s * d + order[i]] - mean[i]);
        for (int j = 0; j <= i; j++) {
          root[i][j] += deviation * (points[s * d + order[j]] - mean[j]);
        }
      }
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = WIDENING * root[i][j] + (i == j ? RIDGE : 0);
        for (int k = 0; k < j; k++) {
          sum -= root[i][k] * root[j][k];
        }
        if (i == j && !(sum > 0 && Double.isFinite(sum))) {
          return null;
        }
        root[i][j] = i == j ? Math.sqrt(sum) : sum / root[j][j];
      }
    }
    return new LatentMap(order, shared.length, mean, root);
  }

  /** The map of the shared parameters alone. */
  LatentMap ofShared() {
    double[] centre = new double[order.length];
    double[][] rows = new double[order.length][order.length];
    for (int i = 0; i < order.length; i++) {
      if (i < sharedCount) {
        centre[i] = mean[i];
        rows[i] = root[i].clone();
      } else {
        rows[i][i] = 1;
      }
    }
    return new LatentMap(order, sharedCount, centre, rows);
  }

  /** What the map does to the local noise at given shared noise before the map. */
  LocalProposal ofLocal(NoiseLayout layout, NoiseCells cells) {
    int n = order.length - sharedCount;
    double[] centre = Arrays.copyOfRange(mean, sharedCount, order.length);
    double[][] slope = new double[n][];
    double[][] covariance = new double[n][n];
    for (int i = 0; i < n; i++) {
      double[] row = root[sharedCount + i];
      slope[i] = Arrays.copyOf(row, sharedCount);
      for (int j = 0; j <= i; j++) {
        for (int k = sharedCount; k < order.length; k++) {
          covariance[i][j] += row[k] * root[sharedCount + j][k];
        }
      }
    }
    return LocalProposal.affine(layout, cells, LocalMean.linear(layout, centre, slope), covariance);
  }

  /**
   * The points of the flow's base.
   *
   * @param base points before the map [S * D]
   */
  float[] of(float[] base) {
    int d = order.length;
    float[] points = new float[base.length];
    for (int s = 0; s < base.length / d; s++) {
      for (int i = 0; i < d; i++) {
        double value = mean[i];
        for (int j = 0; j <= i; j++) {
          value += root[i][j] * base[s * d + order[j]];
        }
        points[s * d + order[i]] = (float) value;
      }
    }
    return points;
  }

  /**
   * Logarithm of the density of a point after the map over that of the flow without it.
   *
   * @param base points before the map [S * D]
   * @param points points after it [S * D]
   * @param s index of the point
   */
  double logRatio(float[] base, float[] points, int s) {
    return logRatio(base, points, s, order.length) - logDeterminant;
  }

  /** The same of the marginal densities of the shared parameters. */
  double sharedLogRatio(float[] base, float[] points, int s) {
    return logRatio(base, points, s, sharedCount) - sharedLogDeterminant;
  }

  private double logRatio(float[] base, float[] points, int s, int dimensions) {
    double sum = 0;
    for (int i = 0; i < dimensions; i++) {
      int at = s * order.length + order[i];
      sum += (double) points[at] * points[at] - (double) base[at] * base[at];
    }
    return 0.5 * sum;
  }
}
