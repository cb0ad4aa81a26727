package org.sidereus.engine.polynomial;

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
public record SharedSamples(float[] theta, float[] logDensity, float @Nullable [] logWeight) {}
