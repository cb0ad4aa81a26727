package org.sidereus.engine.inference;

import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.polynomial.SharedDensityFit;

/**
 * How many samples of an object are what.
 *
 * @param posterior samples of the flow's posterior, which come first; even
 * @param wide points of {@link WideNoise}, which are only for the fit of the shared parameters
 */
record SampleCounts(int posterior, int wide) {

  /**
   * The counts of a number of samples: a quarter is wide where the shared parameters are fitted.
   *
   * @param samples S
   * @param hasSharedDensity whether the graph has the marginal density of the shared parameters
   */
  static SampleCounts of(Manifest manifest, int samples, boolean hasSharedDensity) {
    if (!hasSharedDensity || !SharedDensityFit.fits(manifest, samples)) {
      return new SampleCounts(samples, 0);
    }
    int posterior = 2 * (samples * 3 / 8);
    return new SampleCounts(posterior, samples - posterior);
  }

  int all() {
    return posterior + wide;
  }

  /** Whether the shared parameters are fitted. */
  boolean fits() {
    return wide > 0;
  }
}
