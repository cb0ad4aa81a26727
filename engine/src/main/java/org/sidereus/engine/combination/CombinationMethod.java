package org.sidereus.engine.combination;

import java.util.List;
import org.sidereus.engine.polynomial.SharedCoordinates;

/** How the posteriors of objects become the posterior of what they share. */
public enum CombinationMethod {
  /**
   * The log densities are polynomials of the eighth degree (the sixth for three parameters);
   * Gaussian where these have no proper maximum, and for bundles with more than {@value
   * SharedCoordinates#MOST_PARAMETERS} shared parameters.
   */
  POLYNOMIAL,
  /** Each posterior is a Gaussian with its mean and covariance. */
  GAUSSIAN,
  /** The group has one object, and its posterior is that of the object's samples. */
  SAMPLES;

  /** The methods by which groups can be combined; a group of one object is not combined. */
  public static List<CombinationMethod> choices() {
    return List.of(POLYNOMIAL, GAUSSIAN);
  }
}
