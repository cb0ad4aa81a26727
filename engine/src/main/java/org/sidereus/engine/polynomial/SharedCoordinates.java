package org.sidereus.engine.polynomial;

import java.util.List;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;

/**
 * The coordinates in which the shared parameters of a bundle are combined: (theta - prior mean) /
 * prior sd. Immutable and safe for threads.
 */
public final class SharedCoordinates {
  /** With more shared parameters, polynomials and grids become too large. */
  public static final int MOST_PARAMETERS = 3;

  /**
   * Degree of the polynomials that describe log densities. The shared parameters of a group may lie
   * two standard deviations from the posterior means of all its objects, where a polynomial of the
   * fourth degree is off by enough for a thousand objects to see it (docs/combination.md).
   */
  private static final int DEGREE = 6;

  private final double[] mean;
  private final double[] sd;
  private final List<Prior> priors;
  private final PolynomialBasis basis;

  /**
   * The coordinates of a bundle.
   *
   * @param manifest of a bundle with at least one shared parameter
   */
  public SharedCoordinates(Manifest manifest) {
    priors = manifest.sharedParameters().stream().map(Parameter::prior).toList();
    mean = priors.stream().mapToDouble(Prior::mean).toArray();
    sd = priors.stream().mapToDouble(Prior::sd).toArray();
    basis = new PolynomialBasis(mean.length, DEGREE);
  }

  /** Number of shared parameters, K. */
  public int size() {
    return mean.length;
  }

  /** The monomials of the polynomials that describe log densities. */
  public PolynomialBasis basis() {
    return basis;
  }

  /** Fills the coordinates [K] of a point [K] in physical units. */
  public void standardise(double[] physical, double[] coordinates) {
    for (int i = 0; i < mean.length; i++) {
      coordinates[i] = (physical[i] - mean[i]) / sd[i];
    }
  }

  /** Physical units [K] of coordinates [K]. */
  public double[] physical(double[] coordinates) {
    double[] physical = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      physical[i] = mean[i] + sd[i] * coordinates[i];
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
    for (int i = 0; i < mean.length; i++) {
      Prior prior = priors.get(i);
      for (int l = 0; l < count; l++) {
        sum[l] += prior.logDensity(mean[i] + sd[i] * points[i][l]);
      }
    }
  }

  /** Prior standard deviation of shared parameter i. */
  public double sd(int i) {
    return sd[i];
  }

  /** Joint prior log density of the shared parameters [K], physical units. */
  public double logPrior(double[] physical) {
    double sum = 0;
    for (int i = 0; i < physical.length; i++) {
      sum += priors.get(i).logDensity(physical[i]);
    }
    return sum;
  }
}
