package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.random.RandomGenerator;

/**
 * The one-dimensional prior of a parameter; the priors of a bundle's parameters are independent.
 *
 * <p>All arguments and results are in the unit of the parameter ({@code logDensity}: the logarithm
 * of its inverse). Bounds are infinite where there are none.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Normal.class, name = "normal"),
  @JsonSubTypes.Type(value = TruncatedNormal.class, name = "truncated_normal"),
  @JsonSubTypes.Type(value = Uniform.class, name = "uniform"),
  @JsonSubTypes.Type(value = LogUniform.class, name = "log_uniform")
})
public sealed interface Prior permits Normal, TruncatedNormal, Uniform, LogUniform {

  /** The mean of the distribution; with truncation, that of the truncated one. */
  double mean();

  /** The variance of the distribution; with truncation, that of the truncated one. */
  double variance();

  /** Its standard deviation. */
  default double sd() {
    return Math.sqrt(variance());
  }

  /** The lower end of the support, or negative infinity. */
  double lower();

  /** The upper end of the support, or positive infinity. */
  double upper();

  /** The natural logarithm of the density, negative infinity outside the support. */
  double logDensity(double x);

  /**
   * The standard normal quantile at the share of the distribution below x, within plus and minus
   * {@value NormalDistribution#LARGEST_SCORE}: a standard normal variable for a draw.
   */
  double normalScore(double x);

  /** One draw. */
  double sample(RandomGenerator random);
}
