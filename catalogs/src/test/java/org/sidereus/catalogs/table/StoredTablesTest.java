package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables that astropy, pandas and pyarrow wrote by {@code tables/tables.py}: the stored ones and,
 * tagged slow, those of the newest versions of these libraries.
 */
class StoredTablesTest {
  private static final Path STORED = Path.of("src", "test", "resources", "tables");

  /** What tables.py puts into each column. */
  private static final Map<String, List<String>> EXPECTED =
      Map.of(
          "object", List.of("HD 1", "x 2", "c"),
          "i", List.of("1", "-2", "3"),
          "l", List.of("1237648720693755918", "2", "-3"),
          "u", List.of("18446744073709551615", "9223372036854775808", "5"),
          "b", List.of("1", "0", "1"),
          "f", List.of("0.1", "", "2.5"),
          "d", List.of("1.0E-300", "2.0", "3.0"),
          "t", List.of("2020-01-01T00:00:00Z", "2021-05-06T07:08:09.123Z", ""),
          "m", List.of("1", "", "3"));

  @TempDir Path folder;

  static Stream<Path> stored() throws IOException {
    Stream<Path> tables = Files.list(STORED).filter(Files::isRegularFile);
    return Stream.concat(tables, Stream.of(STORED.resolve("pandas").resolve("table.h5.gz")))
        .filter(file -> !file.toString().endsWith(".py"))
        .sorted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.parquet", "v2.parquet"})
  void shouldReadListsElementByElement(String name) {
    try (Table table =
        TableFiles.open(STORED.resolve("lists").resolve(name), TableSource.UNKNOWN)) {
      assertThat(table.columns())
          .containsExactly(
              "object",
              "mags[0]",
              "mags[1]",
              "mags[2]",
              "fixed[0]",
              "fixed[1]",
              "words[0]",
              "words[1]",
              "deep.list.element",
              "d");
      List<List<String>> rows = new ArrayList<>();
      for (TableRow row = table.next(); row != null; row = table.next()) {
        List<String> cells = new ArrayList<>();
        for (String column : table.columns()) {
          if (!column.startsWith("deep")) {
            cells.add(row.cell(column));
          }
        }
        rows.add(cells);
        TableRow listed = row;
        assertThatThrownBy(() -> listed.cell("deep.list.element"))
            .hasMessageContaining("there are lists in lists");
      }
      assertThat(rows)
          .containsExactly(
              List.of("HD 1", "1.5", "2.5", "", "1", "2", "a", "", "1.0E-300"),
              List.of("x 2", "3.5", "", "4.5", "", "", "b", "c", "2.0"),
              List.of("c", "", "", "", "5", "6", "", "", "3.0"));
    }
  }

  @Test
  void shouldReadDecimalsWithoutPointAsIntegers() {
    Path lists = STORED.resolve("lists");
    try (Table table = TableFiles.open(lists.resolve("decimals.parquet"), TableSource.UNKNOWN)) {
      List<List<String>> rows = new ArrayList<>();
      for (TableRow row = table.next(); row != null; row = table.next()) {
        TableRow one = row;
        rows.add(table.columns().stream().map(one::cell).toList());
      }
      assertThat(table.columns()).containsExactly("id", "short", "d", "bytes");
      assertThat(table.column("id").type()).isEqualTo(Column.Type.INTEGER);
      assertThat(rows)
          .containsExactly(
              List.of("1237648720693755918", "7", "1.25", "HD 1"),
              List.of("18446744073709551615", "", "", "x"),
              List.of("", "-8", "-3.5", ""));
    }
    try (Table table = TableFiles.open(lists.resolve("norows.parquet"), TableSource.UNKNOWN)) {
      assertThat(table.columns()).containsExactly("id", "short", "d", "bytes");
      assertThat(table.next()).isNull();
    }
  }

  @Test
  void shouldRefuseACompressionOfParquetByItsName() {
    Path file = STORED.resolve("lists").resolve("brotli.parquet");
    assertThatThrownBy(() -> TableFiles.open(file, TableSource.UNKNOWN))
        .hasMessageContaining("the pages of the column object are compressed with Brotli")
        .hasMessageContaining("write the file with snappy, gzip or zstd");
  }

  @Test
  void shouldReadTheNumbersOfPandasFixedFormatAndRefuseItsTexts() {
    Path file = STORED.resolve("pandas").resolve("fixed.h5.gz");
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      TableRow row = table.next();
      assertThat(row).isNotNull();
      for (String column : List.of("i", "l", "d", "f")) {
        assertThat(row.cell(column)).as(column).isEqualTo(EXPECTED.get(column).get(0));
      }
      assertThatThrownBy(() -> row.cell("object"))
          .hasMessageContaining("row 1: in the column object, texts in pandas' fixed format");
    }
  }

