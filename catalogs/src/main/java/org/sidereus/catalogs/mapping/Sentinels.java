package org.sidereus.catalogs.mapping;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

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

  /** A bound below all {@link #usual} numbers, which spares most measurements a search. */
  private static final double SMALLEST_USUAL = 98;

  private static final Values USUAL =
      new Values(
          Set.of(),
          Set.of(
              -99.0,
              -99.9,
              -99.99,
              -99.999,
              -999.0,
              -999.9,
              -999.99,
              -999.999,
              -9999.0,
              -9999.9,
              -9999.99,
              -99999.0,
              -999999.0,
              99.99,
              99.999,
              999.99,
              999.999,
              9999.99,
              1e20,
              -1e20,
              1e30,
              -1e30,
              -1e31,
              1e36,
              -1e36,
              (double) Float.MAX_VALUE,
              (double) -Float.MAX_VALUE));

  /** Words for a missing value, in lower case. */
  private static final Set<String> WORDS =
      Set.of(
          "", "null", "(null)", "nil", "none", "n/a", "n.a.", "#n/a", "na", "<na>", "nat", "masked",
          "missing", "nodata", "no data", "indef", "undef", "-", "--", "---", "----", "--.--",
          "\u2013", "\u2014", "\u2212", ".", "...", "....", "\u2026", "?", "\\n", "#num!",
          "#div/0!", "#ref!", "#value!", "#null!", "#name?");

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

  private static final int LONGEST_WORD = 9;

  /**
   * Texts and numbers.
   *
   * @param texts compared as texts
   * @param numbers compared in single precision: 99.99 is also 99.98999786376953, which it becomes
   *     where a table of single precision is written in double
   */
  public record Values(Set<String> texts, Set<Double> numbers) {
    /** Nothing. */
    public static final Values NONE = new Values(Set.of(), Set.of());

    public Values {
      texts = Set.copyOf(texts);
      numbers = Set.copyOf(numbers);
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
        || (text.length() <= LONGEST_WORD && WORDS.contains(text.toLowerCase(Locale.ROOT)));
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
    return hasOwnNumber(column, number);
  }

  /** Numbers that mark a missing value in many tables, and that hardly a measurement has. */
  public static Set<Double> usual() {
    return USUAL.numbers();
  }

  /** Whether nobody declared sentinels, and a number is one that many tables have. */
  boolean isUndeclared(double number) {
    return !declared && Math.abs(number) >= SMALLEST_USUAL && USUAL.has(number);
  }

  /** Whether a number is a sentinel of this column alone. */
  boolean hasOwnNumber(String column, double number) {
    Values own = byColumn.get(column);
    return own != null && own.has(number);
  }
}
