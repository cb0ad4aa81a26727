package org.sidereus.catalogs.table;

import java.math.BigInteger;
import java.util.Locale;

/** Reads cells that a text file declares to be of a type. */
final class TypedText {
  private static final int LONGEST_NUMBER = 400;

  private TypedText() {}

  /**
   * The cell of a text.
   *
   * @throws IllegalArgumentException if it is none of this type; the message says what is wrong
   */
  static Cell cell(String text, Column.Type type) {
    String stripped = Blanks.strip(text);
    if (stripped.isEmpty()) {
      return Cell.MISSING;
    }
    return switch (type) {
      case UNTYPED, TEXT, TIME, BITS -> new Cell.Text(stripped);
      case INTEGER -> integer(stripped);
      case FLOATING -> floating(stripped);
      case TRUTH -> truth(stripped);
    };
  }

  /** An integer of up to 64 bits. */
  static Cell integer(String text) {
    try {
      return text.length() < 19 ? Cell.Whole.of(Long.parseLong(text)) : big(text);
    } catch (NumberFormatException e) {
      throw wrong(text, "integer of 64 bits");
    }
  }

  private static Cell big(String text) {
    Cell.Whole whole = text.length() > LONGEST_NUMBER ? null : Cell.Whole.of(new BigInteger(text));
    if (whole == null) {
      throw wrong(text, "integer of 64 bits");
    }
    return whole;
  }

  /** A floating-point number; an exponent may be written with D, as Fortran does. */
  static Cell floating(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    switch (lower) {
      case "nan", "+nan", "-nan", "--" -> {
        return Cell.MISSING;
      }
      case "inf", "+inf", "infinity", "+infinity" -> {
        return new Cell.Floating(Double.POSITIVE_INFINITY, false);
      }
      case "-inf", "-infinity" -> {
        return new Cell.Floating(Double.NEGATIVE_INFINITY, false);
      }
      default -> {
        for (int i = 0; i < lower.length(); i++) {
          if ("0123456789+-.ed".indexOf(lower.charAt(i)) < 0) {
            throw wrong(text, "number");
          }
        }
        try {
          return Cell.Floating.of(Double.parseDouble(lower.replace('d', 'e')));
        } catch (NumberFormatException e) {
          throw wrong(text, "number");
        }
      }
    }
  }

  private static Cell truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "t", "1", "yes" -> new Cell.Truth(true);
      case "false", "f", "0", "no" -> new Cell.Truth(false);
      default -> throw wrong(text, "truth value");
    };
  }

  private static IllegalArgumentException wrong(String text, String what) {
    return new IllegalArgumentException(
        "'%s' is no %s".formatted(TableInput.printable(text), what));
  }
}
