package org.sidereus.catalogs.time;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.TimeFrame;
import org.sidereus.engine.SidereusException;

/**
 * Reads the times of a column. The format is what somebody said; else the unit or the UCD of the
 * column decides; else ISO 8601 is known by its looks, and a number is refused, because nothing
 * tells days from seconds.
 */
public final class TimeReader {
  /** A number behind the name of its format. */
  private static final Pattern NAMED = Pattern.compile("(?i)(M?JD|J)[ =]*(\\d+\\.?\\d*)");

  /** Years beyond which a declared format is more likely the wrong one. */
  private static final Instant FIRST = Instant.parse("1700-01-01T00:00:00Z");

  private static final Instant LAST = Instant.parse("2300-01-01T00:00:00Z");

  /** Years of fewer than four digits are what is left of years of two. */
  private static final Instant FIRST_WRITTEN = Instant.parse("1000-01-01T00:00:00Z");

  private static final double SMALLEST_JD = 1_000_000;

  /** What a text with a clock at midnight ends with. */
  private static final Pattern MIDNIGHT = Pattern.compile(".*[T ]00:00(:00(\\.0*)?)?Z?");

  private final Column column;
  private final @Nullable Column ofDay;
  private final TimeStyle style;

  /** A reader of a column. */
  public TimeReader(Column column, TimeStyle style) {
    this(column, null, style);
  }

  /**
   * A reader of a column.
   *
   * @param ofDay that of the time of day, which {@code style} names; null: there is none
   */
  public TimeReader(Column column, @Nullable Column ofDay, TimeStyle style) {
    this.column = column;
    this.ofDay = ofDay;
    this.style = style;
  }

  /**
   * The time of the cells of a row, in UTC.
   *
   * @throws SidereusException if they have no time, or a number of a format or unit that nobody
   *     says; the message has no place
   */
  public Instant read(WrittenCells cells) {
    TimeOfDay timeOfDay = style.timeOfDay();
    if (cells.timeOfDay() == null || timeOfDay == null) {
      return read(cells.time());
    }
    LocalDate date = date(cells.time());
    String clock = timeOfDay.clock(cells.timeOfDay(), ofDay == null ? null : ofDay.unit());
    return written(date + "T" + clock, TimeFormat.ISO);
  }

