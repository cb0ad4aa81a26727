package org.sidereus.engine.polynomial;

import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.numerics.FixedOrderSum;
import org.sidereus.engine.numerics.PositiveMatrix;

/** The normal equations of a regression. */
final class NormalEquations {
  private final double[][] matrix;
  private final DecompositionSolver solver;

  private NormalEquations(double[][] matrix, DecompositionSolver solver) {
    this.matrix = matrix;
    this.solver = solver;
  }

  /**
   * Equations with a symmetric matrix.
   *
   * @param matrix [N][N], kept; its diagonal is raised by a share of itself
   * @return null where the matrix is not positive
   */
  static @Nullable NormalEquations of(double[][] matrix, double ridge) {
    for (int i = 0; i < matrix.length; i++) {
      matrix[i][i] *= 1 + ridge;
    }
    DecompositionSolver solver = PositiveMatrix.solver(matrix);
    return solver == null ? null : new NormalEquations(matrix, solver);
  }

  /** The solution [N] for a right side [N]. */
  double[] solve(double[] right) {
    return solver.solve(MatrixUtils.createRealVector(right)).toArray();
  }

  /** v' M v for a vector [N]. */
  double square(double[] v) {
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      sum += v[i] * FixedOrderSum.ofProducts(matrix[i], v);
    }
    return sum;
  }
}
