package org.sidereus.model.engine;

import java.util.Arrays;
import org.sidereus.model.combine.PolynomialBasis;

/**
 * Sums over samples of the monomials of a few variables: what least squares and maximum likelihood
 * fits of polynomials need. A product of two monomials is a monomial, so the normal equations of
 * degree 4 in two variables are 45 different sums and not 120. Samples are taken in blocks whose
 * monomials stay in the fastest cache; the order of summation does not depend on anything but their
 * number. Holds scratch memory: one instance for each thread.
 */
final class MonomialSums {
  private static final int BLOCK = 64;

  private final PolynomialBasis basis;
  private final PolynomialBasis products;
  private final double[][] points;
  private final double[][] values;
  private final double[][] sums;
  private final double[] factors = new double[BLOCK];

  /** Sums of the monomials of a basis and of their products. */
  MonomialSums(PolynomialBasis basis) {
    this.basis = basis;
    products = new PolynomialBasis(basis.variables(), 2 * basis.degree());
    points = new double[basis.variables()][BLOCK];
    values = new double[products.size()][BLOCK];
    sums = new double[products.size()][BLOCK];
  }

  /** Where {@link #ofProducts} has the product of monomials i and j of the basis. */
  int product(int i, int j) {
    // bases list the monomials of lower degrees first, in the same order
    return products.product(i, j);
  }

  /**
   * The sums of all products of two monomials of the basis.
   *
   * @param u samples [K][S]
   */
  double[] ofProducts(double[][] u) {
    return over(u, products.size(), null, null);
  }

  /**
   * The sums of the monomials of the basis times a factor of each sample.
   *
   * @param u samples [K][S]
   * @param factor of each sample [S]
   */
  double[] weighted(double[][] u, double[] factor) {
    return over(u, basis.size(), factor, null);
  }

  /**
   * The sums of the monomials of the basis times the exponential of a polynomial.
   *
   * @param u samples [K][S]
   * @param coefficients of the first monomials after the constant
   */
  double[] tilted(double[][] u, double[] coefficients) {
    return over(u, basis.size(), null, coefficients);
  }

  private double[] over(double[][] u, int count, double[] factor, double[] exponent) {
    for (int i = 0; i < count; i++) {
      Arrays.fill(sums[i], 0);
    }
    int samples = u[0].length;
    for (int start = 0; start < samples; start += BLOCK) {
      int length = Math.min(BLOCK, samples - start);
      for (int k = 0; k < points.length; k++) {
        System.arraycopy(u[k], start, points[k], 0, length);
      }
      products.evaluate(points, count, values);
      if (factor != null) {
        System.arraycopy(factor, start, factors, 0, length);
      } else if (exponent == null) {
        Arrays.fill(factors, 1);
      } else {
        exponentials(exponent);
      }
      Arrays.fill(factors, length, BLOCK, 0);
      for (int i = 0; i < count; i++) {
        addProducts(values[i], factors, sums[i]);
      }
    }
    double[] result = new double[count];
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (double lane : sums[i]) {
        sum += lane;
      }
      result[i] = sum;
    }
    return result;
  }

  private void exponentials(double[] coefficients) {
    Arrays.fill(factors, 0);
    for (int i = 0; i < coefficients.length; i++) {
      addScaled(values[i + 1], coefficients[i], factors);
    }
    for (int l = 0; l < BLOCK; l++) {
      factors[l] = Math.exp(factors[l]);
    }
  }

  private static void addProducts(double[] a, double[] b, double[] sum) {
    for (int l = 0; l < sum.length; l++) {
      sum[l] += a[l] * b[l];
    }
  }

  private static void addScaled(double[] a, double scale, double[] sum) {
    for (int l = 0; l < sum.length; l++) {
      sum[l] += scale * a[l];
    }
  }
}
