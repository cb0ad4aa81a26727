package org.sidereus.engine.inference;

import org.jspecify.annotations.Nullable;

/**
 * Posterior samples of one object.
 *
 * @param count number of samples S
 * @param parameters number of parameters D
 * @param theta [S * D], sample by sample, in the parameters' units
 * @param logProb [S], logarithm of the posterior density of each sample in these units
 * @param logWeight [S], logarithm of prior times likelihood over posterior density; null where the
 *     bundle's graph does not evaluate the likelihood
 */
public record Samples(
    int count, int parameters, float[] theta, float[] logProb, float @Nullable [] logWeight) {
  public Samples {
    if (theta.length != count * parameters
        || logProb.length != count
        || (logWeight != null && logWeight.length != count)) {
      throw new IllegalArgumentException(
          count
              + " samples of "
              + parameters
              + " parameters do not fit "
              + theta.length
              + " values and "
              + logProb.length
              + " densities");
    }
  }

  /** Parameter d of sample s. */
  public float theta(int s, int d) {
    return theta[s * parameters + d];
  }
}
