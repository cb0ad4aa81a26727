package org.sidereus.exporter.check;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GraphContract;

/**
 * Outputs of a posterior graph for B objects with S samples each of D parameters.
 *
 * @param objects B
 * @param samples S
 * @param parameters D
 * @param theta [B * S * D]
 * @param logProb [B * S]
 * @param others the other outputs that are read, those that the graph has: [B * S], or [B * S] rows
 *     of derived quantities and residuals
 */
record SampleSet(
    int objects,
    int samples,
    int parameters,
    float[] theta,
    float[] logProb,
    Map<String, float[]> others) {

  SampleSet {
    others = Map.copyOf(others);
  }

  /** [B * S]; null: the graph has no such output. */
  float @Nullable [] sharedLogProb() {
    return others.get(GraphContract.SHARED_LOG_PROB);
  }

  /** [B * S]; null: the graph has no such output. */
  float @Nullable [] logWeight() {
    return others.get(GraphContract.LOG_WEIGHT);
  }

  /** [B * S]; null: the graph has no such output. */
  float @Nullable [] chiSquare() {
    return others.get(GraphContract.CHI_SQUARE);
  }

  /** Measured minus predicted [B * S * T]; null: the graph has no such output. */
  float @Nullable [] residuals() {
    return others.get(GraphContract.RESIDUALS);
  }

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
