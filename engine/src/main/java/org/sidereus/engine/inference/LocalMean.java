package org.sidereus.engine.inference;

import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * The mean of the local noise at given shared noise: a quadratic polynomial of the shared noise.
 * Immutable.
 */
final class LocalMean {
  /** Draws the polynomial towards 0, the mean of the flow's own density. */
  private static final double RIDGE = 1e-3;

  private final NoiseLayout layout;
  private final double radius;
  private final double[][] coefficients;

  private LocalMean(NoiseLayout layout, double radius, double[][] coefficients) {
    this.layout = layout;
    this.radius = radius;
    this.coefficients = coefficients;
  }

  /**
   * A linear mean.
   *
   * @param centre at the origin [n]
   * @param slope by the shared noise [n, K]
   */
  static LocalMean linear(NoiseLayout layout, double[] centre, double[][] slope) {
    double[][] coefficients = new double[terms(layout.shared().length)][];
    coefficients[0] = centre.clone();
    for (int i = 1; i < coefficients.length; i++) {
      coefficients[i] = new double[centre.length];
      for (int j = 0; j < centre.length && i <= layout.shared().length; j++) {
        coefficients[i][j] = slope[j][i - 1];
      }
    }
    return new LocalMean(layout, 1, coefficients);
  }

  /**
   * The polynomial of weighted points.
   *
   * @param points noise [S * D], point by point
   * @param weights [S]
   * @param radius largest shared noise, a unit for the polynomial
   * @return null if the points do not determine it
   */
  static @Nullable LocalMean fitted(
      NoiseLayout layout, float[] points, double[] weights, double radius) {
    int d = layout.dimensions();
    int m = terms(layout.shared().length);
    int n = layout.local().length;
    double[][] normal = new double[m][m];
    double[][] right = new double[m][n];
    double total = 0;
    double[] x = new double[m];
    for (int s = 0; s < weights.length; s++) {
      if (weights[s] > 0) {
        fill(points, s * d, layout.shared(), radius, x);
        total += weights[s];
        for (int i = 0; i < m; i++) {
          double w = weights[s] * x[i];
          for (int j = 0; j <= i; j++) {
            normal[i][j] += w * x[j];
          }
          for (int j = 0; j < n; j++) {
            right[i][j] += w * points[s * d + layout.local()[j]];
          }
        }
      }
    }
    for (int i = 0; i < m; i++) {
      normal[i][i] += RIDGE * total;
      for (int j = 0; j < i; j++) {
        normal[j][i] = normal[i][j];
      }
    }
    DecompositionSolver solver = PositiveMatrix.solver(normal);
    return solver == null
        ? null
        : new LocalMean(
            layout, radius, solver.solve(MatrixUtils.createRealMatrix(right)).getData());
  }

  private static int terms(int k) {
    return 1 + k + k * (k + 1) / 2;
  }

  /** The monomials up to degree 2 of the shared noise of a point. */
  private static void fill(float[] points, int at, int[] shared, double radius, double[] x) {
    int next = 0;
    x[next++] = 1;
    for (int index : shared) {
      x[next++] = points[at + index] / radius;
    }
    for (int i = 0; i < shared.length; i++) {
      for (int j = 0; j <= i; j++) {
        x[next++] = x[1 + i] * x[1 + j];
      }
    }
  }

  /**
   * The mean at the shared noise of a point.
   *
   * @param points noise [S * D]
   * @param at place of the first number of the point
   * @return [n]
   */
  double[] at(float[] points, int at) {
    double[] x = new double[coefficients.length];
    fill(points, at, layout.shared(), radius, x);
    double[] mean = new double[layout.local().length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += coefficients[i][j] * x[i];
      }
    }
    return mean;
  }
}
