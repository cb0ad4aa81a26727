package org.sidereus.engine.polynomial;

import java.util.Arrays;
import org.sidereus.engine.numerics.Columns;
import org.sidereus.engine.numerics.LinearCombination;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * The likelihood of an object that is taken as Gaussian, and its convolution with the normal
 * distribution of a scatter. The prior of the coordinates is standard normal.
 *
 * <p>It bounds what the polynomial of the object gives. No convolution is above the largest
 * likelihood, but the polynomial may rise far from the object, where nothing was fitted. Immutable.
 */
final class ScatteredGaussian {
  /** How far above the largest likelihood the convolution of the polynomial may be. */
  private static final double TOLERANCE = 2;

  private final double[] centre;
  private final double[][] covariance;

  /** The largest log likelihood; infinite where the object is wider than the prior. */
  private final double highest;

  private ScatteredGaussian(double[] centre, double[][] covariance, double highest) {
    this.centre = centre;
    this.covariance = covariance;
    this.highest = highest;
  }

  /**
   * The likelihood of an object.
   *
   * @param coefficients of its log likelihood, which has this value at the mean
   * @param mean of the object's posterior [K]
   * @param precision of its posterior [K][K]
   */
  static ScatteredGaussian of(
      PolynomialBasis basis, double[] coefficients, double[] mean, double[][] precision) {
    int k = mean.length;
    double[][] likelihood = new double[k][];
    for (int i = 0; i < k; i++) {
      likelihood[i] = precision[i].clone();
      likelihood[i][i] -= 1;
    }
    double[][] covariance = PositiveMatrix.inverse(likelihood);
    if (covariance == null) {
      return new ScatteredGaussian(mean, precision, Double.POSITIVE_INFINITY);
    }
    // the gradient at the mean is the mean: that of the log prior is its opposite
    double[] centre = mean.clone();
    double highest = valueAt(basis, coefficients, mean);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        centre[i] += covariance[i][j] * mean[j];
        highest += 0.5 * mean[i] * covariance[i][j] * mean[j];
      }
    }
    return new ScatteredGaussian(centre, covariance, highest);
  }

  private static double valueAt(PolynomialBasis basis, double[] coefficients, double[] place) {
    double[][] point = Columns.of(place.length, 1);
    for (int i = 0; i < place.length; i++) {
      point[i][0] = place[i];
    }
    double[][] monomials = Columns.of(basis.size(), 1);
    basis.evaluate(point, monomials.length, monomials);
    double[] value = new double[1];
    LinearCombination.add(coefficients, monomials, value);
    return value[0];
  }

  /**
   * The logarithm of the convolution at nodes about a point: that of the polynomial, or where it is
   * impossible at some node, that of the Gaussian at all.
   *
   * @param values those of the polynomial
   * @param mean the point
   * @param root lower triangle from the nodes to the coordinates
   * @param nodes [K][N]
   * @param scatter standard deviations [K]
   */
  double[] bounded(
      double[] values, double[] mean, double[][] root, double[][] nodes, double[] scatter) {
    for (double value : values) {
      if (value > highest + TOLERANCE) {
        return at(mean, root, nodes, scatter);
      }
    }
    return values;
  }

  /** Not a number where the covariance has lost its digits. */
  private double[] at(double[] mean, double[][] root, double[][] nodes, double[] scatter) {
    int k = centre.length;
    double[][] widened = new double[k][];
    for (int i = 0; i < k; i++) {
      widened[i] = covariance[i].clone();
      widened[i][i] += scatter[i] * scatter[i];
    }
    double[][] wide = PositiveMatrix.root(widened);
    double[][] own = PositiveMatrix.root(covariance);
    double[] values = new double[nodes[0].length];
    if (wide == null || own == null) {
      Arrays.fill(values, Double.NaN);
      return values;
    }
    double[][] back = PositiveMatrix.inverseOfRoot(wide);
    double top = highest;
    for (int i = 0; i < k; i++) {
      top -= Math.log(wide[i][i] / own[i][i]);
    }
    double[] apart = new double[k];
    for (int p = 0; p < values.length; p++) {
      values[p] = top;
      for (int i = 0; i < k; i++) {
        apart[i] = mean[i] - centre[i];
        for (int j = 0; j <= i; j++) {
          apart[i] += root[i][j] * nodes[j][p];
        }
        double along = 0;
        for (int j = 0; j <= i; j++) {
          along += back[i][j] * apart[j];
        }
        values[p] -= 0.5 * along * along;
      }
    }
    return values;
  }
}
