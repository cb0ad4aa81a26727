package org.sidereus.catalogs.mapping;

import java.util.Set;

/**
 * Numbers that mark a missing value in many tables, and that hardly a measurement has: those of
 * nines ({@code -9.99}, {@code -999}, {@code 99.0}, {@code 99.99}), powers of ten that are too
 * large, and the ends of the types of numbers. A number of single precision that is written in
 * double ({@code 99.98999786376953}) is the same number.
 */
final class UsualSentinels {
  /** All are at least this far from 0. */
  private static final double SMALLEST = 9.98;

  /** From here on a positive number of nines is usual: 9.99 is a magnitude or an age. */
  private static final double SMALLEST_POSITIVE = 98;

  private static final int NINES_OF_SMALL = 3;
  private static final int NINES = 2;
  private static final int DECIMALS_OF_NO_COUNT = 2;

  /** Powers of ten from this one on: negative ones, and positive ones. */
  private static final double SMALLEST_POWER = -1e10;

  private static final double LARGEST_POWER = 1e20;

  private static final Set<Float> ENDS =
      Set.of(
          -32768f, // the smallest integers of 16, 32 and 64 bits, and the largest ones
          -2147483648f,
          2147483648f,
          -9.223372036854775808e18f,
          9.223372036854775808e18f,
          -9.999995e8f, // UKIDSS and VISTA
          -1.6375e30f, // HEALPix
          9.969209968386869e36f, // netCDF
          Float.MAX_VALUE,
          -Float.MAX_VALUE);

  private UsualSentinels() {}

  /** Whether a measured number, or its error, is one. */
  static boolean has(double number) {
    return hasInAny(number) || (number >= SMALLEST_POSITIVE && isOfNines(number, NINES, 0));
  }

  /**
   * Whether a number of any column is one. A number such as 99 or 999.9 may also be a
   * signal-to-noise ratio or a count.
   */
  static boolean hasInAny(double number) {
    if (Math.abs(number) < SMALLEST) {
      return false;
    }
    if (isEnd(number) || isPower(number)) {
      return true;
    }
    return number > 0
        ? number >= SMALLEST_POSITIVE && isOfNines(number, NINES, DECIMALS_OF_NO_COUNT)
        : isOfNines(number, number > -SMALLEST_POSITIVE ? NINES_OF_SMALL : NINES, 0);
  }

  private static boolean isEnd(double number) {
    return Math.abs(number) == Double.MAX_VALUE || ENDS.contains((float) number);
  }

  private static boolean isPower(double number) {
    if (number > SMALLEST_POWER * 0.99 && number < LARGEST_POWER * 0.99) {
      return false;
    }
    return digits(Double.toString(number)).equals("1")
        || digits(Float.toString((float) number)).equals("1");
  }

  /** Whether all digits are nines, in double or single precision, with enough of them. */
  private static boolean isOfNines(double number, int fewest, int fewestDecimals) {
    return isOfNines(Double.toString(number), fewest, fewestDecimals)
        || isOfNines(Float.toString((float) number), fewest, fewestDecimals);
  }

  private static boolean isOfNines(String text, int fewest, int fewestDecimals) {
    String digits = digits(text);
    int exponent = text.indexOf('E');
    int point = text.indexOf('.');
    int before =
        exponent < 0
            ? point - (text.startsWith("-") ? 1 : 0)
            : Integer.parseInt(text.substring(exponent + 1)) + 1;
    return digits.length() >= fewest
        && digits.length() - before >= fewestDecimals
        && digits.length() >= before
        && digits.chars().allMatch(c -> c == '9');
  }

  /** The significant digits of a number that Java wrote. */
  private static String digits(String text) {
    int exponent = text.indexOf('E');
    String mantissa = exponent < 0 ? text : text.substring(0, exponent);
    String digits = mantissa.replace("-", "").replace(".", "");
    int end = digits.length();
    while (end > 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }
}
