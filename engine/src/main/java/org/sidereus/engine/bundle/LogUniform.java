package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.random.RandomGenerator;

/**
 * The distribution on [lower, upper] whose logarithm is uniform: the density is 1 / (x ln(upper /
 * lower)).
 *
 * @param lower lower end, above 0, in the parameter's unit
 * @param upper upper end, finite and above {@code lower}, in the parameter's unit
 */
@JsonPropertyOrder({"lower", "upper"})
public record LogUniform(double lower, double upper) implements Prior {
  public LogUniform {
    if (!(lower > 0) || !Double.isFinite(upper) || !(lower < upper)) {
      throw new IllegalArgumentException(
          "a log-uniform prior needs 0 < lower < upper, finite, not ["
              + lower
              + ", "
              + upper
              + "]");
    }
  }

  @Override
  public double mean() {
    return (upper - lower) / logRange();
  }

  @Override
  public double variance() {
    double mean = mean();
    return 0.5 * (upper - lower) * (upper + lower) / logRange() - mean * mean;
  }

  @Override
  public double logDensity(double x) {
    return x >= lower && x <= upper
        ? -Math.log(x) - Math.log(logRange())
        : Double.NEGATIVE_INFINITY;
  }

  @Override
  public double normalScore(double x) {
    return NormalDistribution.score(
        Math.log(Math.max(x, lower) / lower) / logRange(),
        Math.log(upper / Math.max(x, lower)) / logRange());
  }

  @Override
  public double sample(RandomGenerator random) {
    double x = lower * Math.exp(logRange() * random.nextDouble());
    return Math.min(upper, x);
  }

  /** ln(upper / lower). */
  public double logRange() {
    return Math.log(upper / lower);
  }
}
