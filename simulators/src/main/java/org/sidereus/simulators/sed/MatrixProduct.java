package org.sidereus.simulators.sed;

/**
 * Products of a batch of vectors with a matrix in single precision. Each row of the result is
 * summed in the same order: the product of a vector does not depend on its batch.
 */
final class MatrixProduct {
  private MatrixProduct() {}

  /**
   * {@code out = in matrix + offset} for the first rows.
   *
   * @param in [rows][K]
   * @param matrix [K][N]
   * @param offset [N]
   * @param out [rows][N], overwritten
   */
  static void multiply(float[][] in, int rows, float[][] matrix, float[] offset, float[][] out) {
    int width = offset.length;
    for (int r = 0; r < rows; r++) {
      System.arraycopy(offset, 0, out[r], 0, width);
      int k = 0;
      for (; k + 4 <= matrix.length; k += 4) {
        addFour(in[r], k, matrix, out[r], width);
      }
      for (; k < matrix.length; k++) {
        addOne(in[r][k], matrix[k], out[r], width);
      }
    }
  }

  private static void addOne(float a, float[] row, float[] sum, int width) {
    for (int j = 0; j < width; j++) {
      sum[j] = Math.fma(a, row[j], sum[j]);
    }
  }

  /**
   * Four rows of the matrix at a time and one sum: a form that the compiler of Java 17 turns into
   * vector instructions. With two sums in the loop it no longer does, which is three times slower.
   */
  private static void addFour(float[] a, int k, float[][] matrix, float[] sum, int width) {
    float[] row0 = matrix[k];
    float[] row1 = matrix[k + 1];
    float[] row2 = matrix[k + 2];
    float[] row3 = matrix[k + 3];
    float a0 = a[k];
    float a1 = a[k + 1];
    float a2 = a[k + 2];
    float a3 = a[k + 3];
    for (int j = 0; j < width; j++) {
      sum[j] =
          Math.fma(
              a3,
              row3[j],
              Math.fma(a2, row2[j], Math.fma(a1, row1[j], Math.fma(a0, row0[j], sum[j]))));
    }
  }
}
