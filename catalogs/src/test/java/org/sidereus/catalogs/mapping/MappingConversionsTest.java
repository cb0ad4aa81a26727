package org.sidereus.catalogs.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.engine.SidereusException;

/** What a mapping makes of the cells and the units of a table, and why a value is missing. */
class MappingConversionsTest {
  @TempDir Path folder;

  /** Cells of one row. */
  private record Row(Map<String, Cell> cells) implements TableRow {
    @Override
    public Cell value(String column) {
      return cells.getOrDefault(column, Cell.MISSING);
    }

    @Override
    public String place() {
      return "row 7";
    }
  }

  private Mapping mapping(String quantity, String more) throws IOException {
    Path file = folder.resolve("survey.json");
    Files.writeString(
        file,
        "{'format':1,%s'measurements':{'q':%s}}".formatted(more, quantity).replace('\'', '"'));
    return Mapping.read(file);
  }

  /** Cells {@code a=1.5, b=x}; numbers are texts. */
  private static Row row(String cells) {
    Map<String, Cell> row = new HashMap<>();
    for (String cell : cells.split(", ", -1)) {
      int equals = cell.indexOf('=');
      row.put(cell.substring(0, equals), Cell.Text.of(cell.substring(equals + 1)));
    }
    return new Row(row);
  }

  /** Units {@code a=mJy, b=mag}. */
  private static ColumnUnits units(String units) {
    Map<String, String> told = new HashMap<>();
    if (units != null) {
      Arrays.stream(units.split(", ", -1))
          .map(one -> one.split("=", 2))
          .forEach(one -> told.put(one[0], one[1]));
    }
    return new ColumnUnits(told::get, "table.fits", "survey.json, measurements.q");
  }

  private Outcome read(String quantity, String more, Row row, String units, String wanted)
      throws IOException {
    Mapping mapping = mapping(quantity, more);
    return mapping
        .measurements()
        .get("q")
        .forTable(units(units), wanted == null ? null : Unit.parse(wanted))
        .of(new Cells("stars.csv", row, mapping.missing()));
  }

  private Outcome read(String quantity, String row) throws IOException {
    return read(quantity, "", row(row), null, null);
  }

  private static void assertMeasured(Outcome found, double value, double error) {
    assertThat(found).isInstanceOf(Mapped.class);
    assertThat(((Mapped) found).measurement().value())
        .isCloseTo(value, within(1e-9 * Math.max(1, Math.abs(value))));
    Double sd = ((Mapped) found).measurement().error();
    assertThat(sd == null ? 0 : sd).isCloseTo(error, within(1e-9 * Math.max(1, error)));
  }

  @Test
  void shouldCalculate() throws IOException {
    String a = "{'column':'a','error':'ea'}";
    String b = "{'column':'b','error':'eb'}";
    String cells = "a=6, ea=0.3, b=2, eb=0.1";
    assertMeasured(
        read("{'value':{'quotient':[%s,%s]}}".formatted(a, b), cells),
        3,
        Math.hypot(0.3 / 2, 6 * 0.1 / 4));
    assertMeasured(
        read("{'value':{'product':[%s,%s,{'constant':10}]}}".formatted(a, b), cells),
        120,
        Math.hypot(10 * 2 * 0.3, 10 * 6 * 0.1));
    // a column that enters twice has one error: d(a * a) = 2 a da
    assertMeasured(read("{'value':{'product':[%s,%s]}}".formatted(a, a), cells), 36, 2 * 6 * 0.3);
    assertMeasured(
        read("{'value':{'log10':%s}}".formatted(a), cells), Math.log10(6), 0.3 / 6 / Math.log(10));
    assertMeasured(
        read("{'value':{'difference':[%s,{'constant':7.5}]}}".formatted(a), cells), -1.5, 0.3);
    assertMissing(
        read("{'value':{'quotient':[%s,%s]}}".formatted(a, b), "a=1, ea=1, b=0, eb=1"), "b is 0");
    assertMissing(
        read("{'value':{'log10':%s}}".formatted(a), "a=-2, ea=1"), "a not positive: -2.0");
  }

