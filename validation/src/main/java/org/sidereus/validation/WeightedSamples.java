package org.sidereus.validation;

import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.sidereus.engine.inference.ImportanceWeights;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.Samples;

/**
 * Posterior samples of one object with weights.
 *
 * @param count number of samples S
 * @param parameters number of parameters D
 * @param theta [S * D], sample by sample, in the parameters' units
 * @param weights [S], not negative, with the sum 1, or all 0
 */
record WeightedSamples(int count, int parameters, float[] theta, double[] weights) {

  /**
   * The samples of an engine, all with the same weight. They validate the flow itself: importance
   * weights would correct the errors that the validation looks for. Groups are validated with the
   * weights, as they are published.
   */
  static WeightedSamples of(Samples samples) {
    double[] weights = new double[samples.count()];
    Arrays.fill(weights, 1.0 / samples.count());
    return new WeightedSamples(samples.count(), samples.parameters(), samples.theta(), weights);
  }

  /** The samples as they are published: with their importance weights if {@link #isBelieved()}. */
  static WeightedSamples corrected(Samples samples) {
    if (samples.logWeight() == null) {
      return of(samples);
    }
    WeightedSamples weighted = weighted(samples);
    return weighted.isBelieved() ? weighted : of(samples);
  }

  /** The samples with their importance weights, without a check of these. */
  static WeightedSamples weighted(Samples samples) {
    ImportanceWeights weights = new ImportanceWeights(samples.count());
    weights.take(Objects.requireNonNull(samples.logWeight(), "samples without a likelihood"));
    return new WeightedSamples(
        samples.count(), samples.parameters(), samples.theta(), weights.weights());
  }

  /** Effective number of samples (Kish 1965); 0 if all weights are 0. */
  double effectiveSize() {
    double squares = 0;
    for (double weight : weights) {
      squares += weight * weight;
    }
    return squares == 0 ? 0 : 1 / squares;
  }

  /** Whether the effective number of samples is large enough for a posterior. */
  boolean isBelieved() {
    return effectiveSize() >= ObjectSummary.FEWEST_EFFECTIVE_SAMPLES;
  }

  double theta(int s, int d) {
    return theta[s * parameters + d];
  }

  double mean(int d) {
    double sum = 0;
    for (int s = 0; s < count; s++) {
      sum += weights[s] * theta(s, d);
    }
    return sum;
  }

  double sd(int d) {
    double mean = mean(d);
    double sum = 0;
    for (int s = 0; s < count; s++) {
      double residual = theta(s, d) - mean;
      sum += weights[s] * residual * residual;
    }
    return Math.sqrt(sum);
  }

  /**
   * Where a value lies in the distribution of a parameter: (W + w / 2) / (1 + w) for the weight W
   * of the samples below it and the typical weight w of one sample, so that with equal weights the
   * S + 1 possible results are the centres of S + 1 equal intervals.
   *
   * <p>Of independent samples the count below the truth is one of S + 1 equally likely ranks. (Of
   * the points that all objects share it is not, and the error is that of all objects.)
   */
  double rank(int d, double value) {
    double below = 0;
    double squares = 0;
    for (int s = 0; s < count; s++) {
      double x = theta(s, d);
      below += x < value ? weights[s] : x == value ? 0.5 * weights[s] : 0;
      squares += weights[s] * weights[s];
    }
    return (below + 0.5 * squares) / (1 + squares);
  }

  /** Indices of n draws by weight, ascending (systematic resampling). */
  int[] draw(int n, RandomGenerator random) {
    int[] drawn = new int[n];
    double start = random.nextDouble();
    double cumulative = weights[0];
    int s = 0;
    for (int i = 0; i < n; i++) {
      double position = (start + i) / n;
      while (cumulative < position && s < count - 1) {
        cumulative += weights[++s];
      }
      drawn[i] = s;
    }
    return drawn;
  }
}
