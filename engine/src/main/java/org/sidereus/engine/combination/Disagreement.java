package org.sidereus.engine.combination;

/**
 * How far the objects of a group disagree about what they should share. The arrays are not copied;
 * do not change them.
 *
 * @param ratio scatter of the objects about the group over the scatter that their posteriors allow,
 *     as variances, dimensionless; 1 on average where the model is right
 * @param degreesOfFreedom of the chi-square distribution of degreesOfFreedom * ratio
 * @param pValue probability of such a ratio or a larger one among objects whose variance exceeds
 *     what their posteriors allow by {@value ScatterStatistics#TOLERANCE} of it at most; not below
 *     {@value #SIGNIFICANCE} where they scatter no more than that
 * @param scatter [K]: standard deviation of the parameters from object to object beyond their
 *     posteriors, in the parameters' units; by chance above 0 in about half of all groups without
 *     any
 * @param widening [K * K]: what is added to the covariance of the factorized posterior, row by row,
 *     in products of the units; zero where the disagreement is no more than chance
 */
public record Disagreement(
    double ratio, double degreesOfFreedom, double pValue, double[] scatter, double[] widening) {
  /** Below this probability the objects are said to disagree. */
  public static final double SIGNIFICANCE = 0.01;

  public Disagreement {
    if (widening.length != scatter.length * scatter.length) {
      throw new IllegalArgumentException(
          scatter.length + " scatters do not fit a matrix of " + widening.length + " entries");
    }
  }

  /** Whether the objects disagree by more than chance. */
  public boolean isSignificant() {
    return pValue < SIGNIFICANCE;
  }
}
