package org.sidereus.catalogs.report;

import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers as a report prints them: with the digits that their errors leave. */
final class PrintedNumber {
  /** Two digits of an error; beyond these places the number is printed with an exponent. */
  private static final int MOST_PLACES = 8;

  private static final double LARGEST = 1e7;

  /** A letter that is no exponent, and no word between two numbers. */
  private static final Pattern WORD = Pattern.compile("(?!\\bto\\b|(?<=\\d)e[-+]\\d)\\b[A-Za-z]");

  private PrintedNumber() {}

  /** Whether a cell is a number, an interval, or a number with its error. */
  static boolean isOne(String cell) {
    return !WORD.matcher(cell).find();
  }

  /** A text that begins as a sentence does and has its end. */
  static String sentence(String text) {
    String begun =
        text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return begun.matches("(?s).*[.!?]") ? begun : begun + ".";
  }

  /** A mean and its standard deviation, with two digits of it. */
  static String plusMinus(double mean, double sd) {
    return rounded(mean, sd) + " \u00b1 " + rounded(sd, sd);
  }

  /** The median of a share and its interval of 68 %, of its five quantiles. */
  static String percent(double[] quantiles) {
    return String.format(
        Locale.ROOT,
        "%.1f %% (%.1f to %.1f %%)",
        100 * quantiles[2],
        100 * quantiles[1],
        100 * quantiles[3]);
  }

  /** The median of a quantity and its interval of 68 %, of its five quantiles. */
  static String interval(double[] quantiles) {
    double error = (quantiles[3] - quantiles[1]) / 2;
    return "%s (%s to %s)"
        .formatted(
            rounded(quantiles[2], error),
            rounded(quantiles[1], error),
            rounded(quantiles[3], error));
  }

  /** Four digits of a number. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String rounded(double value, double error) {
    if (!(error > 0) || Double.isInfinite(error) || Math.abs(value) >= LARGEST) {
      return number(value);
    }
    int places = Math.max(0, 1 - (int) Math.floor(Math.log10(error)));
    return places > MOST_PLACES
        ? number(value)
        : String.format(Locale.ROOT, "%." + places + "f", value);
  }
}
