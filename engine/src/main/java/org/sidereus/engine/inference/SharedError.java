package org.sidereus.engine.inference;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error that several measurements of one object share, such as that of [Fe/H] in all [X/Fe]: a
 * normal variable with the given standard deviation, which enters each named measurement times its
 * coefficient. Different shared errors are independent of each other.
 *
 * <p>Any numbers are allowed here; {@link FeatureEncoder} says which cannot be used.
 *
 * @param error standard deviation, above 0
 * @param included whether the errors of the measurements contain it already: whether they are the
 *     total errors, as most catalogues quote them, or lack it
 * @param coefficients by name of the measurement; the unit of a coefficient times that of the error
 *     is the measurement's
 */
public record SharedError(double error, boolean included, Map<String, Double> coefficients) {
  public SharedError {
    coefficients = Map.copyOf(coefficients);
  }

  /**
   * A measurement with its total error: the shared errors that its error lacks are added to it.
   *
   * @param trained its error where none is given; null: there is none
   */
  public static Measurement total(
      String name, Measurement measurement, List<SharedError> shared, @Nullable Double trained) {
    double added = 0;
    for (SharedError one : shared) {
      added += one.included ? 0 : one.in(name) * one.in(name);
    }
    Double error = measurement.error() == null ? trained : measurement.error();
    return added == 0 || error == null
        ? measurement
        : Measurement.of(measurement.value(), Math.sqrt(error * error + added));
  }

  /** How much of it is in a measurement; 0 where it does not enter. */
  double in(String measurement) {
    return error * coefficients.getOrDefault(measurement, 0.0);
  }
}
