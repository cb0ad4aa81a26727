package org.sidereus.simulators.gce;

import org.jspecify.annotations.Nullable;

/**
 * Star formation rate of a galaxy, g(t) = t/s^2 exp(-t/s), on the time grid of one run. The object
 * is reused; not safe for use by several threads.
 */
final class StarFormation {
  /** Points of the time grid, whatever the birth time: the model depends on these coarse steps. */
  static final int STEPS = 28;

  /**
   * End of the longer grid that normalises star formation over the life of the galaxy, Gyr: today.
   */
  static final double AGE_OF_UNIVERSE_GYR = 13.797617;

  static final double EARLIEST_BIRTH_GYR = 0.797617;

  /**
   * Replaces g(0) = 0 by a small value, so that the first generation is tiny but not empty (section
   * 3).
   */
  private static final double RATE_AT_START = 1e-10;

  private static final double LOWEST_SHARE_OF_MEAN = 0.05;

  private final double[] formed = new double[STEPS];
  private int steps;
  private double stepGyr;
  private double shareByBirth;

  /**
   * Works out the history up to the birth of a star.
   *
   * @param peakGyr time s of the peak, Gyr
   * @param birthGyr time T at which the star is born, Gyr
   * @return why there is no such star; null: there is one
   */
  @Nullable GceFailure set(double peakGyr, double birthGyr) {
    if (birthGyr < EARLIEST_BIRTH_GYR) {
      return GceFailure.BIRTH_TIME_OUT_OF_RANGE;
    }
    stepGyr = birthGyr / (STEPS - 1);
    int fullSteps = (int) Math.floor((STEPS - 1) * AGE_OF_UNIVERSE_GYR / birthGyr + 1);
    // a birth after the age of the universe: the run ends one step early, at 26T/27 (section 2)
    steps = Math.min(STEPS, fullSteps);
    if (steps < STEPS - 1) {
      return GceFailure.BIRTH_TIME_OUT_OF_RANGE;
    }
    double sum = RATE_AT_START;
    formed[0] = RATE_AT_START;
    for (int k = 1; k < steps; k++) {
      formed[k] = rate(k * stepGyr, peakGyr);
      sum += formed[k];
    }
    double fullSum = sum;
    for (int k = steps; k < fullSteps; k++) {
      fullSum += rate(k * stepGyr, peakGyr);
    }
    if (!(formed[steps - 1] * (fullSteps - 1) >= LOWEST_SHARE_OF_MEAN * fullSum)) {
      return GceFailure.STAR_FORMATION_TOO_LOW;
    }
    for (int k = 0; k < steps; k++) {
      formed[k] /= sum;
    }
    shareByBirth = sum / fullSum;
    return null;
  }

  private static double rate(double t, double peak) {
    return t / (peak * peak) * Math.exp(-t / peak);
  }

  /** Number of points of the time grid: 28, or 27 for a birth after the age of the universe. */
  int steps() {
    return steps;
  }

  /** Distance of the points, Gyr. */
  double stepGyr() {
    return stepGyr;
  }

  /** Mass of the stars formed at point k, in units of all stars formed by the birth of the star. */
  double formed(int k) {
    return formed[k];
  }

  /** As {@link #formed(int)} for all points; not to be changed. */
  double[] formed() {
    return formed;
  }

  /** Share of all stars of the galaxy that are formed by the birth of the star. */
  double shareByBirth() {
    return shareByBirth;
  }
}
