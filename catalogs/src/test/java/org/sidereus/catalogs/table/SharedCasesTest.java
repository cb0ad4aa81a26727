package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;

/** The collected tables that could not be read once; skipped where they are not. */
class SharedCasesTest {
  private static Path shared(String... names) {
    Path path = Path.of(System.getProperty("sidereus.shared", "shared"), "cases");
    for (String name : names) {
      path = path.resolve(name);
    }
    assumeTrue(Files.exists(path), "skipped: there is no " + path);
    return path;
  }

  private static List<String> column(Path file, TableSource source, String name) {
    List<String> cells = new ArrayList<>();
    try (Table table = TableFiles.open(file, source)) {
      for (TableRow row = table.next(); row != null; row = table.next()) {
        cells.add(row.cell(name));
      }
    }
    return cells;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ascii-table.fits", "comment.csv", "semicolon.csv", "t.csv", "t.csv.gz", "t.dat", "t.ecsv",
        "t.fits", "t.hdf5", "t.mrt", "t.parquet", "t.tsv", "t.txt", "t.vot"
      })
  void shouldReadTheFormatsOfTheTrade(String name) {
    Path file = shared("catalogs", "05-formats-of-the-trade", name);
    TableSource csv = TableSource.of(TableFormat.CSV); // what the mapping says of all of them
    assertThat(column(file, csv, "ID")).containsExactly("a", "b", "c");
    assertThat(column(file, csv, "Mg_Fe"))
        .extracting(cell -> Math.round(100 * Double.parseDouble(cell)))
        .containsExactly(26L, 27L, 28L);
  }

  @ParameterizedTest
  @CsvSource({
    "03-unsigned-identifiers/u64.fits, ID, 1237648720693755918 1237648720693755919"
        + " 1237648720693755920",
    "03-unsigned-identifiers/u32.fits, ID, 4000000001 4000000002 4000000003",
    "03-unsigned-identifiers/u16.fits, ID, 40001 40002 40003",
    "06-fits-two-dimensional-array/t.fits, P[5], 0.14705883 0.32352942 0.5",
    "07-fits-bz2/t.fits.bz2, ID, 1 2 3",
    "08-flag-bits-above-2-53/t.fits, FLAGS, 0 1152921504606846976 1152921504606846984",
    "15-bit-and-variable-length-columns/t.fits, FLAGS, 0 1 0",
    "19-fits-with-the-names-of-the-observables/t.fits, object, a b c"
  })
  void shouldReadEveryDigit(String file, String column, String cells) {
    assertThat(
            column(
                shared("catalogs", file.split("/")[0], file.split("/")[1]),
                TableSource.UNKNOWN,
                column))
        .containsExactly(cells.split(" "));
  }

  @Test
  void shouldReadAVariableArray() {
    Path file = shared("catalogs", "15-bit-and-variable-length-columns", "t.fits");
    assertThat(column(file, TableSource.UNKNOWN, "V[0]")).containsExactly("0.1", "0.3", "");
    assertThat(column(file, TableSource.UNKNOWN, "V[1]")).containsExactly("0.2", "", "");
  }

  @Test
  void shouldNotMergeNamesThatAreNoUtf8() {
    Path file = shared("catalogs", "11-latin-1-identifiers", "t.csv");
    assertThatThrownBy(() -> column(file, TableSource.UNKNOWN, "object"))
        .hasMessageContaining("line 2: the byte 0xf6 is no text in UTF-8");
  }

  @Tag("slow")
  @Test
  void shouldReadOrRefuseHostileFiles() throws IOException {
    int files = 0;
    try (Stream<Path> hostile = Files.list(shared("attacks"))) {
      for (Path file : hostile.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.matches("(fits|fuzz-fits|npy|fuzz-npy|fuzz-hdf).*")) {
          files++;
          try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
            TableRow row = table.next();
            for (int rows = 0; row != null && rows < 100; row = table.next(), rows++) {
              for (Column column : table.schema()) {
                row.value(column.name());
              }
            }
          } catch (SidereusException e) {
            assertThat(e.getMessage()).as(name).contains(name).doesNotContain("\n");
          }
        }
      }
    }
    assertThat(files).isGreaterThan(30);
  }
}
