package org.sidereus.simulators.casefile;

/**
 * The correlation of the priors of two parameters, both normal without bounds.
 *
 * @param first name of one parameter
 * @param second name of the other
 * @param value coefficient, above -1 and below 1
 */
public record Correlation(String first, String second, double value) {
  public Correlation {
    if (first.equals(second)) {
      throw new IllegalArgumentException(first + " is correlated with itself; name two parameters");
    }
    if (!(value > -1 && value < 1)) {
      throw new IllegalArgumentException("value must be above -1 and below 1 but is " + value);
    }
  }
}