  @Test
  void shouldNameTheOtherTablesOfAnHdf5File() {
    Path file = STORED.resolve("lists").resolve("two.h5");
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      assertThat(table.others()).containsExactly("second");
      TableRow row = table.next();
      assertThat(row.cell("object")).isEqualTo("c");
      assertThatThrownBy(() -> row.cell("inner"))
          .hasMessageContaining("row 1: in the column inner, the field has fields of its own");
    }
  }

  @Test
  void shouldRefuseScaledDatasetsOfNetcdf() {
    Path file = STORED.resolve("lists").resolve("scaled.h5");
    assertThatThrownBy(() -> TableFiles.open(file, TableSource.UNKNOWN))
        .hasMessageContaining("the dataset d is scaled (scale_factor, as netCDF does)");
  }

  @Test
  void shouldRefuseObjectsOfPythonWhereTheyAreAskedFor() {
    Path file = STORED.resolve("lists").resolve("objects.npz");
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      assertThat(table.columns()).containsExactly("d", "object");
      TableRow row = table.next();
      assertThat(row.cell("d")).isEqualTo("3.0");
      assertThatThrownBy(() -> row.cell("object")).hasMessageContaining("which are pickled");
    }
  }

  @Test
  void shouldSayHowToConvertFeatherOfVersion1() {
    Path file = STORED.resolve("lists").resolve("v1.feather");
    assertThatThrownBy(() -> TableFiles.open(file, TableSource.UNKNOWN))
        .hasMessageContaining("Feather file of version 1")
        .hasMessageContaining("pandas.read_feather(FILE).to_feather(FILE)");
  }

  @ParameterizedTest
  @MethodSource("stored")
  void shouldReadWhatOthersWrite(Path file) {
    assertTable(file);
  }

  private static void assertTable(Path file) {
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      Map<String, List<String>> cells = new LinkedHashMap<>();
      table.columns().forEach(name -> cells.put(name, new ArrayList<>()));
      for (TableRow row = table.next(); row != null; row = table.next()) {
        for (Column column : table.schema()) {
          String text = row.cell(column.name());
          cells.get(column.name()).add(untyped(column) ? number(text) : text);
        }
      }
      assertThat(cells.keySet()).contains("object", "i", "l", "d");
      cells.keySet().remove("index");
      cells.forEach(
          (name, found) ->
              assertThat(found).as("%s, %s", file, name).isEqualTo(EXPECTED.get(name)));
    }
  }

  private static boolean untyped(Column column) {
    return column.type() == Column.Type.UNTYPED;
  }

  /** Untyped cells have the spelling of the writer. */
  private static String number(String text) {
    return switch (text) {
      case "True" -> "1";
      case "False" -> "0";
      case "nan" -> "";
      case "0.10000000149011612" -> "0.1";
      case "1e-300" -> "1.0E-300";
      default -> text;
    };
  }

  @Tag("slow")
  @Test
  void shouldReadWhatTheNewestVersionsWrite() throws IOException, InterruptedException {
    Path python = folder.resolve("python");
    boolean made =
        run("python3", "-m", "venv", python.toString())
            && run(
                python.resolve("bin").resolve("pip").toString(),
                "install",
                "--quiet",
                "astropy",
                "h5py",
                "pandas",
                "pyarrow",
                "pyyaml",
                "tables");
    assumeTrue(made, "skipped: there is no Python with astropy, h5py, pandas and pyarrow");
    Path tables = folder.resolve("tables");
    assertThat(
            run(
                python.resolve("bin").resolve("python").toString(),
                STORED.resolve("tables.py").toString(),
                tables.toString()))
        .isTrue();
    try (Stream<Path> files = Files.list(tables)) {
      files.filter(Files::isRegularFile).forEach(StoredTablesTest::assertTable);
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
