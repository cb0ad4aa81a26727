package org.sidereus.engine.combination;

import org.sidereus.engine.numerics.PositiveMatrix;
import org.sidereus.engine.polynomial.PolynomialBasis;

/**
 * Finds the maximum of prior times exp(polynomial) by ascent. The prior is taken as normal here;
 * the grid uses the prior itself.
 */
final class PeakSearch {
  private static final int MOST_STEPS = 100;

  /** Longest step of the ascent, in standard deviations. */
  private static final double LONGEST_STEP = 2;

  private static final double SHORTEST_STEP = 1e-3;

  private final PolynomialBasis basis;
  private final double[] coefficients;

  PeakSearch(PolynomialBasis basis, double[] coefficients) {
    this.basis = basis;
    this.coefficients = coefficients;
  }

  /**
   * Finds the maximum, starting from a point, and the covariance of its curvature. It is needed
   * when the maximum lies outside the grid around the Gaussian: the mass on the border of that grid
   * does not give the width.
   *
   * @param point where the ascent begins
   * @param start the Gaussian
   * @param trust how far the maximum may be from the Gaussian, in its standard deviations
   * @return the Gaussian itself where no maximum is found
   */
  Moments from(double[] point, Moments start, double trust) {
    int k = basis.variables();
    double[][] least = PositiveMatrix.inverse(start.covariance());
    if (least == null) {
      return start;
    }
    double[] z = point.clone();
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gradient = basis.gradientAt(coefficients, z);
      double[][] precision = basis.hessianAt(coefficients, z);
      for (int i = 0; i < k; i++) {
        gradient[i] -= z[i];
        for (int j = 0; j < k; j++) {
          precision[i][j] = -precision[i][j] + (i == j ? 1 : 0);
        }
      }
      double[][] covariance = PositiveMatrix.inverse(precision);
      if (covariance == null) { // not on the hill yet: go on with the width of the Gaussian
        precision = least;
        covariance = start.covariance();
      }
      double[] move = times(covariance, gradient);
      double length = Math.sqrt(dot(move, times(precision, move)));
      double part = Math.min(1, LONGEST_STEP / length);
      for (int i = 0; i < k; i++) {
        z[i] += part * move[i];
      }
      if (!(start.distanceOf(z) <= trust)) {
        return start;
      }
      if (length < SHORTEST_STEP && precision != least) {
        Moments here = Moments.of(z, covariance);
        return here == null ? start : here;
      }
    }
    return start;
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      product[i] = dot(matrix[i], vector);
    }
    return product;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
