package org.sidereus.engine.combination;

import java.util.Arrays;
import java.util.Objects;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.RealVector;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.numerics.PositiveMatrix;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Mean and covariance of the shared parameters in standardised coordinates. The arrays are not
 * copied; do not change them.
 *
 * @param mean [K]
 * @param covariance [K][K]
 * @param root Cholesky factor of the covariance [K][K]
 */
record Moments(double[] mean, double[][] covariance, double[][] root) {

  /** Moments with the root of the covariance; null where the covariance has none. */
  static @Nullable Moments of(double[] mean, double[][] covariance) {
    double[][] root = PositiveMatrix.root(covariance);
    return root == null ? null : new Moments(mean, covariance, root);
  }

  /** The moments of a posterior in standardised coordinates; null where there is no root. */
  static @Nullable Moments of(FactorizedPosterior posterior, SharedCoordinates coordinates) {
    int k = coordinates.size();
    double[] mean = new double[k];
    coordinates.standardise(posterior.mean(), mean);
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        covariance[i][j] =
            posterior.covariance()[i * k + j] / (coordinates.sd(i) * coordinates.sd(j));
      }
    }
    return of(mean, covariance);
  }

  /** The same mean with twice the covariance. */
  Moments widened() {
    return new Moments(mean, scaled(covariance, 2), scaled(root, Math.sqrt(2)));
  }

  private static double[][] scaled(double[][] matrix, double factor) {
    return Arrays.stream(matrix)
        .map(row -> Arrays.stream(row).map(value -> factor * value).toArray())
        .toArray(double[][]::new);
  }

  /** Distance of a point [K] from the mean, in standard deviations. */
  double distanceOf(double[] point) {
    RealVector difference = new ArrayRealVector(point).subtract(new ArrayRealVector(mean, false));
    DecompositionSolver solver =
        Objects.requireNonNull(PositiveMatrix.solver(covariance), "the covariance has a root");
    return Math.sqrt(solver.solve(difference).dotProduct(difference));
  }
}
