package org.sidereus.engine.combination;

/**
 * How well the model reproduces the measurements of a group's objects. The array is not copied; do
 * not change it.
 *
 * @param ratio sum of the objects' chi-squares (posterior means, each at most {@value
 *     MisfitStatistics#LARGEST_RATIO} times its number of measured quantities) over the number of
 *     measured quantities, dimensionless; 1 on average if the model is right
 * @param pValue probability of a ratio this large or larger if the squared errors exceed the stated
 *     ones by a share of at most {@value MisfitStatistics#TOLERANCE}; fitted parameters make it too
 *     large, so a right model is flagged less often than the value says
 * @param isSignificant whether the model fits worse than by chance: the p-value is below {@value
 *     #SIGNIFICANCE}, or that of the chi-square without such an excess and with the variance that
 *     it has after a fit, or too many objects are left out as misfits
 * @param widening [K * K]: added to the covariance of the factorized posterior, row by row, in
 *     products of the units; zero if the misfit may be chance
 */
public record Misfit(double ratio, double pValue, boolean isSignificant, double[] widening) {
  /** Below this probability the model is said not to fit. */
  public static final double SIGNIFICANCE = 0.01;
}
