package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.SidereusException;

/**
 * Values that only metadata tell from plain numbers, in files that pyarrow and h5py wrote by {@code
 * tables/kinds/kinds.py}, and what a service says of its VOTable.
 */
class MarkedValuesTest {
  private static final Path STORED = Path.of("src", "test", "resources", "tables", "kinds");

  @TempDir private Path folder;

  private static List<String> cells(String file, String column) {
    List<String> cells = new ArrayList<>();
    try (Table table = TableFiles.open(STORED.resolve(file), TableSource.UNKNOWN)) {
      for (TableRow row = table.next(); row != null; row = table.next()) {
        cells.add(row.value(column).text());
      }
    }
    return cells;
  }

  @ParameterizedTest
  @CsvSource({"ms", "us", "ns"})
  void shouldReadTimesOfDayOfParquetAsTexts(String column) {
    assertThat(cells("times.parquet", column)).containsExactly("07:12:00.5", "", "23:59:59");
  }

  @ParameterizedTest
  @CsvSource({"exposure, exposure", "exposures[0], exposures"})
  void shouldRefuseDurationsOfParquetByName(String column, String name) {
    assertThatThrownBy(() -> cells("times.parquet", column))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("the column %s has a duration, which is not read", name);
  }

  @Test
  void shouldReadIntegersBesideDurations() {
    assertThat(cells("times.parquet", "plain")).containsExactly("1", "2", "3");
  }

  @ParameterizedTest
  @CsvSource({
    "flux, 1.5//2.5",
    "single, /1.0/2.5",
    "count, /7/4611686018427387905",
    "plain, -1/7/-9999",
    "bands[0], 1.0/2.0/",
    "bands[1], /3.0/4.0"
  })
  void shouldTakeFillValuesOfHdf5AsMissing(String column, String wanted) {
    assertThat(cells("fill.h5", column)).containsExactly(wanted.split("/", -1));
  }

  private Path votable(String before, String behind) throws IOException {
    return Files.writeString(
        folder.resolve("t.vot"),
        """
        <VOTABLE version="1.4"><RESOURCE type="results">%s<TABLE>
        <FIELD name="object" datatype="char" arraysize="*"/><FIELD name="y" datatype="double"/>
        <DATA><TABLEDATA><TR><TD>a</TD><TD>1</TD></TR><TR><TD>b</TD><TD>2</TD></TR></TABLEDATA>
        </DATA></TABLE>%s</RESOURCE></VOTABLE>
        """
            .formatted(before, behind));
  }

  @Test
  void shouldSayThatAServiceCutTheTable() throws IOException {
    String cut = "<INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\">limit of\n 2 rows</INFO>";
    try (Table table = TableFiles.open(votable("", cut), TableSource.UNKNOWN)) {
      assertThat(table.notes()).hasSize(1);
      assertThat(table.notes().get(0))
          .contains("after 2 rows (QUERY_STATUS OVERFLOW) (limit of 2 rows)")
          .contains("MAXREC");
      assertThat(table.next().value("object").text()).isEqualTo("a");
    }
    String ok = "<INFO name=\"QUERY_STATUS\" value=\"OK\"/><INFO name=\"x\" value=\"OVERFLOW\"/>";
    try (Table table = TableFiles.open(votable(ok, ""), TableSource.UNKNOWN)) {
      assertThat(table.notes()).isEmpty();
    }
  }

  @Test
  void shouldRefuseTheErrorOfAServiceWithItsMessage() throws IOException {
    Path failed = votable("<INFO name=\"QUERY_STATUS\" value=\"ERROR\">no column fee_h</INFO>", "");
    assertThatThrownBy(() -> TableFiles.open(failed, TableSource.UNKNOWN))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("reports an error")
        .hasMessageContaining("no column fee_h");
    Path empty =
        Files.writeString(
            folder.resolve("e.vot"),
            """
            <VOTABLE><RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">bad ADQL</INFO>
            </RESOURCE></VOTABLE>
            """);
    assertThatThrownBy(() -> TableFiles.open(empty, TableSource.UNKNOWN))
        .hasMessageContaining("bad ADQL");
  }
}
