package org.sidereus.model.engine;

/**
 * The posterior of one object in numbers. The arrays are not copied; do not change them.
 *
 * @param mean [D], in the parameters' units
 * @param covariance [D * D], row by row, in products of the parameters' units; normalised by the
 *     number of samples
 * @param quantiles [D][3]: the 16, 50 and 84 % quantiles of each parameter
 * @param samples number of posterior samples behind the numbers
 * @param sharedLogRatio logarithm of posterior over prior of the shared parameters, as coefficients
 *     in {@link org.sidereus.model.combine.SharedCoordinates}; null where there is none
 */
public record ObjectSummary(
    double[] mean,
    double[] covariance,
    double[][] quantiles,
    int samples,
    double[] sharedLogRatio) {
  public ObjectSummary {
    int d = mean.length;
    if (covariance.length != d * d || quantiles.length != d) {
      throw new IllegalArgumentException(
          d
              + " means need a covariance of "
              + d * d
              + " and quantiles of "
              + d
              + " entries, not "
              + covariance.length
              + " and "
              + quantiles.length);
    }
  }

  /** A summary without a polynomial of the shared parameters. */
  public ObjectSummary(double[] mean, double[] covariance, double[][] quantiles, int samples) {
    this(mean, covariance, quantiles, samples, null);
  }

  /** The standard deviation of parameter i. */
  public double sd(int i) {
    return Math.sqrt(covariance[i * mean.length + i]);
  }
}
