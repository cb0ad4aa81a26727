package org.sidereus.engine.combination;

/**
 * Places of the natural parameters of a Gaussian of K standardised parameters in a vector: the
 * lower triangle of the precision row by row, then the K entries of precision times mean.
 *
 * @param parameters K
 */
record NaturalLayout(int parameters) {

  /** Number of natural parameters, K (K + 3) / 2. */
  int length() {
    return shift(0) + parameters;
  }

  /** Place of an entry of the precision, which is symmetric. */
  int precision(int i, int j) {
    return triangle(i, j);
  }

  /** Place of entry i of precision times mean. */
  int shift(int i) {
    return parameters * (parameters + 1) / 2 + i;
  }

  /** Place of an entry of a symmetric matrix in its lower triangle, row by row. */
  static int triangle(int i, int j) {
    int row = Math.max(i, j);
    return row * (row + 1) / 2 + Math.min(i, j);
  }
}
