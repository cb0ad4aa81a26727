package org.sidereus.engine.combination;

/**
 * The posterior density of two shared parameters on a grid along the principal directions of their
 * covariance, for a plot. Node (a, b) is at mean_first + sd_first t_a and mean_second + sd_second
 * (rho t_a + sqrt(1 - rho^2) t_b), with t from -{@value #REACH} to {@value #REACH} in {@value
 * #POINTS} even steps and mean, sd and correlation rho of the posterior. The logarithm of the
 * density is smooth there, so a cubic interpolation between nodes is exact for a plot. The array is
 * not copied; do not change it.
 *
 * @param first index of the first shared parameter
 * @param second index of the second shared parameter, greater than the first
 * @param logDensity [POINTS * POINTS], row by row (a, then b): natural logarithm of the density
 *     over that at the highest node; at least {@value #LOWEST}
 */
public record JointDensity(int first, int second, double[] logDensity) {
  /** Nodes in each direction. */
  public static final int POINTS = 17;

  /** The nodes reach this many standard deviations to each side. */
  public static final double REACH = 4;

  /** Lowest published logarithm, where the density is taken as zero. */
  public static final double LOWEST = -60;

  public JointDensity {
    if (logDensity.length != POINTS * POINTS || first >= second) {
      throw new IllegalArgumentException(
          "%d values of parameters %d and %d do not fit a grid of %d nodes"
              .formatted(logDensity.length, first, second, POINTS * POINTS));
    }
  }

  /** Place of a node in a direction, in standard deviations. */
  public static double step(int node) {
    return REACH * (2.0 * node / (POINTS - 1) - 1);
  }
}
