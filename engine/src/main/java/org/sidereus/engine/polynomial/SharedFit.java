package org.sidereus.engine.polynomial;

import org.jspecify.annotations.Nullable;

/**
 * The marginal likelihood of the shared parameters of one object as a polynomial. The arrays are
 * not copied; do not change them.
 *
 * @param logRatio coefficients of {@link SharedCoordinates#basis()} in its standardised coordinates
 * @param slopeNoise covariance of the Monte Carlo error of the polynomial's gradient at the
 *     object's mean [K (K + 1) / 2], lower triangle row by row; null where it is not known
 */
public record SharedFit(double[] logRatio, double @Nullable [] slopeNoise) {}
