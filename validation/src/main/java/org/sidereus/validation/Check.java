package org.sidereus.validation;

import java.util.Locale;

/**
 * One statement that a bundle must fulfil.
 *
 * @param name kind of the check: ranks, coverage, tarp, ape, predictive, mcmc, groups
 * @param subject what was checked, such as a parameter
 * @param passed whether it is fulfilled
 * @param value what was measured
 * @param lowest smallest value that passes
 * @param highest largest value that passes
 * @param meaning what the value is, in a few words
 */
public record Check(
    String name,
    String subject,
    boolean passed,
    double value,
    double lowest,
    double highest,
    String meaning) {

  /** A value that must not be above a limit. */
  static Check atMost(String name, String subject, double value, double highest, String meaning) {
    return within(name, subject, value, 0, highest, meaning);
  }

  /** A value that must lie between two limits; one that is no number never does. */
  static Check within(
      String name, String subject, double value, double lowest, double highest, String meaning) {
    boolean passed = value >= lowest && value <= highest;
    return new Check(name, subject, passed, value, lowest, highest, meaning);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-4s %-10s %-28s %10.4g  in [%.4g, %.4g]  %s",
        passed ? "ok" : "FAIL",
        name,
        subject,
        value,
        lowest,
        highest,
        meaning);
  }
}
