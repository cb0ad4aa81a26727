package org.sidereus.model.engine;

import org.sidereus.model.combine.PolynomialBasis;

/**
 * The monomials of a basis at a number of points, one column of numbers for each monomial. Sums are
 * taken in a fixed order. Scratch memory: for one thread.
 */
final class MonomialColumns {
  private final PolynomialBasis basis;
  private final int points;
  private final double[][] columns;

  /** For each monomial of twice the degree: two monomials of which it is the product. */
  private final int[][] factors;

  private final PolynomialBasis squares;

  MonomialColumns(PolynomialBasis basis, int points) {
    this.basis = basis;
    this.points = points;
    columns = new double[basis.size()][points];
    squares = new PolynomialBasis(basis.variables(), 2 * basis.degree());
    factors = new int[squares.size()][];
    for (int i = 0; i < basis.size(); i++) {
      for (int j = 0; j <= i; j++) {
        // monomials are ordered by degree: those of the basis come first, in the same order
        factors[squares.product(i, j)] = new int[] {i, j};
      }
    }
  }

  /**
   * Fills the columns.
   *
   * @param variables [K][points]
   */
  void fill(double[][] variables) {
    basis.evaluate(variables, columns.length, columns);
  }

  /** Sum of a monomial times a number over the points. */
  double sum(int monomial, double[] numbers) {
    return dot(columns[monomial], numbers);
  }

  /** Adds c times a monomial to a number of each point. */
  void addTo(double[] numbers, int monomial, double c) {
    double[] column = columns[monomial];
    for (int s = 0; s < points; s++) {
      numbers[s] += c * column[s];
    }
  }

  /** Sums of the products of all pairs of monomials over the points. */
  double[][] products() {
    double[] moments = new double[squares.size()];
    for (int m = 0; m < moments.length; m++) {
      moments[m] = dot(columns[factors[m][0]], columns[factors[m][1]]);
    }
    double[][] products = new double[basis.size()][basis.size()];
    for (int i = 0; i < basis.size(); i++) {
      for (int j = 0; j < basis.size(); j++) {
        products[i][j] = moments[squares.product(i, j)];
      }
    }
    return products;
  }

  /** Four partial sums, because one would wait for itself at every step. */
  private static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
