package org.sidereus.simulators.sed;

/**
 * The components of which star formation and metallicity histories are made (non-negative matrix
 * factors of simulated galaxies).
 */
final class Histories {
  /** Metallicities that the stellar models cover. */
  static final double LOWEST_METALLICITY = 4.49043431e-5;

  static final double HIGHEST_METALLICITY = 4.49043431e-2;

  private final double[] timesGyr;
  private final double[][] starFormation;
  private final double[][] metals;

  /**
   * Histories.
   *
   * @param timesGyr time before the observation [T], ascending
   * @param starFormation star formation of each component [4][T]
   * @param metals metallicity of each component [2][T]
   */
  Histories(double[] timesGyr, double[][] starFormation, double[][] metals) {
    for (int i = 1; i < timesGyr.length; i++) {
      if (!(timesGyr[i] > timesGyr[i - 1])) {
        throw new IllegalArgumentException("the times of the histories do not ascend");
      }
    }
    this.timesGyr = timesGyr;
    this.starFormation = starFormation;
    this.metals = metals;
  }

  /** Metallicity of the stars that were formed a time ago, within what the stellar models cover. */
  double metallicity(double gamma1, double gamma2, double gyr) {
    double z = gamma1 * at(metals[0], gyr) + gamma2 * at(metals[1], gyr);
    return Math.max(LOWEST_METALLICITY, Math.min(HIGHEST_METALLICITY, z));
  }

  /** Times of the table before the observation, ascending; do not change them. */
  double[] timesGyr() {
    return timesGyr;
  }

  /** Metallicity of a component that was formed a time ago. */
  double metals(int component, double gyr) {
    return at(metals[component], gyr);
  }

  /** Mass of a component that was formed between two times before the observation. */
  double formed(int component, double fromGyr, double toGyr) {
    double sum = 0;
    double left = fromGyr;
    for (double time : timesGyr) {
      if (time > fromGyr && time < toGyr) {
        sum += trapezoid(component, left, time);
        left = time;
      }
    }
    return sum + trapezoid(component, left, toGyr);
  }

  private double trapezoid(int component, double left, double right) {
    double[] rate = starFormation[component];
    return 0.5 * (right - left) * (at(rate, left) + at(rate, right));
  }

  /** Linear between the times and beyond them. */
  private double at(double[] component, double gyr) {
    int cell = 0;
    while (cell < timesGyr.length - 2 && timesGyr[cell + 1] < gyr) {
      cell++;
    }
    double share = (gyr - timesGyr[cell]) / (timesGyr[cell + 1] - timesGyr[cell]);
    return component[cell] + share * (component[cell + 1] - component[cell]);
  }
}
