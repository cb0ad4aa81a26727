package org.sidereus.engine.combination;

/**
 * How badly the model reproduces what was measured of a group's objects. The array is not copied;
 * do not change it.
 *
 * @param ratio sum of the objects' chi-squares (posterior means, each at most {@value
 *     MisfitStatistics#LARGEST_RATIO} times its number of measured quantities) over the number of
 *     measured quantities, dimensionless; 1 on average where the model is right
 * @param pValue probability of such a ratio or a larger one where the squared errors exceed the
 *     stated ones by {@value MisfitStatistics#TOLERANCE} of them at most; too large where
 *     parameters were fitted, so that right models are flagged less often than it says
 * @param widening [K * K]: what is added to the covariance of the factorized posterior, row by row,
 *     in products of the units; zero where the misfit is no more than chance
 */
public record Misfit(double ratio, double pValue, double[] widening) {
  /** Below this probability the model is said not to fit. */
  public static final double SIGNIFICANCE = 0.01;

  /** Whether the model fits worse than by chance. */
  public boolean isSignificant() {
    return pValue < SIGNIFICANCE;
  }
}
