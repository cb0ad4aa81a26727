package org.sidereus.model.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

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
    public Measured measure(double value, double error, double deviate) {
      return new Measured(value + error * deviate, error);
    }
  },

  /**
   * The quantity is a magnitude, -2.5 log10 of a flux, and the flux is normal. The error of the
   * magnitude is that of the flux over the measured flux times 2.5 / ln 10, so it has the noise of
   * the flux, too.
   */
  @JsonProperty("normal_flux")
  NORMAL_FLUX {
    @Override
    public double residual(double measured, double predicted, double error) {
      return (1 - Math.exp((measured - predicted) / MAGNITUDES)) * MAGNITUDES / error;
    }

    @Override
    public Measured measure(double value, double error, double deviate) {
      double ratio = 1 + deviate * error / MAGNITUDES; // measured over true flux
      return new Measured(value - MAGNITUDES * Math.log(ratio), error / ratio);
    }
  };

  /** Magnitudes of one unit of the natural logarithm of a flux. */
  public static final double MAGNITUDES = 2.5 / Math.log(10);

  /**
   * A measurement.
   *
   * @param value measured value; not a number where the measured flux is not positive
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
   * @param error standard deviation of a measurement without noise
   * @param deviate a draw of the standard normal distribution
   */
  public abstract Measured measure(double value, double error, double deviate);

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
