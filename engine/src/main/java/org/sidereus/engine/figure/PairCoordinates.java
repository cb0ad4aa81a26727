package org.sidereus.engine.figure;

/**
 * Coordinates (t, u) of two parameters along the Cholesky directions of their covariance, in which
 * a normal distribution is a standard one: first = mean_1 + sd_1 t, second = mean_2 + sd_2 (rho t +
 * sqrt(1 - rho^2) u). The arrays are not copied; do not change them.
 *
 * @param mean [2], in the parameters' units
 * @param sd [2], in the parameters' units
 * @param correlation rho between them; kept a little away from -1 and 1
 */
public record PairCoordinates(double[] mean, double[] sd, double correlation) {
  private static final double LARGEST_CORRELATION = 0.999999;

  public PairCoordinates {
    correlation = Math.max(-LARGEST_CORRELATION, Math.min(LARGEST_CORRELATION, correlation));
  }

  /** The parameters [2] at a place. */
  public double[] point(double t, double u) {
    return new double[] {mean[0] + sd[0] * t, mean[1] + sd[1] * (correlation * t + across() * u)};
  }

  /** The place [2] of two parameters. */
  public double[] inverse(double first, double second) {
    double t = (first - mean[0]) / sd[0];
    return new double[] {t, ((second - mean[1]) / sd[1] - correlation * t) / across()};
  }

  private double across() {
    return Math.sqrt(1 - correlation * correlation);
  }
}
