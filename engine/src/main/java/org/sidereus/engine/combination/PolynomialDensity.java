package org.sidereus.engine.combination;

import java.util.Arrays;
import org.sidereus.engine.numerics.Columns;
import org.sidereus.engine.numerics.LinearCombination;
import org.sidereus.engine.polynomial.PolynomialBasis;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * The logarithm of prior times exp(polynomial) of the shared parameters, not normalised, in
 * standardised coordinates.
 */
final class PolynomialDensity {
  private static final int BLOCK = 64;

  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;
  private final double[] coefficients;

  /**
   * A density.
   *
   * @param coefficients of {@link SharedCoordinates#basis()}; not copied
   */
  PolynomialDensity(SharedCoordinates coordinates, double[] coefficients) {
    this.coordinates = coordinates;
    basis = coordinates.basis();
    this.coefficients = coefficients;
  }

  /**
   * The logarithm at many points, in blocks that stay in the fastest cache.
   *
   * @param z points [K][L]
   * @return [L]
   */
  double[] at(double[][] z) {
    int points = z[0].length;
    double[] logDensity = new double[points];
    double[][] block = Columns.of(z.length, BLOCK);
    double[][] monomials = Columns.of(basis.size(), BLOCK);
    double[] sum = new double[BLOCK];
    for (int from = 0; from < points; from += BLOCK) {
      int count = Math.min(BLOCK, points - from);
      for (int i = 0; i < z.length; i++) {
        System.arraycopy(z[i], from, block[i], 0, count);
      }
      basis.evaluate(block, monomials.length, monomials);
      Arrays.fill(sum, 0);
      LinearCombination.add(coefficients, monomials, sum);
      coordinates.addLogPrior(block, count, sum);
      System.arraycopy(sum, 0, logDensity, from, count);
    }
    return logDensity;
  }
}
