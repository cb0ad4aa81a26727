package org.sidereus.validation;

/** What one check says. */
public enum CheckOutcome {
  /** The value lies within the check's own limits. */
  PASSED("ok"),

  /**
   * The value lies outside of the check's own 99 % band, as one of a hundred does where all is
   * right, and within the band of all checks of the report.
   */
  OUTSIDE("out"),

  /** The reference with which the value is compared is not known well enough. */
  UNDECIDED("????"),

  /** An exact bundle hardly ever has such a value. */
  FAILED("FAIL");

  private final String mark;

  CheckOutcome(String mark) {
    this.mark = mark;
  }

  /** Four characters at most. */
  String mark() {
    return mark;
  }

  /** Whether a bundle with this outcome passes. */
  boolean isGood() {
    return this == PASSED || this == OUTSIDE;
  }
}
