package org.sidereus.catalogs.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.TimeFrame;
import org.sidereus.engine.SidereusException;

/** How a table writes a time. */
public enum TimeFormat {
  /**
   * ISO 8601, such as {@code 2017-10-31T07:12:00.000}, and other texts that have the year first or
   * the month by its name; without a zone in the scale.
   */
  ISO,
  /** The same, and dates such as {@code 31/10/2017}. */
  DAY_MONTH_YEAR,
  /** The same, and dates such as {@code 10/31/2017}. */
  MONTH_DAY_YEAR,
  /** Modified Julian date: JD - 2400000.5. */
  MJD,
  /** Julian date. */
  JD,
  /** Calendar year with its fraction: 2017.5 is the middle of 2017. */
  DECIMAL_YEAR,
  /** Seconds since 1970-01-01. */
  UNIX_SECONDS,
  /** Milliseconds since 1970-01-01. */
  UNIX_MILLISECONDS;

  private static final Instant PLAUSIBLE_FROM = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant PLAUSIBLE_TO = Instant.parse("2100-01-01T00:00:00Z");

  private static final double FIRST_DIGITS = 1700_01_01;
  private static final double LAST_DIGITS = 2299_12_31;

  /** Counts from 1970 make sense of observations from here on; smaller ones are other numbers. */
  private static final Instant UNIX_PLAUSIBLE_FROM = Instant.parse("1980-01-01T00:00:00Z");

  /** The name in options and mapping files. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is one of texts. */
  boolean isText() {
    return this == ISO || this == DAY_MONTH_YEAR || this == MONTH_DAY_YEAR;
  }

  /** All formats by name. */
  public static Map<String, TimeFormat> options() {
    Map<String, TimeFormat> options = new LinkedHashMap<>();
    Arrays.stream(values()).forEach(one -> options.put(one.option(), one));
    return Collections.unmodifiableMap(options);
  }

  /**
   * The format that a table names, as astropy calls it.
   *
   * @return null if it names none, or one of texts
   * @throws SidereusException if it is not read
   */
  static @Nullable TimeFormat of(@Nullable TimeFrame frame) {
    return switch (frame == null || frame.format() == null ? "" : frame.format()) {
      case "", "iso", "isot", "fits", "datetime", "datetime64", "yday", "jyear_str" -> null;
      case "mjd" -> MJD;
      case "jd" -> JD;
      case "decimalyear" -> DECIMAL_YEAR;
      case "unix" -> UNIX_SECONDS;
      default ->
          throw new SidereusException(
              "the table says that its times have astropy's format '%s', which is not read; write them as isot or mjd, or name the format (%s) by \"time\" in a mapping or by --time-format"
                  .formatted(Objects.requireNonNull(frame).format(), names()));
    };
  }

  /** The names of those that numbers may have. */
  static String namesOfNumbers() {
    return Arrays.stream(values())
        .filter(one -> one == ISO || !one.isText())
        .map(TimeFormat::option)
        .collect(Collectors.joining(", "));
  }

  /** All names. */
  public static String names() {
    return Arrays.stream(values()).map(TimeFormat::option).collect(Collectors.joining(", "));
  }

  /**
   * The time of a number in this format, to the millisecond, on a clock without leap seconds.
   *
   * @return null if it is no number of this format, or far from all years
   */
  @Nullable Instant of(double number) {
    try {
      return switch (this) {
        case ISO -> ofDigits(number);
        case DAY_MONTH_YEAR, MONTH_DAY_YEAR -> null;
        case MJD -> ofMilliseconds((number - TimeFrame.MJD_OF_1970) * TimeFrame.MS_PER_DAY);
        case JD ->
            ofMilliseconds(
                (number + TimeFrame.MJD_OF_JD_ZERO - TimeFrame.MJD_OF_1970) * TimeFrame.MS_PER_DAY);
        case DECIMAL_YEAR -> ofYear(number);
        case UNIX_SECONDS -> ofMilliseconds(number * 1000);
        case UNIX_MILLISECONDS -> ofMilliseconds(number);
      };
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  /** The time of a number if observations were made then; else null. */
  @Nullable Instant plausible(double number) {
    Instant time = of(number);
    boolean unix = this == UNIX_SECONDS || this == UNIX_MILLISECONDS;
    Instant from = unix ? UNIX_PLAUSIBLE_FROM : PLAUSIBLE_FROM;
    return time == null || time.isBefore(from) || time.isAfter(PLAUSIBLE_TO) ? null : time;
  }

  /** The basic format of ISO 8601: 20171031. */
  private static @Nullable Instant ofDigits(double number) {
    if (number != Math.rint(number) || number < FIRST_DIGITS || number > LAST_DIGITS) {
      return null;
    }
    int digits = (int) number;
    return LocalDate.of(digits / 10_000, digits / 100 % 100, digits % 100)
        .atStartOfDay()
        .toInstant(ZoneOffset.UTC);
  }

  private static @Nullable Instant ofMilliseconds(double milliseconds) {
    return Math.abs(milliseconds) < Long.MAX_VALUE / 2.0
        ? Instant.ofEpochMilli(Math.round(milliseconds))
        : null;
  }

  private static @Nullable Instant ofYear(double year) {
    if (!(Math.abs(year) < 1e6)) {
      return null;
    }
    LocalDate start = LocalDate.of((int) Math.floor(year), 1, 1);
    double days = (year - Math.floor(year)) * start.lengthOfYear();
    return start
        .atStartOfDay()
        .toInstant(ZoneOffset.UTC)
        .plusMillis(Math.round(days * TimeFrame.MS_PER_DAY));
  }
}
