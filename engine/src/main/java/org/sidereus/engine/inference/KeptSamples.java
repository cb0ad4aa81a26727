package org.sidereus.engine.inference;

/**
 * Some of the posterior samples of one object, evenly thinned. The arrays are not copied; do not
 * change them.
 *
 * @param theta [n * D], sample by sample, in the parameters' units
 * @param weights [n], sum 1: prior times likelihood over posterior density where the summary is
 *     corrected, else all equal
 */
public record KeptSamples(float[] theta, float[] weights) {
  public KeptSamples {
    if (weights.length == 0 || theta.length % weights.length != 0) {
      throw new IllegalArgumentException(
          theta.length + " values do not fit " + weights.length + " samples");
    }
  }

  /** Number of samples, n. */
  public int count() {
    return weights.length;
  }

  /** Value of parameter d at sample s. */
  public float theta(int s, int d) {
    return theta[s * (theta.length / weights.length) + d];
  }
}
