package org.sidereus.model.engine;

import java.nio.FloatBuffer;
import org.sidereus.model.bundle.Manifest;

/**
 * Reduces posterior samples to an {@link ObjectSummary}, in double precision and in a fixed order,
 * so that the numbers of an object do not depend on the batch it was in. Holds scratch memory: one
 * instance for each thread.
 */
final class Summarizer {
  private static final double[] LEVELS = {0.16, 0.50, 0.84};

  private final int samples;
  private final int parameters;
  private final float[] theta;
  private final double[][] centred;
  private final float[] column;
  private final QuantileSelector quantiles;
  private final float[] sharedLogProb;
  private final SharedDensityFit sharedDensity;

  Summarizer(int samples, Manifest manifest) {
    this.samples = samples;
    parameters = manifest.parameters().size();
    boolean fits = SharedDensityFit.fits(manifest, samples);
    sharedDensity = fits ? new SharedDensityFit(manifest, samples) : null;
    sharedLogProb = new float[samples];
    theta = new float[samples * parameters];
    centred = new double[parameters][samples];
    column = new float[samples];
    quantiles = new QuantileSelector(samples, LEVELS);
  }

  /**
   * The summary of one object.
   *
   * @param source samples [.., S, D]
   * @param shared log density of the shared parameters [.., S]; null where the graph gives none
   * @param row object on the first axis
   * @throws InferenceException if a sample is not finite or all samples agree in a parameter
   */
  ObjectSummary summarize(FloatBuffer source, FloatBuffer shared, int row) {
    source.get(row * theta.length, theta);
    double[] mean = new double[parameters];
    double[][] levels = new double[parameters][];
    for (int d = 0; d < parameters; d++) {
      double sum = 0;
      for (int s = 0; s < samples; s++) {
        float value = theta[s * parameters + d];
        column[s] = value;
        sum += value;
      }
      if (!Double.isFinite(sum)) {
        throw new InferenceException("the posterior has samples that are not finite");
      }
      mean[d] = sum / samples;
      for (int s = 0; s < samples; s++) {
        centred[d][s] = column[s] - mean[d];
      }
      levels[d] = quantiles.of(column);
    }
    double[] covariance = new double[parameters * parameters];
    for (int i = 0; i < parameters; i++) {
      for (int j = 0; j <= i; j++) {
        double c = dot(centred[i], centred[j]) / samples;
        covariance[i * parameters + j] = c;
        covariance[j * parameters + i] = c;
      }
    }
    double[] logRatio = null;
    if (shared != null && sharedDensity != null) {
      shared.get(row * samples, sharedLogProb);
      logRatio = sharedDensity.fit(theta, sharedLogProb);
    }
    return new ObjectSummary(mean, covariance, levels, samples, logRatio);
  }

  /** Four partial sums, because one would wait for itself at every step. */
  private static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
