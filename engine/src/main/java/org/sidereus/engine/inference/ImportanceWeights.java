package org.sidereus.engine.inference;

/**
 * Self-normalised importance weights of the samples of one object. Holds memory for them: one
 * instance for each thread.
 */
public final class ImportanceWeights {
  private final double[] weights;
  private double logEvidence;
  private double effectiveSampleSize;

  /**
   * Memory for the weights of one object.
   *
   * @param samples number of samples S
   */
  public ImportanceWeights(int samples) {
    weights = new double[samples];
  }

  /**
   * Takes the weights of one object.
   *
   * @param logWeights natural logarithms of the weights [S]; negative infinity: weight 0
   * @return whether there is a weight above 0 and all are numbers
   */
  public boolean take(float[] logWeights) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logWeight : logWeights) {
      largest = Math.max(largest, logWeight); // not a number stays
    }
    if (!Double.isFinite(largest)) {
      return false;
    }
    double sum = 0;
    double squares = 0;
    for (int s = 0; s < weights.length; s++) {
      double weight = Math.exp(logWeights[s] - largest);
      weights[s] = weight;
      sum += weight;
      squares += weight * weight;
    }
    for (int s = 0; s < weights.length; s++) {
      weights[s] /= sum;
    }
    logEvidence = largest + Math.log(sum / weights.length);
    effectiveSampleSize = sum * sum / squares;
    return true;
  }

  /** The weights [S], whose sum is 1; overwritten by the next object's. */
  public double[] weights() {
    return weights;
  }

  /** Logarithm of the mean weight. */
  double logEvidence() {
    return logEvidence;
  }

  /** Kish's effective sample size, between 1 and S. */
  double effectiveSampleSize() {
    return effectiveSampleSize;
  }

  /** The posterior mean of a quantity [S]. */
  double mean(float[] values) {
    double sum = 0;
    for (int s = 0; s < weights.length; s++) {
      sum += weights[s] * values[s];
    }
    return sum;
  }
}
