package org.sidereus.validation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Locale;

/**
 * One statement that a bundle must fulfil.
 *
 * @param name kind of the check: ranks, coverage, tarp, ape, predictive, mcmc, groups
 * @param subject what was checked, such as a parameter
 * @param outcome what it says
 * @param value what was measured
 * @param own limits that an exact bundle leaves in 1 % of the runs of this check
 * @param family limits of all checks of the report together; outside of them the check fails
 * @param meaning what the value is, in a few words
 */
@JsonPropertyOrder({"name", "subject", "passed", "outcome", "value"})
public record Check(
    String name,
    String subject,
    CheckOutcome outcome,
    double value,
    @JsonUnwrapped CheckLimits own,
    @JsonUnwrapped(prefix = "family_") CheckLimits family,
    String meaning) {

  /**
   * Compares a value with its limits.
   *
   * @param family not narrower than {@code own}
   */
  static Check of(
      String name,
      String subject,
      double value,
      CheckLimits own,
      CheckLimits family,
      String meaning) {
    CheckOutcome outcome =
        own.hold(value)
            ? CheckOutcome.PASSED
            : family.hold(value) ? CheckOutcome.OUTSIDE : CheckOutcome.FAILED;
    return new Check(name, subject, outcome, value, own, family, meaning);
  }

  /** The same where the value cannot be judged. */
  Check undecided() {
    return new Check(name, subject, CheckOutcome.UNDECIDED, value, own, family, meaning);
  }

  /** Whether the bundle passes. */
  @JsonProperty
  public boolean passed() {
    return outcome.isGood();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-4s %-10s %-28s %10.4g  in [%.4g, %.4g]%s  %s",
        outcome.mark(),
        name,
        subject,
        value,
        own.lowest(),
        own.highest(),
        family.equals(own)
            ? ""
            : String.format(Locale.ROOT, ", all [%.4g, %.4g]", family.lowest(), family.highest()),
        meaning);
  }
}
