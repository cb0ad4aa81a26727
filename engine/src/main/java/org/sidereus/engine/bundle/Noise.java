package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** What the noise of a measured quantity is. */
public enum Noise {
  /** The measured value is normal around the true one. */
  @JsonProperty("normal")
  NORMAL {
    @Override
    public double residual(double measured, double predicted, double error) {
      return (measured - predicted) / error;
    }

    @Override
    public double measure(double value, double error, RandomGenerator random) {
      return value + error * random.nextGaussian();
    }

    @Override
    public Measured combine(List<Measured> measured) {
      double weights = 0;
      double weighted = 0;
      for (Measured one : measured) {
        double weight = 1 / (one.error * one.error);
        weights += weight;
        weighted += weight * one.value;
      }
      return new Measured(weighted / weights, 1 / Math.sqrt(weights));
    }

    @Override
    public double[] weights(List<Measured> measured) {
      return normalised(
          measured.stream().mapToDouble(one -> 1 / (one.error * one.error)).toArray());
    }
  },

  /**
   * The quantity is a magnitude, -2.5 log10 of a flux, and the flux is normal. The error of the
   * magnitude is that of the flux over the measured flux times 2.5 / ln 10.
   */
  @JsonProperty("normal_flux")
  NORMAL_FLUX {
    @Override
    public double residual(double measured, double predicted, double error) {
      return (1 - Math.exp((measured - predicted) / MAGNITUDES)) * MAGNITUDES / error;
    }

    /**
     * The error is known as a share of the measured flux, so of the ratio r of the true to the
     * measured flux the density is exp(-(r - 1)^2 / (2 s^2)) / r, with s the relative error: that
     * of a normal flux whose error has a scale-free prior. The density of the ratio does not depend
     * on the true flux. So the posterior of {@link #residual} is exact for errors that do not
     * depend on the true flux. (If the error were a given share of the true flux, the quoted error
     * would reveal the true flux.) A flux of little significance is bounded to {@value #BRIGHTEST}
     * times the true one, where this density has no norm.
     */
    @Override
    public double measure(double value, double error, RandomGenerator random) {
      double relative = error / MAGNITUDES;
      double least = Math.max(1 / BRIGHTEST, 1 - FARTHEST * relative);
      double ratio;
      do {
        ratio = 1 + relative * random.nextGaussian();
      } while (ratio < least || random.nextDouble() * ratio > least);
      return value + MAGNITUDES * Math.log(ratio);
    }

    @Override
    public Measured combine(List<Measured> measured) {
      double faintest = Double.NEGATIVE_INFINITY;
      for (Measured one : measured) {
        faintest = Math.max(faintest, one.value);
      }
      double weights = 0;
      double weighted = 0;
      for (Measured one : measured) {
        // In units of the faintest flux, so that a flux that overflows has no weight.
        double flux = StrictMath.exp((faintest - one.value) / MAGNITUDES);
        double relativeError = one.error / MAGNITUDES;
        double weightTimesFlux = 1 / (relativeError * relativeError * flux);
        weights += weightTimesFlux / flux;
        weighted += weightTimesFlux;
      }
      double flux = weighted / weights;
      return new Measured(
          faintest - MAGNITUDES * StrictMath.log(flux), MAGNITUDES / (flux * Math.sqrt(weights)));
    }

    /** The mean flux changes by w F dm, so that the magnitude changes by w F / sum(w F) dm. */
    @Override
    public double[] weights(List<Measured> measured) {
      double faintest = measured.stream().mapToDouble(Measured::value).max().orElse(0);
      return normalised(
          measured.stream()
              .mapToDouble(
                  one ->
                      1
                          / (one.error
                              * one.error
                              * StrictMath.exp((faintest - one.value) / MAGNITUDES)))
              .toArray());
    }
  };

  /** Measured over true flux where nothing else bounds it. */
  private static final double BRIGHTEST = 4;

  /** Standard deviations beyond which no normal deviate is drawn. */
  private static final double FARTHEST = 8;

  /** Magnitudes of one unit of the natural logarithm of a flux. */
  public static final double MAGNITUDES = 2.5 / Math.log(10);

  /**
   * A measurement.
   *
   * @param value measured value
   * @param error its standard deviation as a survey quotes it
   */
  public record Measured(double value, double error) {}

  /**
   * Measured minus predicted, of the quantity or of its flux, in units of the error: a standard
   * normal variable for the true value. The density of the measured value is that of the residual
   * over the error.
   */
  public abstract double residual(double measured, double predicted, double error);

  /**
   * A measurement of a true value.
   *
   * @param error standard deviation that is quoted with it, above 0
   * @return the measured value
   */
  public abstract double measure(double value, double error, RandomGenerator random);

  /**
   * Combines independent measurements of one true value into one: their mean with inverse-variance
   * weights, of the quantity or of its flux. The sums run in the given order.
   *
   * @param measured at least one, with positive errors
   */
  public abstract Measured combine(List<Measured> measured);

  /**
   * How much of an error of each measurement is in the combined one, to first order. The sum is 1.
   *
   * @param measured as for {@link #combine}
   */
  public abstract double[] weights(List<Measured> measured);

  private static double[] normalised(double[] weights) {
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  /** Leaves the usual noise out of a manifest. */
  static final class Usual {
    @Override
    public boolean equals(Object other) {
      return other == null || other == NORMAL;
    }

    @Override
    public int hashCode() {
      return NORMAL.hashCode();
    }
  }
}
