package org.sidereus.model.combine;

/**
 * The posterior of the parameters that the objects of a group share. The arrays are not copied; do
 * not change them.
 *
 * @param objects number of objects combined
 * @param mean [K] for K shared parameters, in their units
 * @param covariance [K * K], row by row, in products of the units
 */
public record GroupSummary(long objects, double[] mean, double[] covariance) {
  public GroupSummary {
    if (covariance.length != mean.length * mean.length) {
      throw new IllegalArgumentException(
          mean.length + " means do not fit a covariance of " + covariance.length + " entries");
    }
  }

  /** The standard deviation of shared parameter i. */
  public double sd(int i) {
    return Math.sqrt(covariance[i * mean.length + i]);
  }

  /** The correlation of shared parameters i and j. */
  public double correlation(int i, int j) {
    return covariance[i * mean.length + j] / (sd(i) * sd(j));
  }
}
