package org.sidereus.engine.polynomial;

import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.SharedPriors;

/**
 * The coordinates in which the shared parameters of a bundle are combined: (theta - prior mean) /
 * prior sd. Immutable and safe for threads.
 */
public final class SharedCoordinates {
  /** With more shared parameters, polynomials and grids become too large. */
  public static final int MOST_PARAMETERS = 3;

  /**
   * Degree of the polynomials that describe log densities of one or two shared parameters. The
   * polynomial of an object is used where the group is, which may be many standard deviations from
   * where the object is; docs/notes/exact-product.md compares degrees.
   */
  private static final int DEGREE = 8;

  /** Degree for three shared parameters: degree 8 has 165 monomials. */
  private static final int DEGREE_OF_THREE = 6;

  private final SharedPriors priors;
  private final PolynomialBasis basis;
  private final double[] lower;
  private final double[] upper;

  /**
   * The coordinates of a bundle.
   *
   * @param manifest of a bundle with at least one shared parameter
   */
  public SharedCoordinates(Manifest manifest) {
    priors = new SharedPriors(manifest);
    basis =
        new PolynomialBasis(
            priors.size(), priors.size() < MOST_PARAMETERS ? DEGREE : DEGREE_OF_THREE);
    lower = bounds(Prior::lower);
    upper = bounds(Prior::upper);
  }

  private double[] bounds(ToDoubleFunction<Prior> bound) {
    return IntStream.range(0, priors.size())
        .mapToDouble(i -> priors.standardised(i, bound.applyAsDouble(priors.prior(i))))
        .toArray();
  }

  /** Number of shared parameters, K. */
  public int size() {
    return priors.size();
  }

  /** The monomials of the polynomials that describe log densities. */
  public PolynomialBasis basis() {
    return basis;
  }

  /** Fills the coordinates [K] of a point [K] in physical units. */
  public void standardise(double[] physical, double[] coordinates) {
    for (int i = 0; i < priors.size(); i++) {
      coordinates[i] = priors.standardised(i, physical[i]);
    }
  }

  /** Physical units [K] of coordinates [K]. */
  public double[] physical(double[] coordinates) {
    double[] physical = new double[priors.size()];
    for (int i = 0; i < priors.size(); i++) {
      physical[i] = priors.physical(i, coordinates[i]);
    }
    return physical;
  }

  /**
   * Adds the joint prior log density (physical units) at many points.
   *
   * @param points coordinates [K][L]
   * @param count how many of the points
   * @param sum [L], to which it is added
   */
  public void addLogPrior(double[][] points, int count, double[] sum) {
    for (int i = 0; i < priors.size(); i++) {
      for (int l = 0; l < count; l++) {
        sum[l] += priors.logDensity(i, points[i][l]);
      }
    }
  }

  /** Prior standard deviation of shared parameter i. */
  public double sd(int i) {
    return priors.sd(i);
  }

  /**
   * Standardised lower bounds of the prior [K], negative infinity where there is none; not copied.
   */
  public double[] lower() {
    return lower;
  }

  /** Standardised upper bounds of the prior [K], infinity where there is none; not copied. */
  public double[] upper() {
    return upper;
  }

  /** Joint prior log density, per physical units, at standardised coordinates [K]. */
  public double logPrior(double[] standardised) {
    double sum = 0;
    for (int i = 0; i < standardised.length; i++) {
      sum += priors.logDensity(i, standardised[i]);
    }
    return sum;
  }
}
