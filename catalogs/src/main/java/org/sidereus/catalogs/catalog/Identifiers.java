package org.sidereus.catalogs.catalog;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Cell;

/** Tells identifiers that lost their last digits before they came here, and those of no object. */
final class Identifiers {
  /** A spreadsheet writes 1.24E+18, programs 1.2376487206937559e18 or 1237648720693755904.0. */
  private static final Pattern ROUNDED =
      Pattern.compile(
          "[-+]?\\d(?:[.,]\\d+)?[eE]\\+\\d{2,3}|[-+]?\\d[.,]\\d+[eE]\\d{2,3}|[-+]?\\d{17,}\\.0+");

  private static final double LARGEST_EXACT = 0x1p53;
  private static final double LARGEST_EXACT_SINGLE = 0x1p24;

  /** What spreadsheets and papers write before a row that sums up the rows above. */
  private static final Pattern SUMMARY =
      Pattern.compile(
          "(?i)(sub-?|grand )?totals?|sum|mean|average|avg\\.?|median|std\\.?( ?dev\\.?)?|stdev"
              + "|standard deviation|scatter|rms|minimum|maximum|weighted mean");

  private Identifiers() {}

  /** What is wrong with an identifier; null: nothing. */
  static @Nullable String wrong(Cell cell) {
    if (cell instanceof Cell.Text text && SUMMARY.matcher(text.value()).matches()) {
      return "the identifier '%s' is that of a row that sums up others, and not of an object"
          .formatted(text.value());
    }
    return rounded(cell);
  }

  /** What is wrong with an identifier that is rounded; null: nothing. */
  private static @Nullable String rounded(Cell cell) {
    if (cell instanceof Cell.Text text && ROUNDED.matcher(text.value()).matches()) {
      return "the identifier '%s' is a number that a spreadsheet or a program rounded, so that several objects have it; write the column as text"
          .formatted(text.value());
    }
    if (cell instanceof Cell.Floating number
        && Math.abs(number.value()) > (number.single() ? LARGEST_EXACT_SINGLE : LARGEST_EXACT)) {
      return "the identifier %s is a floating-point number, which lacks its last digits; write the column as integers or text"
          .formatted(number.text());
    }
    return null;
  }
}
