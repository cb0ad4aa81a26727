package org.sidereus.catalogs.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.TableFormat;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.inference.Measurement;

class MappingTest {
  private static final String ERRORS_OF_A = "'error':'a_err'";

  @TempDir Path folder;

  private Mapping mapping(String json) throws IOException {
    Path file = folder.resolve("survey.json");
    Files.writeString(file, json.replace('\'', '"'));
    return Mapping.read(file);
  }

  private Mapping mappingOf(String quantity) throws IOException {
    return mapping(
        "{'format':1,'source':{'kind':'csv'},'missing':[-9999,'n/a'],'measurements':{'q':%s}}"
            .formatted(quantity));
  }

  /** The measurement of a row with the given cells. */
  private Measurement measure(String quantity, Map<String, String> row) throws IOException {
    Mapping mapping = mappingOf(quantity);
    Outcome reading =
        mapping.measurements().get("q").of(new Cells("stars.csv", new Row(row), mapping.missing()));
    return reading instanceof Mapped mapped ? mapped.measurement() : null;
  }

  private record Row(Map<String, String> cells) implements TableRow {
    @Override
    public Cell value(String column) {
      return Cell.Text.of(cells.get(column));
    }

    @Override
    public String place() {
      return "line 7";
    }
  }

  private static void assertMeasured(Measurement found, double value, double error) {
    assertThat(found.value()).isCloseTo(value, within(1e-12));
    assertThat(found.error()).isCloseTo(error, within(1e-12));
  }

  @Test
  void shouldPropagateTheErrorsOfADifference() throws IOException {
    String difference =
        "{'value':{'difference':[{'column':'a','error':'a_err'},{'column':'b','error':'b_err'}]}%s}";
    Map<String, String> row = Map.of("a", "-0.3", "a_err", "0.03", "b", "-0.1", "b_err", "0.04");
    assertMeasured(measure(difference.formatted(""), row), -0.2, 0.05);
    assertMeasured(
        measure(difference.formatted(",'floor':0.12,'floor_rule':'quadrature'"), row), -0.2, 0.13);
    assertMeasured(
        measure(difference.formatted(",'floor':0.12,'floor_rule':'minimum'"), row), -0.2, 0.12);
    assertMeasured(
        measure(difference.formatted(",'floor':0.01,'floor_rule':'minimum'"), row), -0.2, 0.05);
    assertThat(measure(difference.formatted(",'largest_error':0.049"), row)).isNull();
  }

  @Test
  void shouldScaleAndShift() throws IOException {
    assertMeasured(
        measure(
            "{'value':{'linear':{'column':'a',%s},'scale':-2,'offset':1}}".formatted(ERRORS_OF_A),
            Map.of("a", "3", "a_err", "0.5")),
        -5,
        1);
  }

  @Test
  void shouldConvertFluxesAndMagnitudes() throws IOException {
    // m = 22.5 - 2.5 log10(100) = 17.5; dm = 2.5 / ln(10) * 2 / 100
    Map<String, String> flux = Map.of("a", "100", "a_err", "2", "ivar", "0.25", "x", "2.5");
    String magnitude = "{'value':{'magnitude':{'column':'a',%s}}}";
    assertMeasured(measure(magnitude.formatted(ERRORS_OF_A), flux), 17.5, 0.021714724095162588);
    assertMeasured(
        measure(magnitude.formatted("'inverse_variance':'ivar'"), flux),
        17.5,
        0.021714724095162588);
    // 10^((22.5 - 20) / 2.5) = 10 nanomaggies; df = 10 * ln(10) / 2.5 * 0.1
    assertMeasured(
        measure(
            "{'value':{'nanomaggies':{'column':'a',%s}}}".formatted(ERRORS_OF_A),
            Map.of("a", "20", "a_err", "0.1")),
        10,
        0.9210340371976183);
    // an extinction of 2.5 mag without an error is a factor of 10, also for a flux below 0
    String dereddened =
        "{'value':{'dereddened':{'column':'a',%s},'extinction':{'column':'x'}}}"
            .formatted(ERRORS_OF_A);
    assertMeasured(measure(dereddened, flux), 1000, 20);
    assertMeasured(measure(dereddened, Map.of("a", "-1.5", "a_err", "2", "x", "2.5")), -15, 20);
    // with an error of 0.1 mag: hypot(20, 1000 * ln(10) / 2.5 * 0.1)
    assertMeasured(
        measure(
            ("{'value':{'dereddened':{'column':'a',%s},'extinction':"
                    + "{'column':'x','error':'x_err'}}}")
                .formatted(ERRORS_OF_A),
            Map.of("a", "100", "a_err", "2", "x", "2.5", "x_err", "0.1")),
        1000,
        Math.hypot(20, 92.10340371976183));
  }

