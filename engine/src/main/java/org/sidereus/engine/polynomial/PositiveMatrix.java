package org.sidereus.engine.polynomial;

import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;

/** Inverses and roots of small symmetric positive matrices. */
public final class PositiveMatrix {
  /** Relative difference of the halves of a matrix that counts as symmetric. */
  private static final double SYMMETRY = 1e-6;

  private PositiveMatrix() {}

  /** Inverse of a symmetric matrix [K][K]; null where it is not positive. */
  public static double @Nullable [][] inverse(double[][] matrix) {
    CholeskyDecomposition decomposition = decomposition(matrix);
    return decomposition == null ? null : decomposition.getSolver().getInverse().getData();
  }

  /** Cholesky factor L of a symmetric matrix L L' [K][K]; null where it is not positive. */
  static double @Nullable [][] root(double[][] matrix) {
    CholeskyDecomposition decomposition = decomposition(matrix);
    return decomposition == null ? null : decomposition.getL().getData();
  }

  /** Inverse of a lower triangle [K][K] whose diagonal is not 0. */
  static double[][] inverseOfRoot(double[][] root) {
    int k = root.length;
    double[][] inverse = new double[k][k];
    for (int i = 0; i < k; i++) {
      inverse[i][i] = 1 / root[i][i];
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int m = j; m < i; m++) {
          sum -= root[i][m] * inverse[m][j];
        }
        inverse[i][j] = sum / root[i][i];
      }
    }
    return inverse;
  }

  private static @Nullable CholeskyDecomposition decomposition(double[][] matrix) {
    try {
      return new CholeskyDecomposition(MatrixUtils.createRealMatrix(matrix), SYMMETRY, 0);
    } catch (MathRuntimeException e) {
      return null;
    }
  }
}
