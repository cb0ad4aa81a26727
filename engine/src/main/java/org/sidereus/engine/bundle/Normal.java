package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.random.RandomGenerator;

/**
 * The normal distribution.
 *
 * @param mean mean, in the parameter's unit
 * @param sd standard deviation, positive, in the parameter's unit
 */
@JsonPropertyOrder({"mean", "sd"})
public record Normal(double mean, double sd) implements Prior {
  public Normal {
    NormalDistribution.checkMoments(mean, sd);
  }

  @Override
  public double variance() {
    return sd * sd;
  }

  @Override
  public double lower() {
    return Double.NEGATIVE_INFINITY;
  }

  @Override
  public double upper() {
    return Double.POSITIVE_INFINITY;
  }

  @Override
  public double logDensity(double x) {
    return NormalDistribution.logDensity((x - mean) / sd) - Math.log(sd);
  }

  @Override
  public double normalScore(double x) {
    return NormalDistribution.within((x - mean) / sd);
  }

  @Override
  public double sample(RandomGenerator random) {
    return mean + sd * random.nextGaussian();
  }
}
