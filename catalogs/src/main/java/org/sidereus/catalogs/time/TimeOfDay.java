package org.sidereus.catalogs.time;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.engine.SidereusException;

/**
 * The column that has the time of day where another one has the date alone.
 *
 * @param column its name
 * @param unit of its numbers; null: that of the column
 */
public record TimeOfDay(String column, @Nullable Unit unit) {
  private static final long MS_PER_DAY = 86_400_000;
  private static final long MS_PER_MINUTE = 60_000;
  private static final long MS_PER_HOUR = 3_600_000;

  /** Hours, minutes and seconds behind each other, and perhaps a zone or a scale. */
  private static final Pattern SEXAGESIMAL =
      Pattern.compile(
          "(\\d{1,2})(?:\\s*[:hH]\\s*|\\s+)(\\d{1,2})"
              + "(?:(?:\\s*[:mM]\\s*|\\s+)(\\d{1,2})([.,]\\d*)?\\s*[sS]?)?m?\\s*"
              + "([A-Za-z]*(?:[-+\u2212]\\d{2}(?::?\\d{2})?)?)");

  /** What the numbers count. */
  public enum Unit {
    /** Hours, with their fraction. */
    H(3_600_000),
    /** Minutes. */
    MIN(60_000),
    /** Seconds. */
    S(1000),
    /** Milliseconds. */
    MS(1),
    /** The fraction of the day. */
    D(86_400_000);

    private final double milliseconds;

    Unit(double milliseconds) {
      this.milliseconds = milliseconds;
    }

    /** The name in mapping files. */
    public String option() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** All units by name. */
    public static Map<String, Unit> options() {
      Map<String, Unit> options = new LinkedHashMap<>();
      Arrays.stream(values()).forEach(one -> options.put(one.option(), one));
      return Collections.unmodifiableMap(options);
    }

    private static @Nullable Unit of(@Nullable String told) {
      return switch (told == null ? "" : told.strip().toLowerCase(Locale.ROOT)) {
        case "h", "hr", "hrs", "hour", "hours" -> H;
        case "min", "minute", "minutes" -> MIN;
        case "s", "sec", "second", "seconds" -> S;
        case "ms", "millisecond", "milliseconds" -> MS;
        case "d", "day", "days" -> D;
        default -> null;
      };
    }
  }

  /** Whether a text is a time of day without a date. */
  static boolean isOne(String text) {
    return SEXAGESIMAL.matcher(text).matches();
  }

  /**
   * What a cell says of the clock, such as {@code 07:12:00.500}, with its zone if it has one.
   *
   * @param told unit that the table states; null: none
   * @throws SidereusException if it is no time of day, or a number of a unit that nobody says; the
   *     message has no place
   */
  String clock(Cell cell, @Nullable String told) {
    if (cell instanceof Cell.Missing) {
      throw new SidereusException(
          "the time of day in the column %s is missing; fill it in".formatted(column));
    }
    String text = cell.text();
    if (cell instanceof Cell.Text) {
      Matcher parts = SEXAGESIMAL.matcher(text);
      if (parts.matches()) {
        return "%02d:%02d:%02d%s%s"
            .formatted(
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3)),
                parts.group(4) == null || parts.group(4).length() == 1 ? "" : parts.group(4),
                parts.group(5));
      }
    }
    Double number = TimeReader.number(cell);
    if (number == null) {
      throw wrong(text, "is none: write 07:12:00, or a number of hours or seconds");
    }
    Unit known = unit == null ? Unit.of(told) : unit;
    if (known == null) {
      throw wrong(text, "is a number, and its unit is not said; " + candidates(number));
    }
    long milliseconds = Math.round(number * known.milliseconds);
    if (!(number >= 0) || milliseconds > MS_PER_DAY) {
      throw wrong(text, "is not between 0 and 24 hours as a number in " + known.option());
    }
    return clock(milliseconds);
  }

  private static String clock(long milliseconds) {
    return "%02d:%02d:%02d.%03d"
        .formatted(
            milliseconds / MS_PER_HOUR,
            milliseconds % MS_PER_HOUR / MS_PER_MINUTE,
            milliseconds % MS_PER_MINUTE / 1000,
            milliseconds % 1000);
  }

  private String candidates(double number) {
    StringBuilder all = new StringBuilder();
    for (Unit one : Unit.values()) {
      long milliseconds = Math.round(number * one.milliseconds);
      if (number >= 0 && milliseconds < MS_PER_DAY) {
        all.append(all.isEmpty() ? "" : " or ");
        all.append("%s (%s)".formatted(one.option(), clock(milliseconds)));
      }
    }
    return all.isEmpty()
        ? "it makes sense as no time of day"
        : "it makes sense as %s: say it by \"time_of_day_unit\" in the mapping".formatted(all);
  }

  private SidereusException wrong(String text, String what) {
    return new SidereusException(
        "the time of day in the column %s is '%s', which %s".formatted(column, text, what));
  }
}
