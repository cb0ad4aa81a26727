package org.sidereus.engine.inference;

import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * A normal density of the local noise of a flow at given shared noise: its mean is a quadratic
 * polynomial of the shared noise, its covariance is the same everywhere. Where the flow's
 * conditional density of the local parameters is wrong, samples from it count more evenly than
 * those of standard normal noise. Immutable.
 */
final class LocalProposal {
  /** Widens the fitted covariance: proposals that are too narrow give single large weights. */
  private static final double WIDENING = 1.3;

  /** Added to the variances; those of the noise are 1. */
  private static final double RIDGE = 1e-3;

  /** Points from standard normal noise, which bound the weights: one of so many. */
  private static final int DEFENSIVE_PART = 4;

  private static final double LOG_DEFENSIVE = Math.log(1.0 / DEFENSIVE_PART);
  private static final double LOG_REST = Math.log(1 - 1.0 / DEFENSIVE_PART);

  private final int[] shared;
  private final int[] local;
  private final double[][] coefficients;
  private final double[][] root;
  private final double[][] inverseRoot;
  private final double logDeterminant;
  private final double scale;

  private LocalProposal(
      int[] shared, int[] local, double[][] coefficients, double[][] root, double scale) {
    this.shared = shared;
    this.local = local;
    this.coefficients = coefficients;
    this.root = root;
    this.scale = scale;
    inverseRoot = PositiveMatrix.inverseOfRoot(root);
    double sum = 0;
    for (int i = 0; i < root.length; i++) {
      sum += Math.log(root[i][i]);
    }
    logDeterminant = sum;
  }

  /**
   * The density of weighted points, a little widened.
   *
   * @param points noise [S * D], point by point
   * @param weights [S]
   * @param d number of parameters D
   * @param shared indices of the shared parameters
   * @param radius largest shared noise, a unit for the polynomial
   * @return null if the points do not determine it
   */
  static @Nullable LocalProposal fitted(
      float[] points, double[] weights, int d, int[] shared, double radius) {
    int[] local = others(d, shared);
    int m = terms(shared.length);
    int n = local.length;
    double[][] normal = new double[m][m];
    double[][] right = new double[m][n];
    double total = 0;
    double[] x = new double[m];
    for (int s = 0; s < weights.length; s++) {
      if (weights[s] > 0) {
        fill(points, s * d, shared, radius, x);
        total += weights[s];
        for (int i = 0; i < m; i++) {
          double w = weights[s] * x[i];
          for (int j = 0; j <= i; j++) {
            normal[i][j] += w * x[j];
          }
          for (int j = 0; j < n; j++) {
            right[i][j] += w * points[s * d + local[j]];
          }
        }
      }
    }
    for (int i = 0; i < m; i++) {
      normal[i][i] += RIDGE * total; // towards the flow's own density
      for (int j = 0; j < i; j++) {
        normal[j][i] = normal[i][j];
      }
    }
    DecompositionSolver solver = PositiveMatrix.solver(normal);
    if (solver == null) {
      return null;
    }
    double[][] coefficients = solver.solve(MatrixUtils.createRealMatrix(right)).getData();
    double[][] covariance = new double[n][n];
    double[] residual = new double[n];
    for (int s = 0; s < weights.length; s++) {
      if (weights[s] > 0) {
        fill(points, s * d, shared, radius, x);
        for (int j = 0; j < n; j++) {
          residual[j] = points[s * d + local[j]] - mean(coefficients, x, j);
        }
        for (int i = 0; i < n; i++) {
          for (int j = 0; j <= i; j++) {
            covariance[i][j] += weights[s] / total * residual[i] * residual[j];
          }
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        covariance[i][j] = WIDENING * covariance[i][j] + (i == j ? RIDGE : 0);
        covariance[j][i] = covariance[i][j];
      }
    }
    double[][] root = PositiveMatrix.root(covariance);
    return root == null ? null : new LocalProposal(shared, local, coefficients, root, radius);
  }

  private static int[] others(int d, int[] shared) {
    boolean[] isShared = new boolean[d];
    for (int index : shared) {
      isShared[index] = true;
    }
    int[] others = new int[d - shared.length];
    int next = 0;
    for (int i = 0; i < d; i++) {
      if (!isShared[i]) {
        others[next++] = i;
      }
    }
    return others;
  }

  private static int terms(int k) {
    return 1 + k + k * (k + 1) / 2;
  }

  /** The monomials up to degree 2 of the shared noise of a point. */
  private static void fill(float[] points, int at, int[] shared, double radius, double[] x) {
    int next = 0;
    x[next++] = 1;
    for (int i = 0; i < shared.length; i++) {
      x[next++] = points[at + shared[i]] / radius;
    }
    for (int i = 0; i < shared.length; i++) {
      for (int j = 0; j <= i; j++) {
        x[next++] = x[1 + i] * x[1 + j];
      }
    }
  }

  private static double mean(double[][] coefficients, double[] x, int j) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += coefficients[i][j] * x[i];
    }
    return sum;
  }

  /**
   * Points of the density, and a part that stays standard normal.
   *
   * @param base points with standard normal local noise [S * D]
   */
  float[] of(float[] base) {
    int d = shared.length + local.length;
    float[] points = base.clone();
    double[] x = new double[coefficients.length];
    int count = base.length / d;
    for (int s = count / DEFENSIVE_PART; s < count; s++) {
      fill(base, s * d, shared, scale, x);
      for (int i = 0; i < local.length; i++) {
        double value = mean(coefficients, x, i);
        for (int j = 0; j <= i; j++) {
          value += root[i][j] * base[s * d + local[j]];
        }
        points[s * d + local[i]] = (float) value;
      }
    }
    return points;
  }

  /**
   * Logarithm of the density of the points of {@link #of}, the standard normal part with them, over
   * that of standard normal noise.
   *
   * @param points [S * D]
   * @param s index of the point
   */
  double logRatio(float[] points, int s) {
    int d = shared.length + local.length;
    double[] x = new double[coefficients.length];
    fill(points, s * d, shared, scale, x);
    double[] residual = new double[local.length];
    double standard = 0;
    for (int i = 0; i < residual.length; i++) {
      double value = points[s * d + local[i]];
      residual[i] = value - mean(coefficients, x, i);
      standard += value * value;
    }
    double square = 0;
    for (int i = 0; i < residual.length; i++) {
      double whitened = 0;
      for (int j = 0; j <= i; j++) {
        whitened += inverseRoot[i][j] * residual[j];
      }
      square += whitened * whitened;
    }
    double ratio = LOG_REST + 0.5 * (standard - square) - logDeterminant;
    double largest = Math.max(ratio, LOG_DEFENSIVE);
    return largest + Math.log(Math.exp(ratio - largest) + Math.exp(LOG_DEFENSIVE - largest));
  }
}
