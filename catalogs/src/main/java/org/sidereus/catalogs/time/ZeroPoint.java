package org.sidereus.catalogs.time;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.TimeFrame;

/**
 * The date from which a column counts its times, where the table states it.
 *
 * @param mjd modified Julian date
 * @param days days of one unit of the column
 * @param scale of the date; null: that of the column
 */
record ZeroPoint(double mjd, double days, @Nullable TimeScale scale) {
  private static final double SECONDS_PER_DAY = 86_400;
  private static final double DAYS_PER_JULIAN_YEAR = 365.25;
  private static final double MJD_OF_J2000 = 51_544.5;

  /** A date that a unit names, such as {@code BJD - 2457000, days}. */
  private static final Pattern IN_UNIT =
      Pattern.compile(
          "(?i)\\s*[BH]?(M?)JD\\s*-\\s*(\\d+\\.?\\d*)\\s*(?:[,(\\[]?\\s*(?:d|days?)\\W*)?");

  /** The zero point of a column; null: the table states none. */
  static @Nullable ZeroPoint of(Column column) {
    TimeFrame frame = column.times();
    String unit = column.unit() == null ? "" : column.unit();
    Matcher named = IN_UNIT.matcher(unit);
    if (named.matches()) {
      double zero = Double.parseDouble(named.group(2));
      return new ZeroPoint(
          named.group(1).isEmpty() ? zero + TimeFrame.MJD_OF_JD_ZERO : zero, 1, null);
    }
    if (frame == null) {
      return null;
    }
    if (frame.zeroMjd() != null) {
      Double days = days(unit);
      return days == null ? null : new ZeroPoint(frame.zeroMjd(), days, null);
    }
    return ofFormat(frame.format() == null ? "" : frame.format());
  }

  /** The formats of astropy that count from a date of their own. */
  private static @Nullable ZeroPoint ofFormat(String format) {
    return switch (format) {
      case "gps" -> new ZeroPoint(44_244, 1 / SECONDS_PER_DAY, TimeScale.GPS);
      case "cxcsec" -> new ZeroPoint(50_814, 1 / SECONDS_PER_DAY, TimeScale.TT);
      case "jyear" ->
          new ZeroPoint(MJD_OF_J2000 - 2000 * DAYS_PER_JULIAN_YEAR, DAYS_PER_JULIAN_YEAR, null);
      default -> null;
    };
  }

  private static @Nullable Double days(String unit) {
    return switch (unit.strip().toLowerCase(Locale.ROOT)) {
      case "s", "sec", "second", "seconds" -> 1 / SECONDS_PER_DAY;
      case "ms" -> 1e-3 / SECONDS_PER_DAY;
      case "min" -> 60 / SECONDS_PER_DAY;
      case "h", "hr", "hour" -> 3600 / SECONDS_PER_DAY;
      case "d", "day", "days", "jd", "mjd", "bjd" -> 1.0;
      case "yr", "a", "year", "years" -> DAYS_PER_JULIAN_YEAR;
      default -> null;
    };
  }
}