  @Test
  void shouldTakeAsinhMagnitudes() throws IOException {
    // SDSS r: b = 1.2e-10; at m = 22.5 the flux is 2b sinh(ln(1e-9 / b)) = 1e-9 - b^2 / 1e-9
    String asinh = "{'value':{'asinh_magnitude':{'column':'m','error':'e'},'softening':1.2e-10}}";
    assertMeasured(
        read(asinh, "m=22.5, e=0.1"),
        1 - 0.12 * 0.12,
        0.1 * (1 + 0.12 * 0.12) * Math.log(10) / 2.5);
    // the zero of the flux is m = -2.5 log10(b) = 24.80
    assertMeasured(
        read(asinh, "m=" + -2.5 * Math.log10(1.2e-10) + ", e=0.1"),
        0,
        0.1 * 0.24 * Math.log(10) / 2.5);
    // bright ones are nearly as any magnitude: log10(1 - (b / f)^2) is left
    assertMeasured(
        read(
            "{'value':{'magnitude':{'asinh_magnitude':{'column':'m','error':'e'},'softening':1.2e-10}}}",
            "m=15, e=0.01"),
        15 + 2.5 / Math.log(10) * 1.2e-4 * 1.2e-4,
        0.01 * (1 + 2 * 1.2e-4 * 1.2e-4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 3631 Jy is AB magnitude 0, 3.631 uJy is 22.5
        "f=nmgy | 100 | 17.5",
        "f=maggies | 1e-7 | 17.5",
        "f=Jy | 0.0003631 | 17.5",
        "f=mJy | 0.3631 | 17.5",
        "f=uJy | 363.1 | 17.5",
        "f=erg.s-1.cm-2.Hz-1 | 3.631e-27 | 17.5",
        "f=10-27erg/s/cm2/Hz | 3.631 | 17.5",
        "f=W.m-2.Hz-1 | 3.631e-30 | 17.5"
      })
  void shouldMakeMagnitudesOfFluxesInTheUnitOfTheTable(String unit, String flux, double magnitude)
      throws IOException {
    String cells = "f=%s, e=%s".formatted(flux, Double.parseDouble(flux) * 0.02);
    double error = 0.02 * 2.5 / Math.log(10);
    assertMeasured(
        read("{'value':{'magnitude':{'column':'f','error':'e'}}}", "", row(cells), unit, "mag"),
        magnitude,
        error);
    // or the mapping says the unit
    assertMeasured(
        read(
            "{'value':{'magnitude':{'column':'f','error':'e','unit':'%s'}}}"
                .formatted(unit.substring(2)),
            cells),
        magnitude,
        error);
    // or the conversion is asked for by the unit that it gives
    assertMeasured(
        read(
            "{'value':{'converted':{'column':'f','error':'e'},'to':'mag'}}",
            "",
            row(cells),
            unit,
            "mag"),
        magnitude,
        error);
  }

  @Test
  void shouldConvertToTheUnitOfTheBundle() throws IOException {
    String plain = "{'value':{'column':'a','error':'ea'}}";
    Row row = row("a=4500, ea=200, i=25");
    assertMeasured(read(plain, "", row, "a=Myr", "Gyr"), 4.5, 0.2);
    assertMeasured(read(plain, "", row, "a=Myr, ea=Gyr", "Gyr"), 4.5, 200);
    assertMeasured(read(plain, "", row, "a=mmag, ea=mmag", "mag"), 4.5, 0.2);
    assertMeasured(read(plain, "", row, "a=dex, ea=dex", "dex"), 4500, 200);
    assertMeasured(read(plain, "", row, "a=[Sun]", "dex"), 4500, 200);
    assertMeasured(read(plain, "", row, null, "dex"), 4500, 200);
    // a unit that is not known is not compared
    assertMeasured(read(plain, "", row, "a=furlong", "dex"), 4500, 200);
    // AB magnitudes to fluxes
    assertMeasured(
        read(
            "{'value':{'converted':{'column':'m','unit':'mag(AB)'},'to':'uJy'}}",
            "",
            row("m=23.9"),
            null,
            null),
        3631e6 * Math.pow(10, -23.9 / 2.5),
        0);
    // the inverse variance has a unit of its own
    assertMeasured(
        read(
            "{'value':{'converted':{'column':'f','inverse_variance':'i'},'to':'nmgy'}}",
            "",
            row("f=3.631, i=4"),
            "f=uJy, i=uJy-2",
            null),
        1,
        0.5 / 3.631);
    assertMeasured(
        read(
            "{'value':{'converted':{'column':'f','inverse_variance':'i'},'to':'nmgy'}}",
            "",
            row("f=3.631, i=4"),
            "f=uJy, i=nJy-2",
            null),
        1,
        0.0005 / 3.631);
    // a transmission without a unit does not hide the unit of the flux
    assertMeasured(
        read(
            "{'value':{'magnitude':{'quotient':[{'column':'f'},{'column':'t'}]}}}",
            "",
            row("f=181.55, t=0.5"),
            "f=uJy",
            "mag"),
        17.5,
        0);
    // an age in logarithms
    assertMeasured(
        read(
            "{'value':{'power_of_ten':{'column':'l','error':'e'}}}",
            "",
            row("l=9, e=0.1"),
            "l=[yr], e=dex",
            "Gyr"),
        1,
        0.1 * Math.log(10));
    // what linear makes of a unit is the author's business
    assertMeasured(
        read("{'value':{'linear':{'column':'a'},'scale':2}}", "", row, "a=mag", "dex"), 9000, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'value':{'column':'a','unit':'mJy'}} | a=uJy | Jy | the unit of a is 'mJy' here, but"
            + " 'uJy' in table.fits",
        "{'value':{'column':'a'}} | a=mag | dex | a is in 'mag' and cannot become 'dex'",
        "{'value':{'column':'a'}} | a=km/s | 1 | a is in 'km/s' and cannot become '1'",
        "{'value':{'magnitude':{'column':'a'}}} | a=mag | mag | the flux of a magnitude, a, is in"
            + " 'mag' and cannot become 'nmgy'",
        "{'value':{'magnitude':{'column':'a'}}} | a=erg/s/cm2/Angstrom | mag | is in"
            + " 'erg/s/cm2/Angstrom' and cannot become 'nmgy'",
        "{'value':{'nanomaggies':{'column':'a'}}} | a=mag(Vega) | nmgy | is in 'mag(Vega)' and"
            + " cannot become 'mag'",
        "{'value':{'column':'a','error':'e'}} | a=mag, e=Jy | mag | a is in 'mag', but its error e"
            + " is in 'Jy'",
        "{'value':{'column':'a','inverse_variance':'e'}} | a=nmgy, e=nmgy | nmgy | a is in 'nmgy',"
            + " but its inverse variance e is in 'nmgy'",
        "{'value':{'difference':[{'column':'a'},{'column':'b'}]}} | a=dex, b=mag | dex | what is"
            + " subtracted, b, is in 'mag' and cannot become 'dex'",
        "{'value':{'log10':{'column':'a'}}} | a=dex | dex | a is in 'dex', which is a logarithm"
            + " already",
        "{'value':{'power_of_ten':{'column':'a'}}} | a=Gyr | Gyr | a is in 'Gyr', which is no"
            + " logarithm",
        "{'value':{'dereddened':{'column':'a'},'extinction':{'column':'b'}}} | a=mag, b=mag | mag |"
            + " the flux a that is dereddened is in 'mag'",
        "{'value':{'converted':{'column':'a'},'to':'mag'}} |  | mag | a cannot become 'mag',"
            + " because neither the mapping nor table.fits says its unit"
      })
  void shouldSayBothUnitsThatContradict(
      String quantity, String units, String wanted, String message) {
    Unit unit = wanted.strip().equals("1") ? Unit.ONE : Unit.parse(wanted);
    assertThatThrownBy(
            () -> mapping(quantity, "").measurements().get("q").forTable(units(units), unit))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("survey.json, measurements.q: ")
        .hasMessageContaining(message.strip());
  }

