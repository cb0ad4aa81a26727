package org.sidereus.engine.inference;

import org.jspecify.annotations.Nullable;

/**
 * One measured quantity, in the unit of the observable (or covariate) that it belongs to.
 *
 * @param value measured value
 * @param error standard deviation of the measurement; null: the one the bundle was trained for
 */
public record Measurement(double value, @Nullable Double error) {
  /** A measurement with the error that the bundle was trained for. */
  public static Measurement of(double value) {
    return new Measurement(value, null);
  }

  public static Measurement of(double value, double error) {
    return new Measurement(value, error);
  }
}
