package org.sidereus.catalogs.mapping;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A quantity and its uncertainty.
 *
 * @param value the value
 * @param parts what the errors of columns contribute to its error, by the column whose value has
 *     the error: the standard deviation times the derivative of the value, with its sign, in the
 *     unit of the value; none: exact, or its error is given elsewhere
 */
public record Estimate(double value, Map<String, Double> parts) implements Value {
  public Estimate {
    parts = Map.copyOf(parts);
  }

  /** A value without an error. */
  static Estimate exact(double value) {
    return new Estimate(value, Map.of());
  }

  /** The value of a column; with the error 0 it is exact. */
  static Estimate ofColumn(String column, double value, double error) {
    return new Estimate(value, error == 0 ? Map.of() : Map.of(column, error));
  }

  /** Another value that depends on this one alone, with the derivative. */
  Estimate mapped(double newValue, double derivative) {
    Map<String, Double> scaled = new LinkedHashMap<>();
    parts.forEach((column, part) -> scaled.put(column, derivative * part));
    return new Estimate(newValue, scaled);
  }

  /** Another value that depends on this one and a second one, with both derivatives. */
  Estimate combined(double newValue, double derivative, Estimate other, double otherDerivative) {
    Map<String, Double> sum = new LinkedHashMap<>(mapped(newValue, derivative).parts);
    other.parts.forEach((column, part) -> sum.merge(column, otherDerivative * part, Double::sum));
    return new Estimate(newValue, sum);
  }

  /** The standard deviation, in the unit of the value: columns are independent of each other. */
  double error() {
    double largest = parts.values().stream().mapToDouble(Math::abs).max().orElse(0);
    if (largest == 0) {
      return 0;
    }
    double sum = 0;
    for (double part : parts.values()) {
      sum += part / largest * (part / largest);
    }
    return largest * Math.sqrt(sum);
  }
}