  @Test
  void shouldBelieveAUnitBehindTheNameOfAColumn() throws IOException {
    String age = "{'value':{'column':'age (Myr)','error':'e_age (Gyr)'}}";
    Row row = row("age (Myr)=4500, e_age (Gyr)=0.5");
    assertMeasured(read(age, "", row, null, "Gyr"), 4.5, 0.5);
    String said = "{'value':{'column':'age (Myr)','unit':'Gyr'}}";
    assertThatThrownBy(() -> read(said, "", row, null, "Gyr"))
        .hasMessageContaining("the unit of age (Myr) is 'Gyr' here, but 'Myr' in table.fits");
    String vega = "{'value':{'column':'g [Vega mag]'}}";
    assertThatThrownBy(() -> read(vega, "", row("g [Vega mag]=1"), null, "mag"))
        .isInstanceOf(SidereusException.class);
    // brackets that are no unit say nothing
    assertMeasured(read("{'value':{'column':'P[0]'}}", "", row("P[0]=3"), null, "mag"), 3, 0);
    assertMeasured(read("{'value':{'column':'g (PSF)'}}", "", row("g (PSF)=3"), null, "mag"), 3, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,5 | decimal point",
        "1.234,5 | decimal point",
        "1 234.5 | decimal point",
        "1'234 | decimal point",
        "1.0\u00b10.1 | columns of their own",
        "1.0+/-0.1 | columns of their own",
        "1.0 +0.1 -0.2 | columns of their own",
        "1.0(2) | columns of their own"
      })
  void shouldSayWhatToDoWithACellThatIsNoNumber(String text, String hint) {
    assertThatThrownBy(() -> read("{'value':{'column':'a'}}", "a=" + text))
        .hasMessageContaining("the a is '%s', which is no number (write", text)
        .hasMessageContaining(hint);
  }

