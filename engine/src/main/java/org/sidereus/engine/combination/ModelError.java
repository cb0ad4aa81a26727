package org.sidereus.engine.combination;

import java.util.Locale;

/**
 * An error of the model that all objects of a group have in common, as the group shows it.
 *
 * @param kind what is wrong
 * @param name of the observable or parameter
 * @param unit of value and sd; empty if dimensionless
 * @param value the error, if it is the only one: measured minus true for an offset; for a shift the
 *     mean of the population minus that of the prior, as a normal score, in standard deviations of
 *     the prior
 * @param sd standard deviation of the value
 * @param significance value over sd
 * @param isFlagged whether it is significant, and larger than tolerated, when the larger ones are
 *     allowed for
 */
public record ModelError(
    Kind kind,
    String name,
    String unit,
    double value,
    double sd,
    double significance,
    boolean isFlagged) {

  /** What is wrong. */
  public enum Kind {
    /** An observable is measured or predicted with an offset. */
    OFFSET,
    /** The objects are not drawn from the prior of a local parameter. */
    SHIFT
  }

  /** Name, value and unit, such as {@code Ne_Fe +0.12 dex}. */
  public String text() {
    String rounded = String.format(Locale.ROOT, "%s %+.2g", name, value);
    return kind == Kind.SHIFT
        ? rounded + " sd of the prior"
        : unit.isEmpty() ? rounded : rounded + " " + unit;
  }
}