  @Test
  void shouldRaiseTenToAPower() throws IOException {
    // 10^0.7 = 5.0118723; d = 5.0118723 * ln(10) * 0.1
    assertMeasured(
        measure(
            "{'value':{'power_of_ten':{'column':'a',%s}}}".formatted(ERRORS_OF_A),
            Map.of("a", "0.7", "a_err", "0.1")),
        5.011872336272722,
        1.154026252949081);
  }

  @Test
  void shouldHaveNoMagnitudeOfAFluxThatIsNotPositive() throws IOException {
    String magnitude = "{'value':{'magnitude':{'column':'a',%s}}}".formatted(ERRORS_OF_A);
    assertThat(measure(magnitude, Map.of("a", "0", "a_err", "1"))).isNull();
    assertThat(measure(magnitude, Map.of("a", "-3", "a_err", "1"))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"''", "NaN", "-9999", "-9999.0", "-9.999e3", "n/a", "Infinity"})
  void shouldTakeSentinelsAsMissing(String text) throws IOException {
    String quantity = "{'value':{'column':'a',%s}}".formatted(ERRORS_OF_A);
    assertThat(measure(quantity, Map.of("a", text, "a_err", "0.1"))).isNull();
    assertThat(measure(quantity, Map.of("a", "0.1", "a_err", text))).isNull();
    assertMeasured(
        measure(
            "{'value':{'column':'a','error':'a_err','no_error':0.2}}",
            Map.of("a", "0.1", "a_err", text)),
        0.1,
        0.2);
  }

  @ParameterizedTest
  @CsvSource({"0", "-0.1"})
  void shouldNotBelieveAnErrorThatIsNotPositive(String error) throws IOException {
    assertThat(
            measure(
                "{'value':{'column':'a',%s}}".formatted(ERRORS_OF_A),
                Map.of("a", "1", "a_err", error)))
        .isNull();
  }

  @Test
  void shouldLeaveTheErrorOfAnExactValueToTheBundle() throws IOException {
    assertThat(measure("{'value':{'column':'a'}}", Map.of("a", "0.1")))
        .isEqualTo(new Measurement(0.1, null));
    assertThat(
            measure(
                "{'value':{'column':'a'},'floor':0.02,'floor_rule':'minimum'}", Map.of("a", "0.1")))
        .isEqualTo(new Measurement(0.1, 0.02));
  }

  @Test
  void shouldLeaveOutWhatIsFlagged() throws IOException {
    String quantity = "{'value':{'column':'a'},'flags':[{'column':'f','bits':5}]}";
    assertThat(measure(quantity, Map.of("a", "1", "f", "4"))).isNull();
    assertThat(measure(quantity, Map.of("a", "1", "f", "514"))).isNotNull();
    assertThat(measure(quantity, Map.of("a", "1", "f", ""))).isNotNull();
    assertThatThrownBy(() -> measure(quantity, Map.of("a", "1", "f", "0.5")))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("stars.csv, line 7: the flags f are 0.5");
  }

  @Test
  void shouldNameTheCellThatIsNoNumber() {
    assertThatThrownBy(() -> measure("{'value':{'column':'a'}}", Map.of("a", "1f")))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("stars.csv, line 7: the a is '1f', which is no number");
  }