  @Test
  void shouldTakeOneErrorOfTwo() throws IOException {
    String two = "{'value':{'column':'a','error':['l','u'],'error_rule':'%s'%s}}";
    String cells = "a=1, l=0.3, u=0.4";
    assertMeasured(read(two.formatted("larger", ""), cells), 1, 0.4);
    assertMeasured(read(two.formatted("mean", ""), cells), 1, 0.35);
    assertMeasured(read(two.formatted("quadrature", ""), cells), 1, 0.5);
    String negative = ",'negative_lower_error':true";
    assertMeasured(read(two.formatted("larger", negative), "a=1, l=-0.5, u=0.4"), 1, 0.5);
    assertMissing(
        read(two.formatted("larger", ""), "a=1, l=-0.5, u=0.4"), "error not positive in l: -0.5");
    assertMissing(read(two.formatted("mean", ""), "a=1, l=0.5, u="), "u is empty");
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "nan",
    "NaN",
    "-NaN",
    "inf",
    "-Inf",
    "+INFINITY",
    "--",
    "null",
    "NULL",
    "None",
    "N/A",
    "n/a",
    "<NA>",
    "masked",
    "...",
    "#N/A",
    "#div/0!",
    "#NAME?",
    "#WERT!",
    "#NV",
    "#¡NUM!"
  })
  void shouldKnowAMissingValueInAnySpelling(String text) throws IOException {
    assertMissing(
        read("{'value':{'column':'a'}}", "a=" + text),
        text.isEmpty() ? "a is empty" : "a is empty: " + text);
  }

  @Test
  void shouldTakeSentinelsByColumnAndInSinglePrecision() throws IOException {
    String more = "'missing':[99.99,'bad',{'column':'a','values':[-1,'x']}],";
    String quantity = "{'value':{'column':'a','error':'e'}}";
    for (String sentinel : new String[] {"99.99", "99.98999786376953", "bad", "-1", "-1.0", "x"}) {
      assertMissing(
          read(quantity, more, row("a=" + sentinel + ", e=1"), null, null),
          "sentinel in a: " + sentinel);
    }
    assertMissing(
        read(quantity, more, row("a=1, e=99.98999786376953"), null, null),
        "sentinel in e: 99.98999786376953");
    assertMeasured(read(quantity, more, row("a=99.98, e=2"), null, null), 99.98, 2);
    assertMissing(
        read(
            quantity,
            more,
            new Row(Map.of("a", Cell.Floating.of(99.99f), "e", Cell.Whole.of(1))),
            null,
            null),
        "sentinel in a: 99.99");
    // -1 means missing in a only
    assertMissing(
        read(quantity, more, row("a=1, e=-1"), null, null), "error not positive in e: -1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'bits':1 | 99 | flag f: bits 0",
        "'bits':1 | 98 | ",
        "'bits':8 | 1152921504606846984 | flag f: bits 3",
        "'bits':8 | 1152921504606846976 | ",
        "'bits':'0x8000000000000000' | 9223372036854775808 | flag f: bits 63",
        "'bits':9223372036854775808 | -9223372036854775808 | flag f: bits 63",
        "'bits':6 | 0x6 | flag f: bits 1, 2",
        "'bits':1 | True | flag f: bits 0",
        "'bits':1 | F | ",
        "'bits':1 | 3.0 | flag f: bits 0",
        "'bits':1 |  | ",
        "'bits':1 | nan | ",
        "'values':['<','>'] | < | flag f: <",
        "'values':['<','>'] |  | ",
        "'values':[3,99] | 99 | flag f: 99",
        "'values':[3,99] | 3.0 | flag f: 3.0",
        "'values':[3] | 4 | ",
        "'good_values':[0] | 0 | ",
        "'good_values':[0] | 0.0 | ",
        "'good_values':['OK'] | BAD | flag f: BAD",
        "'good_values':[0] |  | flag f: empty",
        "'truth':true | True | flag f: True",
        "'truth':true | false | ",
        "'truth':false | 0 | flag f: 0",
        "'truth':false | 0.0 | flag f: 0.0",
        "'truth':true | 1.0 | flag f: 1.0",
        "'values':[39627652591521181] | 39627652591521181 | flag f: 39627652591521181",
        "'values':[39627652591521181] | 39627652591521182 | ",
        "'values':[16777216] | 16777217 | ",
        "'truth':true |  | "
      })
  void shouldCompareFlagsBeforeSentinels(String flag, String cell, String reason)
      throws IOException {
    String text = cell == null ? "" : cell;
    Outcome reading =
        read(
            "{'value':{'column':'a'},'flags':[{'column':'f',%s}]}".formatted(flag),
            "'missing':[99,3,0,'BAD','<'],",
            row("a=1, f=" + text),
            null,
            null);
    if (reason == null) {
      assertMeasured(reading, 1, 0);
    } else {
      assertMissing(reading, reason);
    }
  }

  @Test
  void shouldTakeConditionsAsFlagsAndReject() throws IOException {
    String quantity =
        "{'value':{'column':'a'},'flags':[{'condition':'snr < 20 or a > 5','then':'rejected'}]}";
    Outcome reading = read(quantity, "a=6, snr=30");
    assertMissing(reading, "snr < 20 or a > 5");
    assertThat(((Missing) reading).rejects()).isTrue();
    assertMeasured(read(quantity, "a=4, snr=30"), 4, 0);
  }

  @Test
  void shouldTakeLimitsAsTheMappingSays() throws IOException {
    String quantity = "{'value':{'column':'a'}}";
    for (String limit : new String[] {"<0.26", "> -1", "<=3e-2", "≥4"}) {
      Outcome missing = read(quantity, "'limits':'missing',", row("a=" + limit), null, null);
      assertMissing(missing, "limit in a: " + limit);
      assertThat(((Missing) missing).rejects()).isFalse();
      Outcome rejected = read(quantity, "'limits':'rejected',", row("a=" + limit), null, null);
      assertThat(((Missing) rejected).rejects()).isTrue();
      assertThatThrownBy(() -> read(quantity, "a=" + limit))
          .isInstanceOf(SidereusException.class)
          .hasMessageContaining("row 7: the a is the limit '" + limit + "'")
          .hasMessageContaining("'missing' or 'rejected'");
    }
    assertThatThrownBy(() -> read(quantity, "'limits':'missing',", row("a=<b"), null, null))
        .hasMessageContaining("the a is '<b', which is no number");
  }

  @Test
  void shouldReadNumbersAsTheyArePrinted() throws IOException {
    assertMeasured(read("{'value':{'column':'a'}}", "a=\u22120.25"), -0.25, 0);
    assertMeasured(read("{'value':{'column':'a'}}", "a=1.5D-02"), 0.015, 0);
    assertMeasured(read("{'value':{'column':'a'}}", "a=+3"), 3, 0);
  }

  @Test
  void shouldSayWhyAValueIsMissing() throws IOException {
    String error = "{'value':{'column':'a','error':'e'},'largest_error':0.3}";
    assertMissing(read(error, "a=1, e=0"), "error not positive in e: 0.0");
    assertMissing(read(error, "a=1, e=0.5"), "error larger than 0.3: 0.5");
    assertMissing(read(error, "a=1, e="), "e is empty");
    assertMissing(
        read("{'value':{'column':'a','inverse_variance':'e'}}", "a=1, e=-1"),
        "inverse variance not positive in e: -1.0");
    assertMissing(
        read("{'value':{'magnitude':{'column':'a','error':'e'}}}", "a=-3, e=1"),
        "flux of a not positive: -3.0");
  }

  private static void assertMissing(Outcome reading, String sentence) {
    assertThat(reading).isInstanceOf(Missing.class);
    assertThat(((Missing) reading).sentence()).isEqualTo(sentence);
  }
}
