package org.sidereus.engine.polynomial;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.sidereus.engine.numerics.FixedOrderSum;
import org.sidereus.engine.numerics.LinearCombination;

/**
 * The monomials of a basis at a number of points, one column of numbers for each monomial. Sums are
 * taken in a fixed order. Scratch memory: for one thread.
 */
final class MonomialColumns {
  private final PolynomialBasis basis;
  private final double[][] columns;

  /** For each monomial: the monomials of twice the degree that are its products with others. */
  private final int[][] products;

  /** The columns of these others. */
  private final double[][][] others;

  private final PolynomialBasis squares;
  private final double[] weighted;

  MonomialColumns(PolynomialBasis basis, int points) {
    this.basis = basis;
    columns = new double[basis.size()][points];
    weighted = new double[points];
    squares = new PolynomialBasis(basis.variables(), 2 * basis.degree());
    int[][] factors = new int[squares.size()][];
    for (int i = 0; i < basis.size(); i++) {
      for (int j = 0; j <= i; j++) {
        // monomials are ordered by degree: those of the basis come first, in the same order. The
        // first factor is the constant or one of the highest degree: few columns are weighted
        int product = squares.product(i, j);
        factors[product] = product < basis.size() ? new int[] {0, product} : new int[] {i, j};
      }
    }
    products = new int[basis.size()][];
    others = new double[basis.size()][][];
    for (int i = 0; i < basis.size(); i++) {
      int first = i;
      products[i] =
          IntStream.range(0, factors.length).filter(m -> factors[m][0] == first).toArray();
      others[i] =
          Arrays.stream(products[i]).mapToObj(m -> columns[factors[m][1]]).toArray(double[][]::new);
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

  /** Sums of each monomial times a number over the points. */
  double[] sums(double[] numbers) {
    double[] sums = new double[columns.length];
    FixedOrderSum.ofProducts(numbers, columns, columns.length, sums);
    return sums;
  }

  /** Fills in the values of the polynomial with these coefficients at the points. */
  void evaluate(double[] coefficients, double[] values) {
    Arrays.fill(values, 0);
    LinearCombination.add(coefficients, columns, values);
  }

  /**
   * Sums of the products of all pairs of monomials over the points.
   *
   * @param weights of the points
   */
  double[][] products(double[] weights) {
    double[] moments = new double[squares.size()];
    for (int i = 0; i < columns.length; i++) {
      if (products[i].length > 0) {
        weigh(columns[i], weights);
        double[] sums = new double[products[i].length];
        FixedOrderSum.ofProducts(weighted, others[i], sums.length, sums);
        for (int n = 0; n < sums.length; n++) {
          moments[products[i][n]] = sums[n];
        }
      }
    }
    double[][] matrix = new double[basis.size()][basis.size()];
    for (int i = 0; i < basis.size(); i++) {
      for (int j = 0; j < basis.size(); j++) {
        matrix[i][j] = moments[squares.product(i, j)];
      }
    }
    return matrix;
  }

  private void weigh(double[] column, double[] weights) {
    for (int s = 0; s < weighted.length; s++) {
      weighted[s] = weights[s] * column[s];
    }
  }
}