  @Test
  void shouldReadEveryField() throws IOException {
    Mapping mapping =
        mapping(
            """
            {"format": 1, "note": "a survey", "source": {"kind": "fits", "hdu": 2},
             "survey": "s", "id_column": "i", "group": "g", "time_column": "t",
             "missing": [-1, "x"], "flags": [{"column": "all", "bits": 1}],
             "measurements": {
               "q": {"note": "why", "value": {"column": "P[3]", "error": "e"},
                     "flags": [{"column": "own", "bits": 2}]},
               "r": {"value": {"linear": {"column": "z"}}}}}
            """);
    assertThat(mapping.source()).isEqualTo(new TableSource(TableFormat.FITS, "2", null));
    assertThat(mapping.survey()).isEqualTo("s");
    assertThat(mapping.object().id()).isEqualTo("i");
    assertThat(mapping.object().group()).isEqualTo("g");
    assertThat(mapping.object().groupColumn()).isNull();
    assertThat(mapping.object().timeColumn()).isEqualTo("t");
    assertThat(mapping.measurements()).containsOnlyKeys("q", "r");
    assertThat(mapping.measurements().get("q").columns())
        .containsExactly("P[3]", "e", "all", "own");
    assertThat(mapping.measurements().get("r").columns()).containsExactly("z", "all");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'value':{'colum':'a'}} | measurements.q.value: this must have one of the keys column,",
        "{'value':{'column':'a','magnitude':{}}} | but has column and magnitude",
        "{'value':{'column':3}} | measurements.q.value.column: this must be a text",
        "{'value':{'difference':[{'column':'a'}]}} | measurements.q.value.difference: this must be"
            + " a list of two but has 1",
        "{'value':{'linear':{'column':'a'},'scale':0}} | measurements.q.value: scale and offset"
            + " must be finite",
        "{'value':{'linear':{'column':'a'},'scale':'x'}} | measurements.q.value.scale: this must be"
            + " a number",
        "{'value':{'column':'a'},'flor':0.1} | measurements.q: there is no key 'flor'; did you mean"
            + " 'floor'?",
        "{'value':{'column':'a'},'floor':0.1} | measurements.q: the key 'floor_rule' is missing",
        "{'value':{'column':'a'},'floor_rule':'minimum'} | measurements.q: there is a floor_rule"
            + " but no floor",
        "{'value':{'column':'a'},'floor':0,'floor_rule':'minimum'} | measurements.q: floor must be"
            + " positive",
        "{'value':{'column':'a'},'floor':1,'floor_rule':'max'} | measurements.q.floor_rule: this"
            + " must be 'quadrature' or 'minimum'",
        "{'value':{'column':'a'},'largest_error':-1} | measurements.q: largest_error must be"
            + " positive",
        "{'value':{'column':'a'},'flags':[{'column':'f','bits':0}]} | measurements.q.flags[0]: bits"
            + " must not be 0",
        "{'value':{'column':'a'},'flags':[{'column':'f','bits':1.5}]} |"
            + " measurements.q.flags[0].bits: this must be an integer",
        "{'value':{'column':'a','no_error':0.1}} | measurements.q.value: no_error is the error"
            + " where",
        "{'value':{'column':'a','error':'e','no_error':0}} | measurements.q.value: no_error must be"
            + " positive",
        "{'value':{'column':'a','error':'e','inverse_variance':'i'}} | both error and"
            + " inverse_variance",
        "{'age':{'column':'a'},'value':{'column':'a'}} | measurements.q: there are both value and"
            + " age",
        "{'age':'a'} | measurements.q.age: this must have one of the keys",
        "{'age':{'column':'a'},'impossible':'no'} | measurements.q.impossible: this must be"
            + " 'missing' or 'refused'",
        "{'value':{'column':'a'},'impossible':'missing'} | measurements.q: there is 'impossible'"
            + " but no age",
        "{} | measurements.q: the key 'value' is missing"
      })
  void shouldNameTheFieldThatIsWrong(String quantity, String message) {
    assertThatThrownBy(() -> mappingOf(quantity))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("survey.json")
        .hasMessageContaining(message.strip())
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'format':2,'source':{'kind':'csv'},'measurements':{}} | format: only format 1",
        "{'format':1,'source':{'kind':'xml'},'measurements':{}} | source.kind: this must"
            + " be one of csv, tsv",
        "{'format':1,'source':{'kind':'fits','hdu':0},'measurements':{}} | source: hdu must be at"
            + " least 1",
        "{'format':1,'source':{'kind':'csv'},'measurements':{}} | measurements is empty",
        "{'format':1,'source':{'kind':'csv'}} | the key 'measurements' is missing",
        "{'format':1,'sorce':{}} | there is no key 'sorce'; did you mean 'source'?",
        "{'format':1,'format':1} | is no JSON: Duplicate field 'format' in line 1",
        "[] | this must be an object",
        "{ | is no JSON",
        "{'format':1,'source':{'kind':'csv'},'group':'a','group_column':'b','measurements':{'q':{'value':{'column':'a'}}}}"
            + " | group_column and group are both given"
      })
  void shouldSayWhatIsWrongWithTheFile(String json, String message) {
    assertThatThrownBy(() -> mapping(json))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("survey.json")
        .hasMessageContaining(message.strip());
  }

  @Test
  void shouldTakeVariancesAndRelativeErrors() throws IOException {
    assertMeasured(
        measure("{'value':{'column':'a','variance':'v'}}", Map.of("a", "2", "v", "0.09")), 2, 0.3);
    assertMeasured(
        measure("{'value':{'column':'a','relative_error':'r'}}", Map.of("a", "-2", "r", "0.1")),
        -2,
        0.2);
    assertMeasured(
        measure("{'value':{'column':'a','signal_to_noise':'s'}}", Map.of("a", "2", "s", "8")),
        2,
        0.25);
    for (String bad : List.of("0", "-0.1", "nan")) {
      for (String key : List.of("variance", "relative_error", "signal_to_noise")) {
        String quantity = "{'value':{'column':'a','%s':'e'}}".formatted(key);
        assertThat(measure(quantity, Map.of("a", "2", "e", bad))).as(key + bad).isNull();
      }
    }
    assertMeasured(
        measure(
            "{'value':{'column':'a','relative_error':'r','no_error':0.5}}",
            Map.of("a", "2", "r", "0")),
        2,
        0.5);
  }

  @Test
  void shouldRefuseARelativeErrorOfAMagnitude() throws IOException {
    MappedQuantity quantity =
        mappingOf("{'value':{'column':'a','signal_to_noise':'s'}}").measurements().get("q");
    ColumnUnits none = ColumnUnits.none("t.csv", "m.json");
    assertThatThrownBy(() -> quantity.forTable(none, Unit.parse("mag")))
        .hasMessageContaining(
            "magnitudes and logarithms have no error that is a part of the value");
    ColumnUnits told =
        new ColumnUnits(column -> column.equals("a") ? "mag" : null, "t.fits", "m.json");
    assertThatThrownBy(() -> quantity.forTable(told, null)).hasMessageContaining("a is in 'mag'");
    ColumnUnits percent =
        new ColumnUnits(column -> column.equals("a") ? "Jy" : "%", "t.fits", "m.json");
    Outcome found =
        mappingOf("{'value':{'column':'a','relative_error':'r'}}")
            .measurements()
            .get("q")
            .forTable(percent, Unit.parse("Jy"))
            .of(new Cells("t.fits", new Row(Map.of("a", "2", "r", "10")), Sentinels.NONE));
    assertMeasured(((Mapped) found).measurement(), 2, 0.2);
  }

  @Test
  void shouldRefuseAFluxInAUnitThatIsNotKnown() throws IOException {
    MappedQuantity quantity =
        mappingOf("{'value':{'magnitude':{'column':'f'}}}").measurements().get("q");
    for (String unit : List.of("DN/s", "MJy/sr", "10-20furlong")) {
      ColumnUnits told = new ColumnUnits(column -> unit, "t.fits", "m.json");
      assertThatThrownBy(() -> quantity.forTable(told, Unit.parse("mag")))
          .hasMessageContaining("m.json: ")
          .hasMessageContaining("'" + unit + "'");
    }
    ColumnUnits jansky = new ColumnUnits(column -> "3.631uJy", "t.fits", "m.json");
    Outcome found =
        quantity
            .forTable(jansky, Unit.parse("mag"))
            .of(new Cells("t.fits", new Row(Map.of("f", "100")), Sentinels.NONE));
    // 363.1 uJy: 2.5 log10(3631 Jy / 363.1e-6 Jy)
    assertThat(((Mapped) found).measurement().value()).isCloseTo(17.5, within(1e-9));
  }

  private Outcome flagged(String flag, Cell cell) throws IOException {
    Mapping mapping = mappingOf("{'value':{'column':'a'},'flags':[%s]}".formatted(flag));
    TableRow row =
        new TableRow() {
          @Override
          public Cell value(String column) {
            return column.equals("a") ? Cell.Text.of("1") : cell;
          }

          @Override
          public String place() {
            return "row 1";
          }
        };
    return mapping.measurements().get("q").of(new Cells("t", row, mapping.missing()));
  }

  @Test
  void shouldTakeStringsOfBitsOnlyWhereTheMappingSaysSo() throws IOException {
    String bits = "{'column':'f','bits':4%s}";
    Cell text = new Cell.Text("00100");
    assertThatThrownBy(() -> flagged(bits.formatted(""), text))
        .hasMessageContaining("the flags f are 00100, which is a string of bits or a number");
    assertThat(flagged(bits.formatted(",'base':2"), text)).isInstanceOf(Missing.class);
    assertThat(flagged(bits.formatted(",'base':2"), new Cell.Text("11011")))
        .isInstanceOf(Mapped.class);
    assertThat(flagged(bits.formatted(",'base':10"), text)).isInstanceOf(Missing.class); // 100
    assertThat(flagged(bits.formatted(",'base':16"), new Cell.Text("0F")))
        .isInstanceOf(Missing.class);
    assertThat(flagged(bits.formatted(""), new Cell.Text("000"))).isInstanceOf(Mapped.class);
    assertThat(flagged(bits.formatted(""), new Cell.Text("0x40"))).isInstanceOf(Mapped.class);
    // 2^24 + 4 is no number of single precision
    assertThatThrownBy(() -> flagged(bits.formatted(""), Cell.Floating.of(33554432f)))
        .hasMessageContaining("no integer of at most 64 bits");
  }

  @Test
  void shouldCompareFlagsOfTruthValuesAndLargeIntegersExactly() throws IOException {
    Cell yes = new Cell.Truth(true);
    Cell no = new Cell.Truth(false);
    assertThat(flagged("{'column':'f','values':['True']}", yes)).isInstanceOf(Missing.class);
    assertThat(flagged("{'column':'f','values':['True']}", no)).isInstanceOf(Mapped.class);
    assertThat(flagged("{'column':'f','good_values':['F']}", no)).isInstanceOf(Mapped.class);
    assertThat(flagged("{'column':'f','values':[1]}", yes)).isInstanceOf(Missing.class);
    Cell large = Cell.Whole.of(16777217);
    assertThat(flagged("{'column':'f','values':[16777216]}", large)).isInstanceOf(Mapped.class);
    assertThat(flagged("{'column':'f','values':[16777217]}", large)).isInstanceOf(Missing.class);
  }

  @Test
  void shouldNameObjectsByIntegersAndNotByWordsForMissing() throws IOException {
    Sentinels own =
        mapping(
                "{'format':1,'missing':[{'column':'id','values':[-9999]}],'measurements':{'q':{'value':{'column':'a'}}}}")
            .missing();
    for (Map.Entry<Cell, String> one :
        Map.of(
                Cell.Floating.of(1234567890.0),
                "1234567890",
                Cell.Floating.of(40001f),
                "40001",
                new Cell.Text("40001.0"),
                "40001.0",
                new Cell.Text("nan"),
                "",
                new Cell.Text("INDEF"),
                "",
                Cell.Whole.of(-9999),
                "",
                Cell.Floating.of(-9999.0),
                "",
                Cell.Floating.of(0.5),
                "0.5")
            .entrySet()) {
      TableRow row =
          new TableRow() {
            @Override
            public Cell value(String column) {
              return one.getKey();
            }

            @Override
            public String place() {
              return "row 1";
            }
          };
      assertThat(new Cells("t", row, own).name("id"))
          .as(one.getKey().toString())
          .isEqualTo(one.getValue());
    }
  }
}
