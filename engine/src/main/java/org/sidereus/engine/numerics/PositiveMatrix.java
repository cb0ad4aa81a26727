package org.sidereus.engine.numerics;

import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.jspecify.annotations.Nullable;

/** Inverses and roots of small symmetric positive matrices, by their Cholesky factors. */
public final class PositiveMatrix {
  /** Relative difference of the halves of a matrix that counts as symmetric. */
  private static final double SYMMETRY = 1e-6;

  private PositiveMatrix() {}

  /** Inverse of a symmetric matrix [K][K]; null where it is not positive. */
  public static double @Nullable [][] inverse(double[][] matrix) {
    RealMatrix inverse = inverse(MatrixUtils.createRealMatrix(matrix), 0);
    return inverse == null ? null : inverse.getData();
  }

  /** Inverse of a symmetric matrix [K, K]; null where it is not positive. */
  public static @Nullable RealMatrix inverse(RealMatrix matrix) {
    return inverse(matrix, 0);
  }

  /**
   * Inverse of a symmetric matrix [K, K].
   *
   * @param leastPivot square of a diagonal element of the Cholesky factor
   * @return null where a pivot is not above {@code leastPivot}
   */
  public static @Nullable RealMatrix inverse(RealMatrix matrix, double leastPivot) {
    CholeskyDecomposition decomposition = decomposition(matrix, leastPivot);
    return decomposition == null ? null : decomposition.getSolver().getInverse();
  }

  /** Solver of equations with a symmetric matrix [K][K]; null where it is not positive. */
  public static @Nullable DecompositionSolver solver(double[][] matrix) {
    CholeskyDecomposition decomposition = decomposition(MatrixUtils.createRealMatrix(matrix), 0);
    return decomposition == null ? null : decomposition.getSolver();
  }

  /**
   * Cholesky factor L of a symmetric matrix L L' [K][K], of which the lower triangle is read; null
   * where it is not positive.
   */
  public static double @Nullable [][] root(double[][] matrix) {
    int k = matrix.length;
    double[][] root = Columns.of(k, k);
    for (int i = 0; i < k; i++) {
      System.arraycopy(matrix[i], 0, root[i], 0, i + 1);
    }
    for (int i = 0; i < k; i++) {
      if (!(root[i][i] > 0)) {
        return null;
      }
      root[i][i] = Math.sqrt(root[i][i]);
      double inverse = 1 / root[i][i];
      for (int q = i + 1; q < k; q++) {
        root[q][i] *= inverse;
      }
      for (int q = i + 1; q < k; q++) {
        for (int p = q; p < k; p++) {
          root[p][q] -= root[q][i] * root[p][i];
        }
      }
    }
    return root;
  }

  /** Whether a symmetric matrix [K][K] is positive. */
  public static boolean isPositive(double[][] matrix) {
    return decomposition(MatrixUtils.createRealMatrix(matrix), 0) != null;
  }

  /** Inverse of a lower triangle [K][K] whose diagonal is not 0. */
  public static double[][] inverseOfRoot(double[][] root) {
    int k = root.length;
    double[][] inverse = Columns.of(k, k);
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

  private static @Nullable CholeskyDecomposition decomposition(
      RealMatrix matrix, double leastPivot) {
    try {
      return new CholeskyDecomposition(matrix, SYMMETRY, leastPivot);
    } catch (MathRuntimeException e) {
      return null;
    }
  }
}
