package org.sidereus.engine.combination;

/**
 * The posterior of a group as a population: the parameters of object i are a draw from N(mu, T), of
 * which mu and T are inferred together. The scatter T has one standard deviation for one of the
 * shared parameters, or the same one, in units of their prior sds, for all of them; which of these
 * it is, is part of what is inferred. The arrays are not copied; do not change them.
 *
 * @param mean of mu [K], in the parameters' units
 * @param covariance of mu [K * K], row by row, in products of the units
 * @param quantiles [K][5]: the quantiles of mu at {@link FactorizedPosterior#LEVELS}
 * @param scatter [K]: the posterior mean of the standard deviation of each parameter from object to
 *     object, in its unit
 * @param scatterQuantiles [K][5]: its quantiles at {@link FactorizedPosterior#LEVELS}; 0 where the
 *     scatter is in other parameters with a larger probability than the level
 * @param logBayesFactor natural logarithm of the evidence for a scatter over that for none. Where
 *     there is none, it exceeds log(100) in at most one group of a hundred
 */
public record Population(
    double[] mean,
    double[] covariance,
    double[][] quantiles,
    double[] scatter,
    double[][] scatterQuantiles,
    double logBayesFactor) {
  public Population {
    int k = mean.length;
    if (covariance.length != k * k
        || quantiles.length != k
        || scatter.length != k
        || scatterQuantiles.length != k) {
      throw new IllegalArgumentException(
          "%d means do not fit a covariance of %d entries, %d and %d quantiles and %d scatters"
              .formatted(
                  k, covariance.length, quantiles.length, scatterQuantiles.length, scatter.length));
    }
  }

  /** The standard deviation of the mean of shared parameter i. */
  public double sd(int i) {
    return Math.sqrt(covariance[i * mean.length + i]);
  }
}
