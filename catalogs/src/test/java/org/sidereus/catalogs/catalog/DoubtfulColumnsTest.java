package org.sidereus.catalogs.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.table.BrokenRowException;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.testing.LinearGaussianBundle;

/** Columns and numbers that are likely not what they look like are refused, or said. */
class DoubtfulColumnsTest {
  private static final String MAPPING =
      """
      {"format": 1, "survey": "s", "id_column": "object"%s, "measurements": {"y1": {"value": {
        "difference": [{"column": "a"}, {"column": "b"}]}, "floor": 0.1, "floor_rule": "minimum"}}}
      """;

  @TempDir private Path folder;

  private static Manifest bundle() {
    Manifest linear = Manifest.parse(LinearGaussianBundle.manifest("linear", "1"));
    return linear.toBuilder()
        .observables(linear.observables().subList(0, 1))
        .features(
            List.of(new Feature(Feature.Kind.VALUE, "y1"), new Feature(Feature.Kind.MASK, "y1")))
        .build();
  }

  private CatalogReader reader(@Nullable String mapping, String... lines) throws IOException {
    Path table = Files.write(folder.resolve("t.csv"), List.of(lines));
    Mapping read =
        mapping == null ? null : Mapping.read(Files.writeString(folder.resolve("m.json"), mapping));
    return new CatalogReader(
        CatalogSource.of(table, read), List.of(bundle()), ColumnOptions.NONE.forPublication(read));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-9999", "-9999.0", "-99.9", "99.99", "99.98999786376953", "1e20", "-1e30", "99", "99.0",
        "999", "9999.0", "99.9", "-9.99", "-9.999", "-99.9999", "-999999999", "-1e10", "1e33",
        "-1e99", "-9999.990234375", "2147483647", "-9223372036854775808", "1.7976931348623157e308"
      })
  void shouldRefuseASentinelThatTheMappingDoesNotName(String cell) throws IOException {
    // by itself it is far outside of the training, and the posterior of the object says so
    try (CatalogReader plain = reader(null, "object,y1", "a," + cell)) {
      assertThat(plain.next().measurements().get("y1").value()).isEqualTo(Double.parseDouble(cell));
    }
    // the difference of two of them is 0
    String[] lines = {"object,a,b", "a,%s,%<s".formatted(cell)};
    try (CatalogReader mapped = reader(MAPPING.formatted(""), lines)) {
      assertThatThrownBy(mapped::next)
          .isInstanceOf(BrokenRowException.class)
          .hasMessageContaining("the a is " + cell);
    }
    try (CatalogReader named =
        reader(MAPPING.formatted(", \"missing\": [%s]".formatted(cell)), lines)) {
      assertThat(named.next().missing().get("y1").reason()).isEqualTo("sentinel in a");
    }
    try (CatalogReader numbers = reader(MAPPING.formatted(", \"missing\": []"), lines)) {
      assertThat(numbers.next().measurements().get("y1").value()).isEqualTo(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.99", "9.999", "-9", "0", "100", "-1000", "98.7", "1e10", "99.98"})
  void shouldTakeUsualNumbersAsNumbers(String cell) throws IOException {
    String[] lines = {"object,a,b", "a,%s,%<s".formatted(cell)};
    try (CatalogReader mapped = reader(MAPPING.formatted(""), lines)) {
      assertThat(mapped.next().measurements().get("y1").value()).isEqualTo(0);
    }
  }

  @Test
  void shouldRefuseASentinelAsAnError() throws IOException {
    String mapping =
        "{\"format\": 1, \"measurements\": {\"y1\": {\"value\": {\"column\": \"a\", \"error\":"
            + " \"e\"}}}}";
    try (CatalogReader large = reader(mapping, "object,a,e", "x,1,99.9")) {
      assertThatThrownBy(large::next).hasMessageContaining("the e is 99.9, by which many tables");
    }
    try (CatalogReader negative = reader(mapping, "object,a,e", "x,1,-9999")) {
      assertThat(negative.next().missing().get("y1").reason()).isEqualTo("error not positive in e");
    }
  }

  @Test
  void shouldSelectBySignalToNoiseRatiosOfNines() throws IOException {
    String where = ", \"where\": [\"snr > 50\"]";
    try (CatalogReader cut = reader(MAPPING.formatted(where), "object,a,b,snr", "x,1,2,999")) {
      assertThat(cut.next().measurements()).containsKey("y1");
    }
  }

  @Test
  void shouldRefuseASentinelInAnOrderedCondition() throws IOException {
    String where = ", \"where\": [\"teff < 6000\"]";
    try (CatalogReader cut = reader(MAPPING.formatted(where), "object,a,b,teff", "x,1,2,-9999")) {
      assertThatThrownBy(cut::next).hasMessageContaining("the teff is -9999");
    }
  }

  @Test
  void shouldNotTakeLimitsOfTheCdsAsValuesWithoutAWord() throws IOException {
    assertThatThrownBy(() -> reader(null, "object,l_y1,y1", "a,<,-0.5"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("has the column l_y1, which marks limits of y1");
    String[] lines = {"object,l_a,a,b", "x,<,1,2"};
    try (CatalogReader unread = reader(MAPPING.formatted(""), lines)) {
      assertThat(unread.notes())
          .containsExactly(
              "the column l_a marks limits, and no flag of the mapping reads it: limits are taken"
                  + " as values");
    }
    String flags = ", \"flags\": [{\"column\": \"l_a\", \"values\": [\"<\"]}]";
    try (CatalogReader flagged = reader(MAPPING.formatted(flags), lines)) {
      assertThat(flagged.notes()).isEmpty();
      assertThat(flagged.next().measurements()).isEmpty();
    }
  }

  private static List<String> notesOfTimes(CatalogReader reader) {
    while (reader.next() != null) {
      // reads all rows
    }
    return reader.warnings();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UT", "TIME-OBS", "utc", "Time_Obs", "UT START", "time of day", "hour"})
  void shouldSayThatDatesAloneAreKnownAndWhichColumnHasTheTimeOfDay(String column)
      throws IOException {
    String time = ", \"time\": {\"column\": \"DATE-OBS\"%s}";
    String[] lines = {
      "object,a,b,DATE-OBS," + column, "x,1,2,2017-10-31,07:12:00.5", "y,1,2,2017-11-01,08:00:00"
    };
    try (CatalogReader reader = reader(MAPPING.formatted(time.formatted("")), lines)) {
      assertThat(notesOfTimes(reader))
          .containsExactly(
              "all times in the column DATE-OBS are dates, which are taken as midnight, so that the"
                  + " day alone is known; the column %s looks like the time of day: say it by"
                      .formatted(column)
                  + " \"time\": {\"column\": \"DATE-OBS\", \"time_of_day\": \"%s\"} in a mapping"
                      .formatted(column));
    }
    String said = time.formatted(", \"time_of_day\": \"%s\"".formatted(column));
    try (CatalogReader reader = reader(MAPPING.formatted(said), lines)) {
      CatalogEntry first = reader.next();
      assertThat(reader.timeOf(first)).isEqualTo("2017-10-31T07:12:00.500Z");
      assertThat(notesOfTimes(reader)).isEmpty();
    }
  }

  @Test
  void shouldSayHowManyTimesOfAPlainTableAreDatesAlone() throws IOException {
    try (CatalogReader some =
        reader(null, "object,y1,time", "a,1,2017-10-31", "b,1,2017-10-31T07:12")) {
      assertThat(notesOfTimes(some))
          .containsExactly(
              "1 of 2 times in the column time are dates, which are taken as midnight, so that the"
                  + " day alone is known");
    }
    try (CatalogReader digits =
        reader(null, "object,y1,time,UT", "a,1,31-Oct-2017,7.2", "b,1,2017.10.01,8")) {
      assertThat(notesOfTimes(digits))
          .hasSize(1)
          .first()
          .asString()
          .contains("the column UT looks");
    }
    try (CatalogReader none =
        reader(null, "object,y1,time,UT", "a,1,2017-10-31T07:12,7.2", "b,1,2017-10-31T00:00,0")) {
      assertThat(notesOfTimes(none)).isEmpty();
    }
  }

  @Test
  void shouldRefuseAColumnOfTheTimeOfDayThatIsNotThere() {
    String time = ", \"time\": {\"column\": \"DATE\", \"time_of_day\": \"UT\"}";
    assertThatThrownBy(() -> reader(MAPPING.formatted(time), "object,a,b,DATE", "x,1,2,2017-10-31"))
        .hasMessageContaining("has no column UT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Total", "MEAN", "Std. dev.", "average", "Grand total", "Standard deviation"})
  void shouldRefuseARowThatSumsUpOthers(String id) throws IOException {
    try (CatalogReader reader = reader(null, "object,y1", "HD 1,0.5", id + ",0.5")) {
      assertThat(reader.next().id()).isEqualTo("HD 1");
      assertThatThrownBy(reader::next)
          .isInstanceOf(BrokenRowException.class)
          .hasMessageContaining("line 3: the identifier '%s' is that of a row that sums up", id);
    }
  }

  @Test
  void shouldSayThatTheNamesOfTheColumnsAreMissing() {
    assertThatThrownBy(() -> reader(null, "HD 1,0.5,-1.25", "HD 2,0.25,1"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("its columns are called HD 1, 0.5, -1.25, so that its names are");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Y1", "y1 [dex]", "y1 (dex)", "[Y1]", "y-1"})
  void shouldRefuseAQuantityUnderItsNameInAnotherSpelling(String column) {
    assertThatThrownBy(() -> reader(null, "object," + column, "a,1"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("has the column '%s' and not y1; rename it", column);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1237648720693755904.0", "1.23764872069376E+018", "1.24E+18", "1.2376487E18"})
  void shouldRefuseAnIdentifierThatAFloatingPointNumberRounded(String id) throws IOException {
    try (CatalogReader reader = reader(null, "object,y1", id + ",0.5")) {
      assertThatThrownBy(reader::next)
          .hasMessageContaining("is a number that a spreadsheet or a program rounded");
    }
  }
}
