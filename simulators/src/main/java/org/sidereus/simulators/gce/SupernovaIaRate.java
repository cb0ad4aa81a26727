package org.sidereus.simulators.gce;

/**
 * Number of supernovae Ia of a generation at the points of the time grid: a power law of the age,
 * Maoz et al. (2010), from 0.04 Gyr on. It depends neither on the mass function nor on metallicity.
 *
 * <p>The rate is taken at the points, not integrated over the steps, and scaled so that all
 * supernovae happen by 13.8 Gyr (section 6). Since the points are equidistant the step cancels, and
 * only the first point after the onset and the number of points matter.
 */
final class SupernovaIaRate {
  private static final double EXPONENT = -1.12;
  private static final double ONSET_GYR = 0.04;
  private static final double END_GYR = 13.8;

  /** Number of points for the shortest step, with room to spare. */
  private static final int MOST_POINTS =
      (int) (END_GYR * (StarFormation.STEPS - 1) / StarFormation.EARLIEST_BIRTH_GYR) + 4;

  private final double[] power = new double[MOST_POINTS];
  private final double[] sumBelow = new double[MOST_POINTS + 1];
  private int onsetPoint;
  private double scale;

  SupernovaIaRate() {
    for (int k = 1; k < MOST_POINTS; k++) {
      power[k] = Math.pow(k, EXPONENT);
      sumBelow[k + 1] = sumBelow[k] + power[k];
    }
  }

  /**
   * Sets the rate.
   *
   * @param supernovaePerMsun number of supernovae per Msun formed, over 13.8 Gyr
   * @param stepGyr step of the time grid, Gyr
   */
  void set(double supernovaePerMsun, double stepGyr) {
    onsetPoint = 1;
    while (onsetPoint * stepGyr < ONSET_GYR) {
      onsetPoint++;
    }
    int points = 1;
    while ((points - 1) * stepGyr < END_GYR) {
      points++;
    }
    scale = supernovaePerMsun / (sumBelow[points] - sumBelow[onsetPoint]);
  }

  /** Number of supernovae per Msun formed at an age of k steps. */
  double explosions(int k) {
    return k < onsetPoint ? 0 : scale * power[k];
  }
}
