package org.sidereus.catalogs.mapping;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.BrokenRowException;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.engine.SidereusException;

/**
 * The cells of a row as numbers and texts.
 *
 * @param file name of the file, for messages
 * @param sentinels what stands for a missing value
 */
public record Cells(String file, TableRow row, Sentinels sentinels) {
  private static final double LARGEST_EXACT = 0x1p53;

  /** Numbers with a decimal comma or with separators of thousands. */
  private static final Pattern SEPARATED =
      Pattern.compile("[-+\\u2212]?\\d*(?:[.,'\\u2019_\\u00a0\\u202f ]\\d+)+([eE][-+]?\\d+)?");

  /** A value with its error behind it: {@code 1.0±0.1}, {@code 1.0 +0.1/-0.2}, {@code 1.0(2)}. */
  private static final Pattern WITH_ERROR =
      Pattern.compile(".*\\d\\s*(?:\u00b1|\\+/?-|\\\\pm|[(\\s]\\s*[-+]?[\\d.]+.*).*");

  private static final Pattern INTEGER = Pattern.compile("[-+]?\\d{1,400}");

  /** A cell without surrounding blanks; empty if the value is missing. */
  public String text(String column) {
    String text = row.cell(column);
    return sentinels.hasText(column, text) ? "" : text;
  }

  /**
   * The name of an object, group or visit; empty also where the cell has a usual word for missing,
   * or one of the sentinels of the column. An integer that the table holds as a floating-point
   * number, as pandas does where one is missing, is written as an integer.
   */
  public String name(String column) {
    Cell cell = row.value(column);
    if (cell instanceof Cell.Floating floating
        && floating.value() == Math.rint(floating.value())
        && Math.abs(floating.value()) <= LARGEST_EXACT) {
      cell = Cell.Whole.of((long) floating.value());
    }
    String text = cell.text();
    if (Sentinels.isMissingText(text) || sentinels.hasText(column, text)) {
      return "";
    }
    Sentinels.Values own = sentinels.byColumn().get(column);
    if (own == null) {
      return text;
    }
    if (INTEGER.matcher(text).matches()) {
      return own.hasExactly(new BigInteger(text)) ? "" : text;
    }
    Double number = parsed(text);
    return number != null && own.has(number) ? "" : text;
  }

  /** A cell as the table has it, without surrounding blanks: nothing stands for missing. */
  public String raw(String column) {
    return row.cell(column);
  }

  /** Whether a cell is empty or has a usual word for missing, other than NaN and infinity. */
  public boolean isMissing(String column) {
    Cell cell = row.value(column);
    return cell instanceof Cell.Missing
        || (cell instanceof Cell.Text text && Sentinels.isAbsent(text.value()));
  }

  /**
   * A number.
   *
   * @param what the column's name for messages
   * @return a value without an error, or why it is missing
   * @throws SidereusException if the cell holds no number; the message has its place
   */
  public Value number(String column, String what) {
    Cell cell = row.value(column);
    if (cell instanceof Cell.Floating floating) {
      return finite(column, floating.value(), cell);
    }
    if (cell instanceof Cell.Whole whole) {
      return finite(column, whole.number(), cell);
    }
    String text = cell.text();
    if (Sentinels.isMissingText(text)) {
      return Missing.of(column + " is empty", text);
    }
    if (sentinels.hasText(column, text)) {
      return sentinel(column, text);
    }
    Double number = parsed(text);
    if (number != null) {
      return finite(column, number, cell);
    }
    if (isLimit(text)) {
      return limit(column, text, what);
    }
    throw broken("the %s is '%s', which is no number%s".formatted(what, text, hint(text)));
  }

  private static String hint(String text) {
    if (SEPARATED.matcher(text).matches()) {
      return " (write numbers with a decimal point and without separators of thousands)";
    }
    return WITH_ERROR.matcher(text).matches()
        ? " (write value and error into columns of their own)"
        : "";
  }

  /**
   * A number that is measured. One by which many tables mark a missing value is refused where
   * nobody says what it is: a difference of two of them looks like a measurement.
   *
   * @param what the column's name for messages
   * @return a value without an error, or why it is missing
   * @throws SidereusException if it is such a number; the message has its place
   */
  public Value measured(String column, String what) {
    Value value = number(column, what);
    if (value instanceof Estimate one) {
      check(column, what, sentinels.isUndeclared(one.value()));
    }
    return value;
  }

  /**
   * The standard deviation of a measured number. One that is not positive is no doubt unknown, and
   * others are as {@link #measured}.
   *
   * @param negative whether the column writes it with a minus sign
   * @return the number as it stands there, or why it is missing
   * @throws SidereusException if many tables mark a missing value by it; the message has its place
   */
  Value deviation(String column, boolean negative) {
    Value value = number(column, column);
    if (value instanceof Estimate one && (negative ? -one.value() : one.value()) > 0) {
      check(column, column, sentinels.isUndeclared(one.value()));
    }
    return value;
  }

  /**
   * A number that is ordered, in a condition.
   *
   * @return a value without an error, or why it is missing
   * @throws SidereusException if many tables mark a missing value by it; the message has its place
   */
  Value ordered(String column) {
    Value value = number(column, column);
    if (value instanceof Estimate one) {
      check(column, column, sentinels.isUndeclaredInAny(one.value()));
    }
    return value;
  }

  private void check(String column, String what, boolean isUndeclared) {
    if (isUndeclared) {
      throw broken(
          "the %s is %s, by which many tables mark a missing value; name it under \"missing\" of a mapping (\"missing\": [] takes it as a number), or leave the cell empty"
              .formatted(what, raw(column)));
    }
  }

  private Value finite(String column, double number, Cell cell) {
    if (!Double.isFinite(number)) {
      return Missing.of(column + " is not finite", cell.text());
    }
    return sentinels.hasNumber(column, number)
        ? sentinel(column, cell.text())
        : Estimate.exact(number);
  }

  private static Missing sentinel(String column, String text) {
    return Missing.of("sentinel in " + column, text);
  }

  private Missing limit(String column, String text, String what) {
    return switch (sentinels.limits()) {
      case UNDECLARED ->
          throw broken(
              "the %s is the limit '%s'; \"limits\" of a mapping says whether limits are 'missing' or 'rejected'"
                  .formatted(what, text));
      case MISSING -> new Missing("limit in " + column, text, false);
      case REJECTED -> new Missing("limit in " + column, text, true);
    };
  }

  private static boolean isLimit(String text) {
    if ("<>≤≥".indexOf(text.charAt(0)) < 0) {
      return false;
    }
    String rest = text.substring(text.startsWith("=", 1) ? 2 : 1).strip();
    return !rest.isEmpty() && parsed(rest) != null;
  }

  /** A number, also with the minus of printed tables or the exponent of Fortran; else null. */
  static @Nullable Double parsed(String text) {
    String plain = text.indexOf('\u2212') < 0 ? text : text.replace('\u2212', '-');
    char last = plain.charAt(plain.length() - 1);
    // Java accepts suffixes and hexadecimal floats, a catalogue does not
    if ("fFdD".indexOf(last) >= 0 || plain.indexOf('x') >= 0 || plain.indexOf('X') >= 0) {
      return null;
    }
    if (plain.indexOf('D') >= 0 || plain.indexOf('d') >= 0) {
      plain = plain.replace('D', 'E').replace('d', 'e');
    }
    try {
      return Double.valueOf(plain);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** An error that names the file and the place of the row. */
  public SidereusException broken(String what) {
    return BrokenRowException.at(file, row.place(), what);
  }
}