  /** The date of a cell that has no time of day. */
  private LocalDate date(Cell cell) {
    Instant clock;
    if (cell instanceof Cell.Text && number(cell) == null) {
      WrittenTime written = WrittenTime.of(cell.text(), textFormat());
      if (!written.zone().isEmpty() || written.scale() != null) {
        throw new SidereusException(
            "the date is '%s'; write its zone or scale behind the time of day"
                .formatted(cell.text()));
      }
      clock = written.clock();
    } else {
      clock = onItsClock(cell);
    }
    if (!isMidnight(clock)) {
      throw new SidereusException(
          "the date is '%s', which has a time of day itself; remove time_of_day from the mapping"
              .formatted(cell.text()));
    }
    return clock.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /** The time of a cell as if its scale were UTC. */
  private Instant onItsClock(Cell cell) {
    return new TimeReader(column, new TimeStyle(style.format(), TimeScale.UTC, style.offset()))
        .read(cell);
  }

  private static boolean isMidnight(Instant clock) {
    return Math.floorMod(clock.toEpochMilli(), (long) TimeFrame.MS_PER_DAY) == 0;
  }

  private TimeFormat textFormat() {
    return style.format() == null || !style.format().isText() ? TimeFormat.ISO : style.format();
  }

  /** Whether a cell has a date and no time of day, or the clock is at midnight there. */
  public boolean isDate(Cell cell) {
    try {
      if (cell instanceof Cell.Text && number(cell) == null) {
        return cell.text().indexOf(':') < 0
            ? WrittenTime.of(cell.text(), textFormat()).isDate()
            : MIDNIGHT.matcher(cell.text()).matches();
      }
      return isMidnight(onItsClock(cell));
    } catch (SidereusException e) {
      return false; // whoever reads the time says what is wrong
    }
  }

  /**
   * The time of a cell, in UTC.
   *
   * @throws SidereusException if it is no time, or a number of a format that nobody says; the
   *     message has no place
   */
  public Instant read(Cell cell) {
    if (cell instanceof Cell.Time time) {
      if (isFar(time.value())) {
        throw inYear(time.value());
      }
      return scale().toUtc(time.value());
    }
    if (cell instanceof Cell.Missing) {
      throw new SidereusException("the time is missing; fill it in");
    }
    String text = cell.text();
    Double number = number(cell);
    if (style.format() == null && number != null) {
      Instant counted = counted(number, text);
      if (counted != null) {
        return counted;
      }
    }
    TimeFormat format = style.format() == null ? TimeFormat.of(column.times()) : style.format();
    if (format == null ? number == null : format.isText()) {
      Instant compact = number == null ? null : TimeFormat.ISO.of(number);
      return compact == null
          ? written(text, format == null ? TimeFormat.ISO : format)
          : scale().toUtc(compact);
    }
    if (number == null) {
      throw new SidereusException(
          "the time is '%s', which is no number, but its format is %s"
              .formatted(text, Objects.requireNonNull(format).option()));
    }
    if (format == null) {
      return undeclared(number, text);
    }
    Instant time = format.of(number + style.offset());
    if (time == null || isFar(time)) {
      throw new SidereusException(
          "the time %s would be %s as %s; %s"
              .formatted(
                  text,
                  time == null ? "no time" : "in the year " + year(time),
                  format.option(),
                  candidates(number)));
    }
    return scale().toUtc(time);
  }

  private static boolean isFar(Instant time) {
    return time.isBefore(FIRST) || time.isAfter(LAST);
  }

  private TimeScale scale() {
    if (style.scale() != null) {
      return style.scale();
    }
    TimeFrame told = column.times();
    return told == null || told.scale() == null ? TimeScale.UTC : TimeScale.of(told.scale());
  }

  /** A number that the table counts from a date that it states; null: it states none. */
  private @Nullable Instant counted(double number, String text) {
    ZeroPoint zero = ZeroPoint.of(column);
    if (zero == null) {
      return null;
    }
    Instant time = TimeFormat.MJD.of(zero.mjd() + number * zero.days());
    if (time == null || isFar(time)) {
      throw new SidereusException(
          "the time %s would be %s, because the table counts from MJD %s; correct it"
              .formatted(text, time == null ? "no time" : "in the year " + year(time), zero.mjd()));
    }
    TimeScale scale = style.scale() == null && zero.scale() != null ? zero.scale() : scale();
    return scale.toUtc(time);
  }

  static @Nullable Double number(Cell cell) {
    if (cell instanceof Cell.Floating floating) {
      return floating.value();
    }
    if (cell instanceof Cell.Whole whole) {
      return whole.number();
    }
    try {
      return cell.text().matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")
          ? (Double) Double.parseDouble(cell.text())
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** A number whose format nobody said: the unit or the UCD of the column is believed. */
  private Instant undeclared(double number, String text) {
    TimeFormat told = told(number);
    Instant time = told == null ? null : told.plausible(number);
    if (time != null) {
      return scale().toUtc(time);
    }
    throw new SidereusException(
        "the time %s is a number%s, and its format is not said; %s"
            .formatted(
                text,
                told == null || column.unit() == null
                    ? ""
                    : " in '" + column.unit() + "' that makes no sense as " + told.option(),
                candidates(number)));
  }

  private @Nullable TimeFormat told(double number) {
    String unit = column.unit() == null ? "" : column.unit().strip().toLowerCase(Locale.ROOT);
    switch (unit) {
      case "d", "day", "days":
        return number > SMALLEST_JD ? TimeFormat.JD : TimeFormat.MJD;
      case "mjd":
        return TimeFormat.MJD;
      case "jd":
        return TimeFormat.JD;
      case "yr", "a", "year", "years":
        return TimeFormat.DECIMAL_YEAR;
      case "s", "sec", "seconds":
        return TimeFormat.UNIX_SECONDS;
      case "ms", "milliseconds":
        return TimeFormat.UNIX_MILLISECONDS;
      default:
        break;
    }
    String ucd = column.ucd() == null ? "" : column.ucd().toLowerCase(Locale.ROOT);
    List<TimeFormat> possible = possible(number);
    return ucd.contains("time.epoch") && possible.size() == 1 ? possible.get(0) : null;
  }

  private static List<TimeFormat> possible(double number) {
    List<TimeFormat> possible = new ArrayList<>();
    for (TimeFormat format : TimeFormat.values()) {
      if (format.plausible(number) != null) {
        possible.add(format);
      }
    }
    return possible;
  }

  /** What the number could be, and how to say it. */
  private String candidates(double number) {
    List<String> all = new ArrayList<>();
    for (TimeFormat format : possible(number)) {
      all.add(format.option() + " (" + format.plausible(number) + ")");
    }
    return all.isEmpty()
        ? "it makes sense as none of %s; correct it".formatted(TimeFormat.namesOfNumbers())
        : "it makes sense as %s: say it by \"time\": {\"column\": \"%s\", \"format\": \"%s\"} in a mapping, or by --time-format %s"
            .formatted(
                String.join(" or ", all),
                column.name(),
                possible(number).get(0).option(),
                possible(number).get(0).option());
  }

  private static int year(Instant time) {
    return time.atOffset(ZoneOffset.UTC).getYear();
  }

  /** A text: in the year-first forms, with the name of a month, or in the order of the format. */
  private Instant written(String text, TimeFormat format) {
    Instant named = named(text);
    if (named != null) {
      return named;
    }
    WrittenTime written = WrittenTime.of(text, format);
    TimeScale scale = scale();
    if (written.scale() != null) {
      if ((style.scale() != null || isToldByTable()) && scale != written.scale()) {
        throw new SidereusException(
            "the time is '%s', but its scale is %s; say one of them"
                .formatted(text, scale.option()));
      }
      scale = written.scale();
    }
    if (!written.zone().isEmpty() && scale != TimeScale.UTC) {
      throw new SidereusException(
          "the time has the zone %s, but its scale is %s; a zone is one of utc"
              .formatted(written.zone(), scale.option()));
    }
    if (written.isLeap() && scale != TimeScale.UTC) {
      throw new SidereusException(
          "the time is '%s', a leap second, but its scale is %s, which has none; correct it"
              .formatted(text, scale.option()));
    }
    Instant time = written.clock().minusSeconds(written.offsetSeconds());
    if (time.isBefore(FIRST_WRITTEN) || time.isAfter(LAST)) {
      throw inYear(time);
    }
    return scale.toUtc(time);
  }

  private boolean isToldByTable() {
    TimeFrame told = column.times();
    return told != null && told.scale() != null;
  }

  /** A number with the name of its format before it, such as MJD 58057.3; null: it is none. */
  private @Nullable Instant named(String text) {
    Matcher parts = NAMED.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    double number = Double.parseDouble(parts.group(2));
    TimeScale scale = scale();
    Instant time;
    if (parts.group(1).equalsIgnoreCase("J")) {
      time = TimeFormat.MJD.of(ZeroPoint.mjdOfJulianEpoch(number));
      scale = style.scale() != null || isToldByTable() ? scale : TimeScale.TT;
    } else {
      time = (parts.group(1).length() == 2 ? TimeFormat.JD : TimeFormat.MJD).of(number);
    }
    if (time == null || isFar(time)) {
      throw new SidereusException(
          "the time is '%s', which is %s; correct it"
              .formatted(text, time == null ? "no time" : "in the year " + year(time)));
    }
    return scale.toUtc(time);
  }

  private static SidereusException inYear(Instant time) {
    return new SidereusException("the time is in the year %d; correct it".formatted(year(time)));
  }
}
