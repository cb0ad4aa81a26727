package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.random.RandomGenerator;

/**
 * The uniform distribution on [lower, upper].
 *
 * @param lower lower end, finite, in the parameter's unit
 * @param upper upper end, finite and above {@code lower}, in the parameter's unit
 */
@JsonPropertyOrder({"lower", "upper"})
public record Uniform(double lower, double upper) implements Prior {
  public Uniform {
    if (!Double.isFinite(lower) || !Double.isFinite(upper) || !(lower < upper)) {
      throw new IllegalArgumentException(
          "a uniform prior needs finite bounds, lower < upper, not [" + lower + ", " + upper + "]");
    }
  }

  @Override
  public double mean() {
    return lower + 0.5 * (upper - lower);
  }

  @Override
  public double variance() {
    return (upper - lower) * (upper - lower) / 12.0;
  }

  @Override
  public double logDensity(double x) {
    return x >= lower && x <= upper ? -Math.log(upper - lower) : Double.NEGATIVE_INFINITY;
  }

  @Override
  public double normalScore(double x) {
    return NormalDistribution.score((x - lower) / (upper - lower), (upper - x) / (upper - lower));
  }

  @Override
  public double sample(RandomGenerator random) {
    return lower + (upper - lower) * random.nextDouble();
  }
}
