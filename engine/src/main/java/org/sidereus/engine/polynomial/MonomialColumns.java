package org.sidereus.engine.polynomial;

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
  private final double[] weighted;

  MonomialColumns(PolynomialBasis basis, int points) {
    this.basis = basis;
    this.points = points;
    columns = new double[basis.size()][points];
    weighted = new double[points];
    squares = new PolynomialBasis(basis.variables(), 2 * basis.degree());
    factors = new int[squares.size()][];
    for (int i = 0; i < basis.size(); i++) {
      for (int j = 0; j <= i; j++) {
        // monomials are ordered by degree: those of the basis come first, in the same order. The
        // first factor is the constant or one of the highest degree: few columns are weighted
        int product = squares.product(i, j);
        factors[product] = product < basis.size() ? new int[] {0, product} : new int[] {i, j};
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
    double[] moments = new double[squares.size()];
    for (int i = 0; i < columns.length; i++) {
      boolean isWeighted = false;
      for (int m = 0; m < moments.length; m++) {
        if (factors[m][0] != i) {
          continue;
        }
        if (!isWeighted) {
          weigh(columns[i], weights);
          isWeighted = true;
        }
        moments[m] = FixedOrderSum.ofProducts(weighted, columns[factors[m][1]]);
      }
    }
    double[][] products = new double[basis.size()][basis.size()];
    for (int i = 0; i < basis.size(); i++) {
      for (int j = 0; j < basis.size(); j++) {
        products[i][j] = moments[squares.product(i, j)];
      }
    }
    return products;
  }

  private void weigh(double[] column, double[] weights) {
    for (int s = 0; s < points; s++) {
      weighted[s] = weights[s] * column[s];
    }
  }
}
