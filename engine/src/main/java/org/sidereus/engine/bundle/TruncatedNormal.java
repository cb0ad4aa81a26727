package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The normal distribution restricted to [lower, upper] and renormalised.
 *
 * @param untruncatedMean mean of the normal before truncation ({@code mean} in JSON)
 * @param untruncatedSd its standard deviation, positive ({@code sd} in JSON)
 * @param lower lower bound; negative infinity ({@code null} in JSON) if there is none
 * @param upper upper bound; positive infinity ({@code null} in JSON) if there is none
 */
@JsonPropertyOrder({"mean", "sd", "lower", "upper"})
public record TruncatedNormal(
    @JsonProperty("mean") double untruncatedMean,
    @JsonProperty("sd") double untruncatedSd,
    @JsonSerialize(using = BoundSerializer.class) double lower,
    @JsonSerialize(using = BoundSerializer.class) double upper)
    implements Prior {

  /** Below this mass the moments lose their digits to cancellation. */
  private static final double SMALLEST_MASS = 1e-8;

  public TruncatedNormal {
    NormalDistribution.checkMoments(untruncatedMean, untruncatedSd);
    if (!(lower < upper)) {
      throw new IllegalArgumentException(
          "a truncated normal prior needs lower < upper, not [" + lower + ", " + upper + "]");
    }
    double mass =
        NormalDistribution.mass(
            (lower - untruncatedMean) / untruncatedSd, (upper - untruncatedMean) / untruncatedSd);
    if (!(mass > SMALLEST_MASS)) {
      throw new IllegalArgumentException(
          "the bounds [" + lower + ", " + upper + "] hold almost nothing of the normal prior");
    }
  }

  /** From the four keys of JSON, where a missing bound is null. */
  @JsonCreator
  static TruncatedNormal of(
      @JsonProperty(value = "mean", required = true) double mean,
      @JsonProperty(value = "sd", required = true) double sd,
      @JsonProperty("lower") @Nullable Double lower,
      @JsonProperty("upper") @Nullable Double upper) {
    return new TruncatedNormal(
        mean,
        sd,
        lower == null ? Double.NEGATIVE_INFINITY : lower,
        upper == null ? Double.POSITIVE_INFINITY : upper);
  }

  @Override
  public double mean() {
    return untruncatedMean + untruncatedSd * standardMean();
  }

  @Override
  public double variance() {
    double a = standardLower();
    double b = standardUpper();
    double edges = (timesDensity(a) - timesDensity(b)) / mass();
    double shift = standardMean();
    return untruncatedSd * untruncatedSd * (1 + edges - shift * shift);
  }

  @Override
  public double logDensity(double x) {
    if (!(x >= lower && x <= upper)) {
      return Double.NEGATIVE_INFINITY;
    }
    return NormalDistribution.logDensity((x - untruncatedMean) / untruncatedSd)
        - Math.log(untruncatedSd)
        - Math.log(mass());
  }

  @Override
  public double normalScore(double x) {
    double z = (x - untruncatedMean) / untruncatedSd;
    double mass = mass();
    return NormalDistribution.score(
        NormalDistribution.mass(standardLower(), z) / mass,
        NormalDistribution.mass(z, standardUpper()) / mass);
  }

  @Override
  public double sample(RandomGenerator random) {
    double z =
        NormalDistribution.truncatedQuantile(random.nextDouble(), standardLower(), standardUpper());
    return Math.min(upper, Math.max(lower, untruncatedMean + untruncatedSd * z));
  }

  private double standardLower() {
    return (lower - untruncatedMean) / untruncatedSd;
  }

  private double standardUpper() {
    return (upper - untruncatedMean) / untruncatedSd;
  }

  private double mass() {
    return NormalDistribution.mass(standardLower(), standardUpper());
  }

  private double standardMean() {
    return (Math.exp(NormalDistribution.logDensity(standardLower()))
            - Math.exp(NormalDistribution.logDensity(standardUpper())))
        / mass();
  }

  private static double timesDensity(double z) {
    return Double.isInfinite(z) ? 0 : z * Math.exp(NormalDistribution.logDensity(z));
  }
}
