package org.sidereus.engine.combination;

import org.sidereus.engine.polynomial.SharedCoordinates;

/** How the posteriors of objects become the posterior of what they share. */
public enum CombinationMethod {
  /**
   * The log densities are polynomials of the fourth degree; Gaussian where these have no proper
   * maximum, and for bundles with more than {@value SharedCoordinates#MOST_PARAMETERS} shared
   * parameters.
   */
  POLYNOMIAL,
  /** Each posterior is a Gaussian with its mean and covariance. */
  GAUSSIAN
}
