package org.sidereus.engine.combination;

import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;

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
    double[][] root = root(covariance);
    return root == null ? null : new Moments(mean, covariance, root);
  }

  /** Cholesky factor of a symmetric matrix; null where it is not positive. */
  static double @Nullable [][] root(double[][] matrix) {
    try {
      return new CholeskyDecomposition(MatrixUtils.createRealMatrix(matrix), 1e-9, 0)
          .getL()
          .getData();
    } catch (MathRuntimeException e) {
      return null;
    }
  }

  /** Distance of a point [K] from the mean, in standard deviations. */
  double distanceOf(double[] point) {
    double[] difference = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      difference[i] = point[i] - mean[i];
    }
    DecompositionSolver solver =
        new CholeskyDecomposition(MatrixUtils.createRealMatrix(covariance), 1e-9, 0).getSolver();
    return Math.sqrt(
        solver
            .solve(MatrixUtils.createRealVector(difference))
            .dotProduct(MatrixUtils.createRealVector(difference)));
  }
}
