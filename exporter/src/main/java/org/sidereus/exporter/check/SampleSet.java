package org.sidereus.exporter.check;

import org.jspecify.annotations.Nullable;

/**
 * Outputs of a posterior graph for B objects with S samples each of D parameters.
 *
 * @param objects B
 * @param samples S
 * @param parameters D
 * @param theta [B * S * D]
 * @param logProb [B * S]
 * @param sharedLogProb [B * S]; null: the graph has no such output
 * @param logWeight [B * S]; null: the graph has no such output
 * @param chiSquare [B * S]; null: the graph has no such output
 */
record SampleSet(
    int objects,
    int samples,
    int parameters,
    float[] theta,
    float[] logProb,
    float @Nullable [] sharedLogProb,
    float @Nullable [] logWeight,
    float @Nullable [] chiSquare) {

  double theta(int object, int sample, int parameter) {
    return theta[(object * samples + sample) * parameters + parameter];
  }

  double logProb(int object, int sample) {
    return logProb[object * samples + sample];
  }

  /** The samples of one parameter of one object [S]. */
  double[] column(int object, int parameter) {
    double[] values = new double[samples];
    for (int s = 0; s < samples; s++) {
      values[s] = theta(object, s, parameter);
    }
    return values;
  }

  /** The standard deviation of the samples of one parameter of one object. */
  double sd(int object, int parameter) {
    double mean = mean(object, parameter);
    double sum = 0;
    for (int s = 0; s < samples; s++) {
      double deviation = theta(object, s, parameter) - mean;
      sum += deviation * deviation;
    }
    return Math.sqrt(sum / samples);
  }

  double mean(int object, int parameter) {
    double sum = 0;
    for (int s = 0; s < samples; s++) {
      sum += theta(object, s, parameter);
    }
    return sum / samples;
  }
}
