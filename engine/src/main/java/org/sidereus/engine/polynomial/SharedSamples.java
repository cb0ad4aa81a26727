package org.sidereus.engine.polynomial;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one object at which its marginal likelihood of the shared parameters is estimated. The
 * arrays are not copied; do not change them.
 *
 * @param theta parameters [S * D], physical units; more numbers may follow
 * @param logDensity marginal log density of the flow for the shared parameters [S], physical units
 * @param logWeight log prior + log likelihood - log density of the flow [S]; null where the
 *     likelihood is not known
 */
public record SharedSamples(float[] theta, float[] logDensity, float @Nullable [] logWeight) {

  /** These samples and then others, which know the likelihood if these do. */
  public SharedSamples and(SharedSamples others) {
    return new SharedSamples(
        joined(theta, others.theta),
        joined(logDensity, others.logDensity),
        logWeight == null || others.logWeight == null ? null : joined(logWeight, others.logWeight));
  }

  private static float[] joined(float[] first, float[] second) {
    float[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
