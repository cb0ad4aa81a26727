package org.sidereus.catalogs.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.TimeFrame;
import org.sidereus.engine.SidereusException;

class TimeReaderTest {
  private static final Column PLAIN = Column.untyped("t");

  private static Instant read(String text, String format, String scale) {
    return new TimeReader(
            PLAIN,
            new TimeStyle(
                format == null ? null : TimeFormat.options().get(format),
                scale == null ? null : TimeScale.options().get(scale)))
        .read(Cell.Text.of(text));
  }

  private static Instant told(String text, String unit, String ucd) {
    Column column = new Column("t", Column.Type.FLOATING, unit, ucd, null);
    return new TimeReader(column, TimeStyle.UNSAID).read(Cell.Text.of(text));
  }

  private static Instant framed(String text, String unit, TimeFrame frame) {
    Column column = new Column("t", Column.Type.FLOATING, unit, null, null, frame);
    return new TimeReader(column, TimeStyle.UNSAID).read(Cell.Text.of(text));
  }

  private static Instant twoColumns(Cell date, Cell ofDay, String unit, TimeStyle style) {
    Column column = new Column("UT", Column.Type.UNTYPED, unit, null, null);
    return new TimeReader(PLAIN, column, style).read(new WrittenCells(date, ofDay));
  }

  private static TimeStyle ofDay(TimeOfDay.Unit unit) {
    return TimeStyle.UNSAID.with(new TimeOfDay("UT", unit));
  }

  @ParameterizedTest
  @CsvSource({
    "2017-10-31, 07:12:00.5,, 2017-10-31T07:12:00.500Z",
    "2017-10-31, 7:12,, 2017-10-31T07:12:00Z",
    "2017-10-31, 07 12 00.5,, 2017-10-31T07:12:00.500Z",
    "2017-10-31, 07h12m00.5s,, 2017-10-31T07:12:00.500Z",
    "2017-10-31, 07:12:00+02:00,, 2017-10-31T05:12:00Z",
    "2017-10-31, 07:12:00 TAI,, 2017-10-31T07:11:23Z",
    "2016-12-31, 23:59:60,, 2017-01-01T00:00:00Z",
    "2017-10-31, 24:00:00,, 2017-11-01T00:00:00Z",
    "2017-10-31 00:00:00, 07:12:00,, 2017-10-31T07:12:00Z",
    "31-Oct-2017, 7.2, h, 2017-10-31T07:12:00Z",
    "2017/10/31, 7.2, hours, 2017-10-31T07:12:00Z",
    "2017-10-31, 25920.5, s, 2017-10-31T07:12:00.500Z",
    "2017-10-31, 432, min, 2017-10-31T07:12:00Z",
    "2017-10-31, 0.3, d, 2017-10-31T07:12:00Z"
  })
  void shouldPutDateAndTimeOfDayTogether(String date, String time, String unit, Instant wanted) {
    assertThat(twoColumns(Cell.Text.of(date), Cell.Text.of(time), unit, ofDay(null)))
        .isEqualTo(wanted);
  }

