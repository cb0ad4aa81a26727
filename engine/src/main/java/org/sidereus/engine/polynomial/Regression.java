package org.sidereus.engine.polynomial;

import org.jspecify.annotations.Nullable;

/**
 * Solves sum v (exp(r - f) - 1) b = 0 for all monomials b of a polynomial f, with weights v by the
 * depth of points below the top. Holds scratch memory: one instance for each thread.
 */
interface Regression {
  /**
   * Takes the points.
   *
   * @param coordinates [K][P], kept
   * @param r estimates of the logarithm [P], kept
   * @param counts base weights [P], kept
   */
  void take(double[][] coordinates, double[] r, double[] counts);

  /**
   * The solution with weights by the depth of values without noise, where the steps converge, or
   * else that of {@link #inTwoPasses}.
   *
   * @param near values near those of the polynomial [P], where the steps start
   * @param nearTop of these values at depth 0
   * @param top of the estimates at depth 0
   * @return coefficients; null where the points do not determine them
   */
  double @Nullable [] near(double[] near, double nearTop, double top);

  /**
   * The solution without values that are near it: a step with weights by the depth of the estimates
   * themselves, and then steps with weights by the depth of what it gives, because a weight that
   * depends on an estimate biases the solution. Where these do not converge, the first step.
   *
   * @param top of the estimates at depth 0
   * @return coefficients; null where the points do not determine them
   */
  double @Nullable [] inTwoPasses(double top);

  /**
   * Covariance of the errors that the noise of the estimates gives to the linear coefficients, by
   * the scores of the last step (the sandwich of Huber 1967).
   *
   * @return [K][K]; null where nothing was solved
   */
  double @Nullable [][] linearNoise();

  /**
   * What the last solution leaves at the points from one on.
   *
   * @param differences r - f, filled in
   * @param counts the weights of the last solution, filled in
   */
  void residuals(int from, double[] differences, double[] counts);
}
