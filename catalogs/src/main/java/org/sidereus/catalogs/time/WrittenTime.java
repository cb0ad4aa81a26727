package org.sidereus.catalogs.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.TimeFrame;
import org.sidereus.engine.SidereusException;

/**
 * A date with its time of day as a text has it. The year stands first, or the month has its name;
 * where both are numbers behind each other, nothing but a {@link TimeFormat} tells day from month.
 *
 * @param clock what the clock shows, as if its zone were UTC
 * @param isLeap whether the clock shows second 60; {@code clock} has that second counted on
 * @param isDate whether the text has no time of day, so that the clock is at midnight
 * @param zone the zone as written, such as {@code +02:00}; empty: there is none
 * @param offsetSeconds of the zone
 * @param scale that the text names; null: none, or UTC
 */
record WrittenTime(
    Instant clock,
    boolean isLeap,
    boolean isDate,
    String zone,
    int offsetSeconds,
    @Nullable TimeScale scale) {
  private static final String MONTH =
      "(?i:(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
          + "(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\\.?)";
  private static final String DAY = "(\\d{1,2})(?!\\d)";
  private static final String YEAR = "(\\d{4})(?!\\d)";
  private static final List<String> MONTHS =
      List.of("jan feb mar apr may jun jul aug sep oct nov dec".split(" "));

  /** Year, month and day behind each other. */
  private static final List<Pattern> YEAR_FIRST =
      List.of(
          Pattern.compile("([+-]?\\d{4,6})-(\\d{1,2})-" + DAY),
          Pattern.compile("(\\d{4})/(\\d{1,2})/" + DAY),
          Pattern.compile("(\\d{4})\\.(\\d{1,2})\\." + DAY),
          Pattern.compile("(\\d{4})\\s+(\\d{1,2})\\s+" + DAY),
          Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(?!\\d)"),
          Pattern.compile("(\\d{4})[-/ ]?" + MONTH + "[-/ ]?" + DAY));

  /** Year and day of the year. */
  private static final Pattern ORDINAL = Pattern.compile("(\\d{4})[-:](\\d{3})(?!\\d)");

  private static final Pattern DAY_AND_NAME =
      Pattern.compile(
          "(?i:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\\s+)?(\\d{1,2})(?i:st|nd|rd|th)?[-/ ]?"
              + MONTH
              + "[-/, ]+"
              + YEAR);
  private static final Pattern NAME_AND_DAY =
      Pattern.compile(MONTH + "\\s*(\\d{1,2})(?i:st|nd|rd|th)?,?\\s+" + YEAR);

  /** Day and month, or month and day, as numbers. */
  private static final Pattern YEAR_LAST = Pattern.compile("(\\d{1,2})([-/.])(\\d{1,2})\\2" + YEAR);

  /** The same with a year of two digits, which may also be the day. */
  private static final Pattern UNCLEAR =
      Pattern.compile("\\d{1,2}[-/. ](?:\\d{1,2}|" + MONTH + ")[-/. ]\\d{1,4}(?!\\d).*");

  /** What may stand behind the date: a fraction of the day, or a time of day; a zone or a scale. */
  private static final Pattern REST =
      Pattern.compile(
          "(?:(?<part>\\.\\d+)|(?:[Tt_:]|\\s+)(?<hour>\\d{1,2}):?(?<minute>\\d{2})"
              + "(?::?(?<second>\\d{2}))?(?<fraction>[.,]\\d+)?)?"
              + "\\s*\\(?(?<name>[A-Za-z]+)?(?:\\([A-Za-z0-9]*\\))?"
              + "(?<offset>[-+\u2212]\\d{2}(?::?\\d{2})?)?\\)?");

  private static final Set<String> UTC = Set.of("Z", "UTC", "UT", "GMT");
  private static final Set<String> SCALES = Set.of("TAI", "IAT", "TT", "TDT", "TDB", "GPS");
  private static final int LEAP_SECOND = 60;
  private static final int HOURS = 24;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int SECONDS_PER_MINUTE = 60;
  private static final double NANOS = 1e9;

  /**
   * Reads a text.
   *
   * @param format which of day and month is first where both are numbers and the year is last
   * @throws SidereusException if it is no time, or one that may be read in two ways; the message
   *     has no place
   */
  static WrittenTime of(String text, TimeFormat format) {
    try {
      for (Pattern form : YEAR_FIRST) {
        Matcher date = form.matcher(text);
        if (date.lookingAt()) {
          return of(text, date, dated(date.group(1), date.group(2), date.group(3)));
        }
      }
      Matcher date = ORDINAL.matcher(text);
      if (date.lookingAt()) {
        int day = Integer.parseInt(date.group(2));
        return of(text, date, LocalDate.ofYearDay(Integer.parseInt(date.group(1)), day));
      }
      date = DAY_AND_NAME.matcher(text);
      if (date.lookingAt()) {
        return of(text, date, dated(date.group(3), date.group(2), date.group(1)));
      }
      date = NAME_AND_DAY.matcher(text);
      if (date.lookingAt()) {
        return of(text, date, dated(date.group(3), date.group(1), date.group(2)));
      }
      date = YEAR_LAST.matcher(text);
      if (format != TimeFormat.ISO && date.lookingAt()) {
        boolean dayFirst = format == TimeFormat.DAY_MONTH_YEAR;
        String day = date.group(dayFirst ? 1 : 3);
        return of(text, date, dated(date.group(4), date.group(dayFirst ? 3 : 1), day));
      }
    } catch (DateTimeException e) {
      throw noTime(text);
    }
    if (UNCLEAR.matcher(text).matches()) {
      throw new SidereusException(
          YEAR_LAST.matcher(text).lookingAt()
              ? "the time is '%s', in which nobody says what is the day and what the month; say it by the format day_month_year or month_day_year, or write 2026-01-31"
                  .formatted(text)
              : "the time is '%s', whose year has no four digits; write 2026-01-31"
                  .formatted(text));
    }
    throw noTime(text);
  }

  private static LocalDate dated(String year, String month, String day) {
    int named = MONTHS.indexOf(month.toLowerCase(Locale.ROOT));
    return LocalDate.of(
        Integer.parseInt(year),
        named < 0 ? Integer.parseInt(month) : named + 1,
        Integer.parseInt(day));
  }

  private static WrittenTime of(String text, MatchResult found, LocalDate date) {
    Matcher rest = REST.matcher(text.substring(found.end()));
    if (!rest.matches()) {
      throw noTime(text);
    }
    Instant midnight = date.atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant clock = midnight;
    boolean isLeap = false;
    if (rest.group("part") != null) {
      double days = Double.parseDouble("0" + rest.group("part"));
      clock = midnight.plusMillis(Math.round(days * TimeFrame.MS_PER_DAY));
    } else if (rest.group("hour") != null) {
      int second = rest.group("second") == null ? 0 : Integer.parseInt(rest.group("second"));
      isLeap = second == LEAP_SECOND;
      clock =
          clock(date, rest, isLeap ? LEAP_SECOND - 1 : second)
              .plusSeconds(isLeap ? 1 : 0)
              .plusNanos(nanoseconds(rest));
    }
    return zoned(text, clock, isLeap, rest);
  }

  private static Instant clock(LocalDate date, Matcher rest, int second) {
    int hour = Integer.parseInt(rest.group("hour"));
    int minute = Integer.parseInt(rest.group("minute"));
    boolean isEndOfDay = hour == HOURS && minute == 0 && second == 0 && nanoseconds(rest) == 0;
    LocalDateTime time =
        isEndOfDay
            ? date.plusDays(1).atStartOfDay()
            : date.atTime(LocalTime.of(hour, minute, second));
    return time.toInstant(ZoneOffset.UTC);
  }

  /** The fraction of the last part of the clock: of a minute where there are no seconds. */
  private static long nanoseconds(Matcher rest) {
    if (rest.group("fraction") == null) {
      return 0;
    }
    double fraction = Double.parseDouble("0." + rest.group("fraction").substring(1));
    double seconds = rest.group("second") == null ? SECONDS_PER_MINUTE : 1;
    return (long) (fraction * seconds * NANOS + 0.5);
  }

  private static WrittenTime zoned(String text, Instant clock, boolean isLeap, Matcher rest) {
    String name = rest.group("name") == null ? "" : rest.group("name").toUpperCase(Locale.ROOT);
    String offset = rest.group("offset") == null ? "" : rest.group("offset").replace('\u2212', '-');
    boolean isUtc = name.isEmpty() || UTC.contains(name);
    if (!(isUtc || SCALES.contains(name)) || !(isUtc || offset.isEmpty())) {
      throw new SidereusException(
          "the time is '%s', and '%s' behind it is no zone that is read; write Z, or the offset as in +02:00"
              .formatted(text, rest.group("name") + offset));
    }
    int seconds = offset.isEmpty() ? 0 : ZoneOffset.of(offset).getTotalSeconds();
    if (isLeap && (clock.getEpochSecond() - seconds) % SECONDS_PER_DAY != 0) {
      throw noTime(text);
    }
    boolean isDate = rest.group("part") == null && rest.group("hour") == null;
    return new WrittenTime(
        clock,
        isLeap,
        isDate,
        isUtc ? name + offset : "",
        seconds,
        isUtc ? null : TimeScale.of(name));
  }

  private static SidereusException noTime(String text) {
    if (TimeOfDay.isOne(text)) {
      return new SidereusException(
          "the time is '%s', a time of day without its date, and no time of ISO 8601; name the column of the date by \"time\": {\"column\": ..., \"time_of_day\": ...} in a mapping"
              .formatted(text));
    }
    return new SidereusException(
        "the time is '%s', which is no time of ISO 8601 (2026-01-31T23:59:59Z) and no number; correct it"
            .formatted(text));
  }
}
