package org.sidereus.simulators.sed;

/**
 * The parameters of one galaxy: those of PROVABGS (Hahn et al. 2023, section 4.1) with a burst, and
 * its redshift.
 *
 * @param logMass log10 of the stellar mass that was ever formed, in Msun
 * @param history when its stars were formed, and of which metals
 * @param dust its dust
 * @param redshift redshift
 */
record Galaxy(double logMass, History history, Dust dust, double redshift) {

  /**
   * The histories of star formation and metals.
   *
   * @param sticks the shares of the four components of the star formation history as broken sticks
   *     [3], each within 0 and 1: the first component has {@code 1 - sticks[0]}, the second {@code
   *     sticks[0] (1 - sticks[1])}, and so on
   * @param burstShare share of the mass that was formed in a burst
   * @param burstGyr time of the burst, Gyr before the observation
   * @param gamma1 first coefficient of the metallicity history
   * @param gamma2 second one
   */
  record History(
      double[] sticks, double burstShare, double burstGyr, double gamma1, double gamma2) {}

  /**
   * The dust.
   *
   * @param birthCloudDepth optical depth around young stars
   * @param depth optical depth before all stars
   * @param index slope of the attenuation relative to that of Calzetti
   */
  record Dust(double birthCloudDepth, double depth, double index) {}

  /** Keeps quotients finite where a stick has no length. */
  private static final double SHORTEST = 1e-8;

  /** The sticks of shares that add up to 1. */
  static double[] sticks(double[] shares) {
    double first = 1 - shares[0];
    double second = 1 - shares[1] / Math.max(SHORTEST, first);
    double third = 1 - shares[2] / Math.max(SHORTEST, first * second);
    return new double[] {within(first), within(second), within(third)};
  }

  private static double within(double stick) {
    return Math.max(0, Math.min(1, stick));
  }

  /** The shares [4] of sticks [3]. */
  static double[] shares(double[] sticks) {
    double left = 1;
    double[] shares = new double[sticks.length + 1];
    for (int i = 0; i < sticks.length; i++) {
      shares[i] = left * (1 - sticks[i]);
      left *= sticks[i];
    }
    shares[sticks.length] = left;
    return shares;
  }
}
