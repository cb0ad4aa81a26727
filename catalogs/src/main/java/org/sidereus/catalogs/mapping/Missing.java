package org.sidereus.catalogs.mapping;

/**
 * A value that is missing, and why.
 *
 * @param reason why, the same for all rows with this cause, so that it can be counted: {@code
 *     sentinel in C_H}
 * @param detail what the row has, such as the cell; may be empty
 * @param rejects whether the whole object is rejected, and not only this value missing
 */
public record Missing(String reason, String detail, boolean rejects) implements Value, Outcome {

  /** A missing value. */
  public static Missing of(String reason, String detail) {
    return new Missing(reason, detail, false);
  }

  /** The reason with what the row has, in one line. */
  public String sentence() {
    return detail.isEmpty() ? reason : reason + ": " + detail;
  }
}
