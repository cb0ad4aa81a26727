package org.sidereus.engine.combination;

/**
 * Checks the numbers of one parameter against each other before they leave: they must be those of
 * one density.
 */
final class PublishedChecks {
  /** Relative difference of the integral of a marginal from the total. */
  private static final double NORMALISATION = 1e-3;

  /** Difference of the means, in standard deviations. */
  private static final double MEAN = 0.02;

  /** Relative difference of the standard deviations. */
  private static final double SD = 0.02;

  private PublishedChecks() {}

  /**
   * Whether a marginal is one of the density with the given total and moments.
   *
   * @param logTotal logarithm of the integral of the density
   * @param mean of the parameter by the joint moments, in its unit
   * @param sd of the parameter by the joint moments, in its unit
   */
  static boolean agree(
      DensityGrid.MarginalIntegral marginal, double logTotal, double mean, double sd) {
    return Math.abs(Math.expm1(marginal.logTotal() - logTotal)) <= NORMALISATION
        && Math.abs(marginal.density().mean() - mean) <= MEAN * sd
        && Math.abs(marginal.density().sd() / sd - 1) <= SD;
  }

  /**
   * Whether quantiles ascend and hold the mean.
   *
   * @param quantiles at {@link FactorizedPosterior#LEVELS}
   */
  static boolean inOrder(double[] quantiles, double mean) {
    for (int q = 1; q < quantiles.length; q++) {
      if (!(quantiles[q] > quantiles[q - 1])) {
        return false;
      }
    }
    return quantiles[0] <= mean && mean <= quantiles[quantiles.length - 1];
  }

  /** Whether all of a posterior's numbers are finite and its quantiles in order. */
  static boolean isSound(FactorizedPosterior posterior) {
    for (int i = 0; i < posterior.mean().length; i++) {
      double sd = posterior.sd(i);
      if (!Double.isFinite(posterior.mean()[i])
          || !(sd > 0 && Double.isFinite(sd))
          || !inOrder(posterior.quantiles()[i], posterior.mean()[i])) {
        return false;
      }
      for (double value : posterior.densities().get(i).values()) {
        if (!(value >= 0 && Double.isFinite(value))) {
          return false;
        }
      }
    }
    return true;
  }
}
