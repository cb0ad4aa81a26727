package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.catalogs.time.TimeReader;
import org.sidereus.catalogs.time.TimeStyle;

/**
 * Masks, units and times of tables that astropy 8.0 wrote by {@code tables/astropy.py}: a masked
 * value is missing in each format, whatever the cell below the mask holds.
 */
class AstropyTableTest {
  private static final Path STORED = Path.of("src", "test", "resources", "tables", "astropy");

  static Stream<Path> stored() throws IOException {
    return Files.list(STORED).filter(file -> !file.toString().endsWith(".py")).sorted();
  }

  @ParameterizedTest
  @MethodSource("stored")
  void shouldTakeMaskedValuesAsMissingAndTimesInTheirScale(Path file) {
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      TimeReader times = new TimeReader(table.column("time"), TimeStyle.UNSAID);
      List<String> found = new ArrayList<>();
      List<String> read = new ArrayList<>();
      for (TableRow row = table.next(); row != null; row = table.next()) {
        found.add(
            String.join(",", row.cell("C_Fe"), row.cell("n"), row.cell("name"), row.cell("mq")));
        read.add(times.read(row.value("time")).toString());
      }
      assertThat(found).containsExactly("0.1,1,x,1.0", ",,,", "0.3,3,z,3.0");
      // Time([58000, 58000.25, 58000.5], format="mjd", scale="tai").utc.isot
      assertThat(read)
          .containsExactly("2017-09-03T23:59:23Z", "2017-09-04T05:59:23Z", "2017-09-04T11:59:23Z");
      assertThat(table.column("mq").unit()).isEqualTo("mmag");
    }
  }

  @Test
  void shouldRefuseAJulianDateThatIsNotFinite(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.ecsv"),
            """
            # %ECSV 1.0
            # ---
            # datatype:
            # - {name: t.jd1, datatype: float64}
            # - {name: t.jd2, datatype: float64}
            # schema: astropy-2.0
            t.jd1 t.jd2
            2458000.5 0.25
            inf 0.0
            2458000.5 -inf
            nan 0.0
            """);
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      assertThat(table.next().cell("t")).isEqualTo("2017-09-04T06:00:00Z");
      for (String value : List.of("Infinity", "-Infinity")) {
        TableRow row = table.next();
        assertThatThrownBy(() -> row.value("t"))
            .isInstanceOf(BrokenRowException.class)
            .hasMessageContaining("the Julian date of the time t is " + value);
      }
      assertThat(table.next().value("t")).isEqualTo(Cell.MISSING);
    }
  }
}
