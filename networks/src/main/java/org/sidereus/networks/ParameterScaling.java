package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.hipparchus.special.Erf;

/**
 * The map of one parameter theta from physical units to the unbounded standardised coordinate z in
 * which a flow works. {@code shift} and {@code scale} are in the units of the unbounded coordinate.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(ParameterScaling.Affine.class),
  @JsonSubTypes.Type(ParameterScaling.Probit.class),
  @JsonSubTypes.Type(ParameterScaling.Logit.class),
  @JsonSubTypes.Type(ParameterScaling.Log.class),
  @JsonSubTypes.Type(ParameterScaling.LogBelow.class),
  @JsonSubTypes.Type(ParameterScaling.LogProbit.class)
})
public sealed interface ParameterScaling {

  /** Subtracted from the unbounded coordinate. */
  double shift();

  /** Divides the unbounded coordinate; above 0. */
  double scale();

  /** z of a physical value; infinite or not a number at and outside the bounds. */
  double standardised(double theta);

  /** The physical value of z. */
  double physical(double z);

  /** log |dz/dtheta| at a physical value. */
  double logDerivative(double theta);

  /** A scaling between two bounds. */
  sealed interface Bounded extends ParameterScaling {

    /** Lower bound in physical units. */
    double lower();

    /** Upper bound in physical units. */
    double upper();
  }

  /** z = (theta - shift) / scale: an unbounded parameter. */
  @JsonTypeName("affine")
  record Affine(double shift, double scale) implements ParameterScaling {
    /** Checks the numbers. */
    public Affine {
      Checks.shiftAndScale(shift, scale);
    }

    @Override
    public double standardised(double theta) {
      return (theta - shift) / scale;
    }

    @Override
    public double physical(double z) {
      return z * scale + shift;
    }

    @Override
    public double logDerivative(double theta) {
      return -Math.log(scale);
    }
  }

  /**
   * z = (u - shift) / scale with u the quantile of the standard normal distribution at the share
   * (theta - lower) / (upper - lower): bounded on both sides. A uniform prior is a normal one in u,
   * so a flow has nothing to learn of a parameter that the data do not constrain.
   */
  @JsonTypeName("probit")
  record Probit(double lower, double upper, double shift, double scale) implements Bounded {
    /** Checks the numbers. */
    public Probit {
      Checks.shiftAndScale(shift, scale);
      checkBounds(lower, upper);
    }

    @Override
    public double standardised(double theta) {
      return (quantile(theta) - shift) / scale;
    }

    @Override
    public double physical(double z) {
      double u = z * scale + shift;
      return lower + (upper - lower) * 0.5 * Erf.erfc(-u / Math.sqrt(2));
    }

    @Override
    public double logDerivative(double theta) {
      double u = quantile(theta);
      return 0.5 * (u * u + Math.log(2 * Math.PI)) - Math.log(upper - lower) - Math.log(scale);
    }

    /** From the nearer bound, so that no digits are lost. */
    private double quantile(double theta) {
      double range = upper - lower;
      return theta - lower < upper - theta
          ? -Math.sqrt(2) * Erf.erfcInv(2 * (theta - lower) / range)
          : Math.sqrt(2) * Erf.erfcInv(2 * (upper - theta) / range);
    }
  }

  /**
   * z = (u - shift) / scale with u = log((theta - lower) / (upper - theta)): bounded on both sides.
   */
  @JsonTypeName("logit")
  record Logit(double lower, double upper, double shift, double scale) implements Bounded {
    /** Checks the numbers. */
    public Logit {
      Checks.shiftAndScale(shift, scale);
      checkBounds(lower, upper);
    }

    @Override
    public double standardised(double theta) {
      return (Math.log(theta - lower) - Math.log(upper - theta) - shift) / scale;
    }

    @Override
    public double physical(double z) {
      return lower + (upper - lower) / (1 + Math.exp(-(z * scale + shift)));
    }

    @Override
    public double logDerivative(double theta) {
      return Math.log(upper - lower)
          - Math.log(theta - lower)
          - Math.log(upper - theta)
          - Math.log(scale);
    }
  }

  /** z = (log(theta - lower) - shift) / scale: bounded below. */
  @JsonTypeName("log")
  record Log(double lower, double shift, double scale) implements ParameterScaling {
    /** Checks the numbers. */
    public Log {
      Checks.shiftAndScale(shift, scale);
      Checks.finite("lower", lower);
    }

    @Override
    public double standardised(double theta) {
      return (Math.log(theta - lower) - shift) / scale;
    }

    @Override
    public double physical(double z) {
      return lower + Math.exp(z * scale + shift);
    }

    @Override
    public double logDerivative(double theta) {
      return -Math.log(theta - lower) - Math.log(scale);
    }
  }

  /** z = (u - shift) / scale with u = -log(upper - theta): bounded above. */
  @JsonTypeName("log_below")
  record LogBelow(double upper, double shift, double scale) implements ParameterScaling {
    /** Checks the numbers. */
    public LogBelow {
      Checks.shiftAndScale(shift, scale);
      Checks.finite("upper", upper);
    }

    @Override
    public double standardised(double theta) {
      return (-Math.log(upper - theta) - shift) / scale;
    }

    @Override
    public double physical(double z) {
      return upper - Math.exp(-(z * scale + shift));
    }

    @Override
    public double logDerivative(double theta) {
      return -Math.log(upper - theta) - Math.log(scale);
    }
  }

  /**
   * As {@link Probit}, of the logarithm of theta: bounded on both sides, above 0. A log-uniform
   * prior is a normal one in u.
   */
  @JsonTypeName("log_probit")
  record LogProbit(double lower, double upper, double shift, double scale) implements Bounded {
    /** Checks the numbers. */
    public LogProbit {
      if (!(lower > 0)) {
        throw new IllegalArgumentException("lower must be above 0 but is " + lower);
      }
      new Probit(lower, upper, shift, scale);
    }

    @Override
    public double standardised(double theta) {
      return ofLogarithm().standardised(Math.log(theta));
    }

    @Override
    public double physical(double z) {
      return Math.exp(ofLogarithm().physical(z));
    }

    @Override
    public double logDerivative(double theta) {
      return ofLogarithm().logDerivative(Math.log(theta)) - Math.log(theta);
    }

    private Probit ofLogarithm() {
      return new Probit(Math.log(lower), Math.log(upper), shift, scale);
    }
  }

  private static void checkBounds(double lower, double upper) {
    Checks.finite("lower", lower);
    Checks.finite("upper", upper);
    if (!((float) lower < (float) upper)) {
      throw new IllegalArgumentException(
          "lower must be below upper in single precision but they are " + lower + " and " + upper);
    }
  }
}
