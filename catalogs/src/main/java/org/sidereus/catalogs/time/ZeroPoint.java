package org.sidereus.catalogs.time;

import java.util.Locale;
import java.util.Map;
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

  /** A date that a unit or a name states, such as {@code BJD_TDB - 2457000, days}. */
  private static final Pattern STATED =
      Pattern.compile(
          "(?i)\\s*[BH]?(M?)JD(?:[ _(]*(TDB|UTC|TT|TAI)\\)?)?\\s*[-\u2212_]\\s*"
              + "(\\d{5,7}(?:\\.\\d*)?)\\s*(?:[,(\\[]?\\s*(?:d|days?)\\W*)?");

  /** Dates of missions: those of Kepler and of TESS, in TDB. */
  private static final Map<String, Double> MISSIONS =
      Map.of("bkjd", 2_454_833.0, "kbjd", 2_454_833.0, "btjd", 2_457_000.0);

  /** The reduced Julian date, which half a day alone tells from the modified one. */
  private static final String REDUCED = "rjd";

  private static final double REDUCED_ZERO = 2_400_000;

  /** The zero point of a column; null: the table states none. */
  static @Nullable ZeroPoint of(Column column) {
    TimeFrame frame = column.times();
    String unit = column.unit() == null ? "" : column.unit();
    ZeroPoint stated = stated(unit);
    stated = stated == null ? stated(column.name()) : stated;
    if (stated != null) {
      return stated;
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

  private static @Nullable ZeroPoint stated(String text) {
    Matcher parts = STATED.matcher(text);
    if (parts.matches()) {
      double zero = Double.parseDouble(parts.group(3));
      return new ZeroPoint(
          parts.group(1).isEmpty() ? zero + TimeFrame.MJD_OF_JD_ZERO : zero,
          1,
          parts.group(2) == null ? null : TimeScale.of(parts.group(2)));
    }
    String name = text.strip().toLowerCase(Locale.ROOT);
    if (name.equals(REDUCED)) {
      return new ZeroPoint(REDUCED_ZERO + TimeFrame.MJD_OF_JD_ZERO, 1, null);
    }
    Double zero = MISSIONS.get(name);
    return zero == null ? null : new ZeroPoint(zero + TimeFrame.MJD_OF_JD_ZERO, 1, TimeScale.TDB);
  }

  /** The modified Julian date of a Julian epoch, such as J2015.5. */
  static double mjdOfJulianEpoch(double years) {
    return MJD_OF_J2000 + (years - 2000) * DAYS_PER_JULIAN_YEAR;
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
