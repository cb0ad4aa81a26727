package org.sidereus.exporter.check;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of one check.
 *
 * @param check what was checked, in a few words
 * @param status how it ended
 * @param kind what is wrong; null unless the check failed
 * @param detail the numbers, and for a fault what to do
 */
public record Finding(String check, Status status, @Nullable Fault kind, String detail) {
  /** How a check ended. */
  public enum Status {
    PASSED,
    /** It could not be made; the detail says what it needs. */
    SKIPPED,
    FAILED
  }

  static Finding passed(String check, String detail) {
    return new Finding(check, Status.PASSED, null, detail);
  }

  static Finding skipped(String check, String detail) {
    return new Finding(check, Status.SKIPPED, null, detail);
  }

  static Finding failed(String check, Fault kind, String detail) {
    return new Finding(check, Status.FAILED, kind, detail);
  }

  @Override
  public String toString() {
    return switch (status) {
      case PASSED -> "passed   " + check + ": " + detail;
      case SKIPPED -> "skipped  " + check + ": " + detail;
      case FAILED -> "FAULT    " + check + ": " + kind + ": " + detail;
    };
  }
}
