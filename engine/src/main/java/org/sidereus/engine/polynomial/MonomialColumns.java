package org.sidereus.engine.polynomial;

/**
 * The monomials of a basis at a number of points, one column of numbers for each monomial. Sums are
 * taken in a fixed order. Scratch memory: for one thread.
 */
final class MonomialColumns {
  private final PolynomialBasis basis;
  private final int points;
  private final double[][] columns;
  private final double[][] weighted;

  /** For each monomial of twice the degree: two monomials of which it is the product. */
  private final int[][] factors;

  private final PolynomialBasis squares;

  MonomialColumns(PolynomialBasis basis, int points) {
    this.basis = basis;
    this.points = points;
    columns = new double[basis.size()][points];
    weighted = new double[basis.size()][points];
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
    return FixedOrderSum.ofProducts(columns[monomial], numbers);
  }

  /** Adds c times a monomial to a number of each point. */
  void addTo(double[] numbers, int monomial, double c) {
    double[] column = columns[monomial];
    for (int s = 0; s < points; s++) {
      numbers[s] += c * column[s];
    }
  }

  /**
   * Sums of the products of all pairs of monomials over the points.
   *
   * @param weights of the points
   */
  double[][] products(double[] weights) {
    for (int i = 0; i < columns.length; i++) {
      double[] column = columns[i];
      double[] scaled = weighted[i];
      for (int s = 0; s < points; s++) {
        scaled[s] = weights[s] * column[s];
      }
    }
    double[] moments = new double[squares.size()];
    for (int m = 0; m < moments.length; m++) {
      moments[m] = FixedOrderSum.ofProducts(weighted[factors[m][0]], columns[factors[m][1]]);
    }
    double[][] products = new double[basis.size()][basis.size()];
    for (int i = 0; i < basis.size(); i++) {
      for (int j = 0; j < basis.size(); j++) {
        products[i][j] = moments[squares.product(i, j)];
      }
    }
    return products;
  }
}