  @Test
  void shouldPutNumbersOfDaysAndTimesOfDayTogether() {
    Instant wanted = Instant.parse("2017-10-31T07:12:00Z");
    TimeStyle mjd = new TimeStyle(TimeFormat.MJD, null).with(ofDay(TimeOfDay.Unit.H).timeOfDay());
    assertThat(twoColumns(Cell.Whole.of(58057), Cell.Floating.of(7.2), null, mjd))
        .isEqualTo(wanted);
    TimeStyle tai = new TimeStyle(TimeFormat.MJD, TimeScale.TAI).with(mjd.timeOfDay());
    assertThat(twoColumns(Cell.Whole.of(58057), Cell.Floating.of(7.2), null, tai))
        .isEqualTo(wanted.minusSeconds(37));
    TimeStyle digits = new TimeStyle(TimeFormat.ISO, null).with(mjd.timeOfDay());
    assertThat(twoColumns(Cell.Whole.of(20171031), Cell.Floating.of(7.2), null, digits))
        .isEqualTo(wanted);
    Cell date = new Cell.Time(Instant.parse("2017-10-31T00:00:00Z"));
    assertThat(twoColumns(date, Cell.Text.of("07:12"), null, ofDay(null))).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "2017-10-31, 7.2,, it makes sense as h (07:12:00.000) or min (00:07:12.000)",
    "2017-10-31, 90000, s, is not between 0 and 24 hours",
    "2017-10-31, -1, h, is not between 0 and 24 hours",
    "2017-10-31, 25:00:00,, no time",
    "2017-10-31, 07:12 PM,, 'PM' behind it is no zone",
    "2017-10-31, noon,, which is none",
    "2017-10-31, '',, is missing",
    "2017-10-31T07:12:00, 07:12:00,, has a time of day itself",
    "2017-10-31 TAI, 07:12:00,, write its zone or scale behind the time of day"
  })
  void shouldRefuseTimesOfDayThatAreNone(String date, String time, String unit, String what) {
    assertThatThrownBy(() -> twoColumns(Cell.Text.of(date), Cell.Text.of(time), unit, ofDay(null)))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(what);
  }

  @Test
  void shouldNameTheMissingDateOfATimeOfDay() {
    assertThatThrownBy(() -> read("07:12:00", null, null))
        .hasMessageContaining("a time of day without its date");
  }

  // The expected times are those of astropy.time 8, e.g. Time(1e9, format="gps").utc.isot.
  @ParameterizedTest
  @CsvSource({
    "1e8, s,, TT, 51910.00074287037037, 2004-03-03T09:46:40Z",
    "1500, 'BJD - 2457000, days',, TDB, 56999.5, 2019-01-16T11:58:50.816Z",
    "1500, BJD-2457000,, TDB,, 2019-01-16T11:58:50.816Z",
    "58000, d,, TAI,, 2017-09-03T23:59:23Z",
    "58000,, mjd, tai,, 2017-09-03T23:59:23Z",
    "2458000.5,, jd, tai,, 2017-09-03T23:59:23Z",
    "1e9,, gps, tai,, 2011-09-14T01:46:25Z",
    "5e8,, cxcsec, tt,, 2013-11-05T00:52:12.816Z",
    "2015.5,, jyear, tdb,, 2015-07-02T20:58:51.816Z",
    "1509433920,, unix, utc,, 2017-10-31T07:12:00Z",
    "2017-09-04T00:00:00.000,, isot, tai,, 2017-09-03T23:59:23Z",
    "2017-09-04T00:00:00.000,,, TT(TAI),, 2017-09-03T23:58:50.816Z"
  })
  void shouldBelieveWhatTheTableSaysOfItsTimes(
      String text, String unit, String format, String scale, Double zero, Instant wanted) {
    assertThat(framed(text, unit, new TimeFrame(format, scale, zero))).isEqualTo(wanted);
  }

  @Test
  void shouldRefuseScalesAndFormatsOfTablesThatAreNotRead() {
    assertThatThrownBy(() -> framed("58000", "d", new TimeFrame(null, "TCB", null)))
        .hasMessageContaining("its times are in TCB, which is not read")
        .hasMessageContaining("--time-scale");
    assertThatThrownBy(() -> framed("1950.5", null, new TimeFrame("byear", "tt", null)))
        .hasMessageContaining("astropy's format 'byear'")
        .hasMessageContaining("--time-format");
    assertThatThrownBy(() -> framed("1e12", "s", new TimeFrame(null, "TT", 51910.0)))
        .hasMessageContaining("the table counts from MJD 51910.0");
  }

  @Test
  void shouldAddTheOffsetOfTheMapping() {
    TimeReader barycentric =
        new TimeReader(PLAIN, new TimeStyle(TimeFormat.JD, TimeScale.TDB, 2457000));
    assertThat(barycentric.read(Cell.Text.of("1500")))
        .isEqualTo(Instant.parse("2019-01-16T11:58:50.816Z"));
    TimeReader gps =
        new TimeReader(PLAIN, new TimeStyle(TimeFormat.UNIX_SECONDS, TimeScale.GPS, 315964800));
    assertThat(gps.read(Cell.Text.of("1400000000")))
        .isEqualTo(Instant.parse("2024-05-17T16:53:02Z"));
  }

  // The expected times are those of astropy.time 6, e.g. Time(58057.3, format="mjd").utc.isot.
  @ParameterizedTest
  @CsvSource({
    "58057.3, mjd,, 2017-10-31T07:12:00Z",
    "58057, mjd,, 2017-10-31T00:00:00Z",
    "2458057.8, jd,, 2017-10-31T07:12:00Z",
    "2017.5, decimal_year,, 2017-07-02T12:00:00Z",
    "1509433920, unix_seconds,, 2017-10-31T07:12:00Z",
    "1509433920.25, unix_seconds,, 2017-10-31T07:12:00.250Z",
    "1509433920250, unix_milliseconds,, 2017-10-31T07:12:00.250Z",
    "2017-10-31T07:12:00.000,,, 2017-10-31T07:12:00Z",
    "2017-10-31 07:12,,, 2017-10-31T07:12:00Z",
    "2017-10-31,,, 2017-10-31T00:00:00Z",
    "2017-10-31T07:12:00Z, iso,, 2017-10-31T07:12:00Z",
    "2017-10-31T09:12:00+02:00,,, 2017-10-31T07:12:00Z",
    "2017-10-31T09:12:00+0200,,, 2017-10-31T07:12:00Z",
    "2016-12-31T23:59:60,,, 2017-01-01T00:00:00Z",
    // TAI is 37 s ahead of UTC in 2017, 36 s in 2016; TT is TAI + 32.184 s
    "2017-10-31T07:12:37,, tai, 2017-10-31T07:12:00Z",
    "2017-01-01T00:00:36, iso, tai, 2016-12-31T23:59:60Z",
    "2016-12-31T00:00:36,, tai, 2016-12-31T00:00:00Z",
    "2017-10-31T07:13:09.184,, tt, 2017-10-31T07:12:00Z",
    "58057.3004282407407, mjd, tai, 2017-10-31T07:12:00Z",
    "1972-06-30T12:00:10,, tai, 1972-06-30T12:00:00Z",
    "1999-01-02T00:00:32,, tai, 1999-01-02T00:00:00Z"
  })
  void shouldReadWhatIsSaid(String text, String format, String scale, String wanted) {
    Instant expected =
        wanted.endsWith(":60Z")
            ? Instant.parse(wanted.replace(":60Z", ":59Z")).plusSeconds(1)
            : Instant.parse(wanted);
    assertThat(read(text, format, scale)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "58057.3, d,, 2017-10-31T07:12:00Z",
    "2458057.8, d, time.epoch, 2017-10-31T07:12:00Z",
    "58057.3, MJD,, 2017-10-31T07:12:00Z",
    "2017.5, yr,, 2017-07-02T12:00:00Z",
    "1509433920, s, time.epoch, 2017-10-31T07:12:00Z",
    "1509433920250, ms,, 2017-10-31T07:12:00.250Z",
    "58057.3,, time.epoch;obs.start, 2017-10-31T07:12:00Z"
  })
  void shouldBelieveTheUnitOrTheUcd(String text, String unit, String ucd, String wanted) {
    assertThat(told(text, unit, ucd)).isEqualTo(Instant.parse(wanted));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "58057 | mjd (2017-10-31T00:00:00Z)",
        "58057.31 | mjd (2017-10-31",
        "2458057.8 | jd (2017-10-31T07:12:00Z)",
        "1509433920 | unix_seconds (2017-10-31T07:12:00Z)",
        "1509433920000 | unix_milliseconds (2017-10-31T07:12:00Z)",
        "2017.8 | decimal_year (2017-10-",
        "12 | it makes sense as none of iso, mjd, jd, decimal_year"
      })
  void shouldRefuseANumberThatNobodyExplains(String text, String message) {
    assertThatThrownBy(() -> read(text, null, null))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("the time " + text + " is a number, and its format is not said")
        .hasMessageContaining(message.strip());
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> read("2458057.8", "mjd", null))
        .hasMessageContaining("in the year 8588 as mjd")
        .hasMessageContaining("it makes sense as jd");
    assertThatThrownBy(() -> read("yesterday", null, null))
        .hasMessageContaining("'yesterday'")
        .hasMessageContaining("ISO 8601");
    assertThatThrownBy(() -> read("yesterday", "mjd", null)).hasMessageContaining("no number");
    assertThatThrownBy(() -> read("2017-13-31", null, null)).hasMessageContaining("2017-13-31");
    assertThatThrownBy(() -> read("2017-10-31T07:12:00Z", null, "tai"))
        .hasMessageContaining("zone Z, but its scale is tai");
    assertThatThrownBy(() -> read("1960-01-01", null, "tt")).hasMessageContaining("before 1972");
    assertThatThrownBy(() -> told("58057", "s", null))
        .hasMessageContaining("in 's' that makes no sense as unix_seconds");
  }

  @Test
  void shouldKeepATimeOfTheFormat() {
    Instant time = Instant.parse("2017-10-31T07:12:00Z");
    TimeReader reader = new TimeReader(PLAIN, TimeStyle.UNSAID);
    assertThat(reader.read(new Cell.Time(time))).isEqualTo(time);
    assertThatThrownBy(() -> reader.read(new Cell.Time(Instant.parse("+27789-01-01T00:00:00Z"))))
        .hasMessageContaining("in the year 27789");
    assertThatThrownBy(() -> reader.read(Cell.MISSING)).hasMessageContaining("the time is missing");
  }

  // The expected times are those of astropy.time 6 where it reads the form.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2017-10-31T07:12:00.5 | 2017-10-31T07:12:00.500Z",
        "2017-10-31t07:12:00z | 2017-10-31T07:12:00Z",
        "2017-10-31 7:12 | 2017-10-31T07:12:00Z",
        "2017-10-31T07:12.5 | 2017-10-31T07:12:30Z",
        "2017-10-31T24:00:00 | 2017-11-01T00:00:00Z",
        "2017-10-31 09:12:00+02 | 2017-10-31T07:12:00Z",
        "2017-10-31 07:12:00 UTC | 2017-10-31T07:12:00Z",
        "2017-10-31T07:12:00(UTC) | 2017-10-31T07:12:00Z",
        "2017-10-31 09:12:00 GMT+02:00 | 2017-10-31T07:12:00Z",
        "2017-10-31T07:12:37(TAI) | 2017-10-31T07:12:00Z",
        "2017-10-31T07:13:09.184 TT | 2017-10-31T07:12:00Z",
        "2017-10-31T07:13:09.184(TT(TAI)) | 2017-10-31T07:12:00Z",
        "2017/10/31 07:12:00 | 2017-10-31T07:12:00Z",
        "2017.10.31 | 2017-10-31T00:00:00Z",
        "20171031T071200Z | 2017-10-31T07:12:00Z",
        "20171031 07:12 | 2017-10-31T07:12:00Z",
        "2017-10-31.3 | 2017-10-31T07:12:00Z",
        "2017 10 31.30000 | 2017-10-31T07:12:00Z",
        "2017-304T07:12:00 | 2017-10-31T07:12:00Z",
        "2017:304:07:12:00.000 | 2017-10-31T07:12:00Z",
        "2017-Oct-31 07:12:00.000 | 2017-10-31T07:12:00Z",
        "2017 Oct 31.3 | 2017-10-31T07:12:00Z",
        "31-Oct-2017 07:12:00 | 2017-10-31T07:12:00Z",
        "31 October 2017 | 2017-10-31T00:00:00Z",
        "31OCT 2017 | 2017-10-31T00:00:00Z",
        "Oct. 31, 2017 07:12 | 2017-10-31T07:12:00Z",
        "1 Sept 2017 | 2017-09-01T00:00:00Z",
        "Tue, 31 Oct 2017 07:12:00 +0000 | 2017-10-31T07:12:00Z",
        "MJD 58057.3 | 2017-10-31T07:12:00Z",
        "JD2458057.8 | 2017-10-31T07:12:00Z",
        "J2015.5 | 2015-07-02T20:58:51.816Z",
        "2017-01-01T08:59:60+09:00 | 2017-01-01T00:00:00Z",
        "1987-02-23 | 1987-02-23T00:00:00Z"
      })
  void shouldReadTextsThatHaveOneMeaning(String text, String wanted) {
    assertThat(read(text, null, null)).isEqualTo(Instant.parse(wanted));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "31/10/2017 | day_month_year | 2017-10-31T00:00:00Z",
        "1/2/2017 07:12 | day_month_year | 2017-02-01T07:12:00Z",
        "31.10.2017 07:12:00 | day_month_year | 2017-10-31T07:12:00Z",
        "10/31/2017 | month_day_year | 2017-10-31T00:00:00Z",
        "1-2-2017 | month_day_year | 2017-01-02T00:00:00Z",
        "2017-10-31 | month_day_year | 2017-10-31T00:00:00Z",
        "20171031 | iso | 2017-10-31T00:00:00Z"
      })
  void shouldReadDatesInTheOrderOfTheFormat(String text, String format, String wanted) {
    assertThat(read(text, format, null)).isEqualTo(Instant.parse(wanted));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "31/10/2017 | month_day_year",
        "01/02/2017 | day_month_year",
        "31.10.2017 07:12 | day_month_year",
        "31/10/17 | no four digits",
        "31-Oct-17 | no four digits",
        "17-10-31 | no four digits",
        "17/10/31 07:12 | no four digits",
        "0017-10-31 | in the year 17",
        "9999-12-31 | in the year 9999",
        "2017-10-31 07:12:00 PM | 'PM' behind it is no zone",
        "2017-10-31 07:12:00 CET | 'CET' behind it is no zone",
        "2017-10-31 07:12:00 TAI+02:00 | 'TAI+02:00' behind it is no zone",
        "2017-10-31 07:12:60 | no time of ISO 8601",
        "2016-12-31T23:59:60+09:00 | no time of ISO 8601",
        "2017-10-31T24:00:01 | no time of ISO 8601",
        "2017-10-31T07 | no time of ISO 8601",
        "2017-02-30 | no time of ISO 8601",
        "2017-10-314 | no time of ISO 8601",
        "2017-366 | no time of ISO 8601",
        "2017-10-31T07:12:00+25:00 | no time of ISO 8601",
        "07:12:00 | no time of ISO 8601",
        "20171031 | iso (2017-10-31T00:00:00Z)"
      })
  void shouldRefuseTextsThatMayMeanAnotherTime(String text, String message) {
    assertThatThrownBy(() -> read(text, null, null))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseATextThatContradictsTheScale() {
    assertThatThrownBy(() -> read("2017-10-31T07:12:00 TT", null, "tai"))
        .hasMessageContaining("its scale is tai; say one of them");
    assertThatThrownBy(() -> read("2016-12-31T23:59:60", null, "tai"))
        .hasMessageContaining("a leap second, but its scale is tai");
    assertThat(read("2017-10-31T07:12:37 TAI", null, "tai"))
        .isEqualTo(Instant.parse("2017-10-31T07:12:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HJD-2450000 | 8057.8 | 2017-10-31T07:12:00Z",
        "JD - 2400000 | 58057.8 | 2017-10-31T07:12:00Z",
        "MJD-50000 | 8057.3 | 2017-10-31T07:12:00Z",
        "RJD | 58057.8 | 2017-10-31T07:12:00Z",
        "BJD_TDB-2457000 | 1500 | 2019-01-16T11:58:50.816Z",
        "BTJD | 1500 | 2019-01-16T11:58:50.816Z",
        "BKJD | 1500 | 2013-02-09T11:58:52.816Z"
      })
  void shouldBelieveADateThatTheNameOfTheColumnStates(String name, String text, String wanted) {
    Column column = new Column(name, Column.Type.FLOATING, "d", null, null);
    assertThat(new TimeReader(column, TimeStyle.UNSAID).read(Cell.Text.of(text)))
        .isEqualTo(Instant.parse(wanted));
  }
}
