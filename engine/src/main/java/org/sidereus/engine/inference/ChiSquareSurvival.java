package org.sidereus.engine.inference;

import org.hipparchus.special.Gamma;

/**
 * The probability that a chi-square variable exceeds a value, from a table: it is asked for every
 * sample of every object. Relative error below 1e-4. Immutable and safe for threads.
 */
final class ChiSquareSurvival {
  private static final double STEP = 1.0 / 32;

  /** Beyond this many entries, probabilities are below 1e-30 for up to 100 degrees of freedom. */
  private static final int ENTRIES = 16_384;

  private final float[] survival = new float[ENTRIES + 1];

  /**
   * The distribution.
   *
   * @param degrees of freedom, at least 1
   */
  ChiSquareSurvival(int degrees) {
    for (int i = 0; i <= ENTRIES; i++) {
      survival[i] = (float) Gamma.regularizedGammaQ(0.5 * degrees, 0.5 * STEP * i);
    }
  }

  /** The probability of more than the given chi-square, which is not negative. */
  double of(double chiSquare) {
    double at = chiSquare / STEP;
    if (!(at < ENTRIES)) {
      return 0;
    }
    int below = (int) at;
    return survival[below] + (at - below) * (survival[below + 1] - survival[below]);
  }
}
