package org.sidereus.engine.inference;

import java.util.Locale;

/**
 * How far the posteriors of some objects move when their samples get other importance weights. For
 * one thread.
 */
final class PosteriorShift {
  /**
   * Largest rms shift of means over objects and parameters, in the sampling errors of independent
   * draws; so for the logarithms of standard deviations.
   */
  private static final double MOST = 0.25;

  /**
   * Largest mean shift of all objects, in standard deviations. It does not average out in a group.
   * The points that all objects share have 0.006.
   */
  private static final double MOST_COMMON = 0.004;

  private final int samples;
  private final int parameters;
  private final ImportanceWeights before;
  private final ImportanceWeights after;

  /** Sum over the objects, for each parameter. */
  private final double[] shifts;

  /** Sums of squares over objects and parameters. */
  private double ofMeans;

  private double ofSpreads;
  private int objects;

  /** No objects yet. */
  PosteriorShift(int samples, int parameters) {
    this.samples = samples;
    this.parameters = parameters;
    before = new ImportanceWeights(samples);
    after = new ImportanceWeights(samples);
    shifts = new double[parameters];
  }

  /**
   * Adds an object. One without finite weights before counts for nothing, and one without them
   * after for all.
   *
   * @param theta [S * D]
   * @param logBefore logarithms of its weights [S]
   * @param logAfter the same
   */
  void add(float[] theta, float[] logBefore, float[] logAfter) {
    if (!before.take(logBefore)) {
      return;
    }
    boolean isFinite = after.take(logAfter);
    double effective = before.effectiveSampleSize();
    objects++;
    for (int d = 0; d < parameters; d++) {
      double mean = mean(before.weights(), theta, d);
      double sd = sd(before.weights(), theta, d, mean);
      double other = isFinite ? mean(after.weights(), theta, d) : Double.NaN;
      double shift = (other - mean) / sd;
      double spread = Math.log(sd(after.weights(), theta, d, other) / sd);
      shifts[d] += shift;
      ofMeans += shift * shift * effective;
      ofSpreads += spread * spread * 2 * effective;
    }
  }

  private double mean(double[] weights, float[] theta, int d) {
    double sum = 0;
    for (int s = 0; s < samples; s++) {
      sum += weights[s] * theta[s * parameters + d];
    }
    return sum;
  }

  private double sd(double[] weights, float[] theta, int d, double mean) {
    double sum = 0;
    for (int s = 0; s < samples; s++) {
      double distance = theta[s * parameters + d] - mean;
      sum += weights[s] * distance * distance;
    }
    return Math.sqrt(sum);
  }

  /** Whether the shift is a part of the sampling error, of objects and of groups. */
  boolean isSmall() {
    return objects > 0
        && rms(ofMeans) <= MOST
        && rms(ofSpreads) <= MOST
        && largestCommon() <= MOST_COMMON;
  }

  private double rms(double sum) {
    return Math.sqrt(sum / ((double) objects * parameters));
  }

  private double largestCommon() {
    double largest = 0;
    for (double shift : shifts) {
      largest = Math.max(largest, Math.abs(shift / objects));
    }
    return largest;
  }

  /** For people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "means move by %.3f and standard deviations by %.3f of their sampling errors, all means"
            + " together by %.5f sd",
        rms(ofMeans),
        rms(ofSpreads),
        largestCommon());
  }
}
