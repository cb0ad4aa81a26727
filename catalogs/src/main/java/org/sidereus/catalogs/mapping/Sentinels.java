package org.sidereus.catalogs.mapping;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What stands for a missing value in columns that are measured, apart from an empty cell and the
 * {@linkplain #isMissingText usual words}. Flags have no sentinels.
 *
 * @param common in every column
 * @param byColumn in one column, beside the common ones
 * @param limits what a limit in a cell means
 * @param declared whether somebody said what stands for a missing value, be it nothing: then other
 *     numbers are numbers, also a usual sentinel
 */
public record Sentinels(
    Values common, Map<String, Values> byColumn, LimitRule limits, boolean declared) {
  /** Only an empty cell and the usual words. */
  public static final Sentinels NONE =
      new Sentinels(Values.NONE, Map.of(), LimitRule.UNDECLARED, false);

  /** Words for a missing value, in lower case. */
  private static final Set<String> WORDS =
      Set.of(
          "", "null", "(null)", "nil", "none", "n/a", "n.a.", "#n/a", "na", "<na>", "nat", "masked",
          "missing", "nodata", "no data", "indef", "undef", "-", "--", "---", "----", "--.--",
          "\u2013", "\u2014", "\u2212", ".", "...", "....", "\u2026", "?", "\\n");

  /** Numbers that are not finite, in lower case. */
  private static final Set<String> NOT_FINITE =
      Set.of(
          "nan",
          "-nan",
          "+nan",
          "nan(ind)",
          "-nan(ind)",
          "1.#qnan",
          "-1.#qnan",
          "1.#ind",
          "-1.#ind",
          "1.#inf",
          "-1.#inf",
          "inf",
          "+inf",
          "-inf",
          "infinity",
          "+infinity",
          "-infinity");

  /** Errors of spreadsheets in any language: {@code #DIV/0!}, {@code #N/A}, {@code #WERT!}. */
  private static final Pattern SPREADSHEET =
      Pattern.compile("(?i)#[^\\s\\d]{1,10}(/0)?[!?]|#N/?[ADV]");

  private static final int LONGEST_WORD = 9;
  private static final int EXACT_BITS = 53;

  /**
   * Texts and numbers.
   *
   * @param texts compared as texts
   * @param numbers compared in single precision: 99.99 is also 99.98999786376953, which it becomes
   *     where a table of single precision is written in double
   * @param integers those of the numbers that are integers, to their last digit
   */
  public record Values(Set<String> texts, Set<Double> numbers, Set<BigInteger> integers) {
    /** Nothing. */
    public static final Values NONE = new Values(Set.of(), Set.of(), Set.of());

    public Values {
      texts = Set.copyOf(texts);
      numbers = Set.copyOf(numbers);
      integers = Set.copyOf(integers);
    }

    /** Whether an integer is one of the numbers: flags and identifiers differ by one digit. */
    boolean hasExactly(BigInteger integer) {
      return integers.contains(integer)
          || (integer.bitLength() <= EXACT_BITS && numbers.contains(integer.doubleValue()));
    }

    boolean has(double number) {
      for (double one : numbers) {
        if ((float) one == (float) number) {
          return true;
        }
      }
      return false;
    }
  }

  public Sentinels {
    byColumn = Map.copyOf(byColumn);
  }

  /** Whether a text is empty or a usual word for a missing value, in any spelling. */
  public static boolean isMissingText(String text) {
    return isAbsent(text)
        || (text.length() <= LONGEST_WORD && NOT_FINITE.contains(text.toLowerCase(Locale.ROOT)));
  }

  /** The same without NaN and infinity, which a plain table refuses. */
  static boolean isAbsent(String text) {
    return text.isEmpty()
        || (text.length() <= LONGEST_WORD && WORDS.contains(text.toLowerCase(Locale.ROOT)))
        || (text.charAt(0) == '#' && SPREADSHEET.matcher(text).matches());
  }

  boolean hasText(String column, String text) {
    if (common.texts.contains(text)) {
      return true;
    }
    Values own = byColumn.get(column);
    return own != null && own.texts.contains(text);
  }

  boolean hasNumber(String column, double number) {
    if (common.has(number)) {
      return true;
    }
    Values own = byColumn.get(column);
    return own != null && own.has(number);
  }

  /** Whether a number marks a missing value in many tables, and hardly a measurement has it. */
  public static boolean isUsual(double number) {
    return UsualSentinels.has(number);
  }

  /** Whether nobody declared sentinels, and a measured number is one that many tables have. */
  boolean isUndeclared(double number) {
    return !declared && UsualSentinels.has(number);
  }

  /** The same for a number that is only compared, such as a signal-to-noise ratio. */
  boolean isUndeclaredInAny(double number) {
    return !declared && UsualSentinels.hasInAny(number);
  }
}
