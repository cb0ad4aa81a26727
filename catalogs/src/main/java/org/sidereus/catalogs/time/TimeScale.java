package org.sidereus.catalogs.time;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidereus.engine.SidereusException;

/** The scale that a time is in. */
public enum TimeScale {
  /** Coordinated Universal Time. */
  UTC(0),
  /** International Atomic Time: UTC and all leap seconds. */
  TAI(0),
  /** Terrestrial Time: TAI + 32.184 s. */
  TT(32_184),
  /** Barycentric Dynamical Time: within 2 ms of TT, and taken as TT. */
  TDB(32_184),
  /** Time of the Global Positioning System: TAI - 19 s. */
  GPS(-19_000);

  private static final int TAI_MINUS_UTC_1972_S = 10;
  private static final long MS_PER_S = 1000;

  /** Days that begin one leap second after the day before (IERS Bulletin C); the last: 2017. */
  private static final List<LocalDate> LEAPS =
      List.of(
          LocalDate.of(1972, 7, 1),
          LocalDate.of(1973, 1, 1),
          LocalDate.of(1974, 1, 1),
          LocalDate.of(1975, 1, 1),
          LocalDate.of(1976, 1, 1),
          LocalDate.of(1977, 1, 1),
          LocalDate.of(1978, 1, 1),
          LocalDate.of(1979, 1, 1),
          LocalDate.of(1980, 1, 1),
          LocalDate.of(1981, 7, 1),
          LocalDate.of(1982, 7, 1),
          LocalDate.of(1983, 7, 1),
          LocalDate.of(1985, 7, 1),
          LocalDate.of(1988, 1, 1),
          LocalDate.of(1990, 1, 1),
          LocalDate.of(1991, 1, 1),
          LocalDate.of(1992, 7, 1),
          LocalDate.of(1993, 7, 1),
          LocalDate.of(1994, 7, 1),
          LocalDate.of(1996, 1, 1),
          LocalDate.of(1997, 7, 1),
          LocalDate.of(1999, 1, 1),
          LocalDate.of(2006, 1, 1),
          LocalDate.of(2009, 1, 1),
          LocalDate.of(2012, 7, 1),
          LocalDate.of(2015, 7, 1),
          LocalDate.of(2017, 1, 1));

  private static final Instant BEGIN = Instant.parse("1972-01-01T00:00:10Z");

  private final long beyondTaiMs;

  TimeScale(long beyondTaiMs) {
    this.beyondTaiMs = beyondTaiMs;
  }

  /** The name in options and mapping files. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All scales by name. */
  public static Map<String, TimeScale> options() {
    Map<String, TimeScale> options = new LinkedHashMap<>();
    Arrays.stream(values()).forEach(one -> options.put(one.option(), one));
    return Collections.unmodifiableMap(options);
  }

  /**
   * The scale that a table names (FITS standard 4.0, table 30; VOTable 1.4).
   *
   * @throws SidereusException if it is not read
   */
  static TimeScale of(String named) {
    return switch (named.strip().toUpperCase(Locale.ROOT).replaceFirst("\\(.*\\)$", "")) {
      case "", "UTC", "UT", "UT1", "GMT" -> UTC; // UT1 is within 0.9 s of UTC
      case "TAI", "IAT" -> TAI;
      case "TT", "TDT", "ET" -> TT;
      case "TDB" -> TDB;
      case "GPS" -> GPS;
      default ->
          throw new SidereusException(
              "the table says that its times are in %s, which is not read; convert them, or name the scale (%s) by \"time\" in a mapping or by --time-scale"
                  .formatted(named.strip(), String.join(", ", options().keySet())));
    };
  }

  /**
   * A time of this scale in UTC.
   *
   * @throws SidereusException if it is before 1972 and not in UTC
   */
  Instant toUtc(Instant time) {
    if (this == UTC) {
      return time;
    }
    Instant tai = time.minusMillis(beyondTaiMs);
    if (tai.isBefore(BEGIN)) {
      throw new SidereusException(
          "times in %s before 1972 have no whole number of leap seconds; give them in utc"
              .formatted(option()));
    }
    long offset = TAI_MINUS_UTC_1972_S;
    for (LocalDate leap : LEAPS) {
      Instant begin = leap.atStartOfDay().toInstant(ZoneOffset.UTC).plusSeconds(offset + 1);
      if (tai.isBefore(begin)) {
        break;
      }
      offset++;
    }
    return tai.minusMillis(offset * MS_PER_S);
  }
}
