package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;

class NumberColumnsTest {
  @TempDir private Path folder;

  private List<double[]> rows(String text, String... names) throws IOException {
    Path file = Files.writeString(folder.resolve("runs.csv"), text);
    List<double[]> rows = new ArrayList<>();
    try (Table table = NumberColumns.open(file)) {
      NumberColumns columns = new NumberColumns(file, table, List.of(names), "the case file");
      for (TableRow row = table.next(); row != null; row = table.next()) {
        rows.add(columns.of(row));
      }
    }
    return rows;
  }

  private void assertRefused(String text, String... words) {
    assertThatExceptionOfType(SidereusException.class)
        .isThrownBy(() -> rows(text, "rate", "mass"))
        .satisfies(e -> assertThat(e.getMessage()).contains("runs.csv").contains(words));
  }

  @Test
  void shouldReadColumnsInTheirOrder() throws IOException {
    List<double[]> rows = rows("mass,note,rate\n-.5e-3,a,7\n+2.,b,1E2\n", "rate", "mass");
    assertThat(rows.get(0)).containsExactly(7, -0.0005);
    assertThat(rows.get(1)).containsExactly(100, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nan", "-NaN", "NULL", "None", "inf", "Infinity", "1e999"})
  void shouldTakeWordsForNoNumberAsAVoidRun(String cell) throws IOException {
    double rate = rows("rate,mass\n1,2\n" + cell + ",3\n", "rate", "mass").get(1)[0];
    assertThat(Double.isFinite(rate)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1f", "0x10", "1,5", "abc", "--", "1 2"})
  void shouldNameTheCellThatIsNoNumber(String cell) {
    assertRefused(
        "rate,mass\n1,2\n\"" + cell + "\",3\n", "line 3", "rate is '" + cell + "'", "leave");
  }

  @Test
  void shouldNameColumnsThatAreMissingOrThereTwice() {
    assertRefused("ratio,mass\n1,2\n", "no column rate", "nearest is ratio", "the case file");
    assertRefused("rate,mass,rate\n1,2,3\n", "two columns rate");
  }

  @Test
  void shouldNameAFileThatDoesNotExist() {
    Path absent = folder.resolve("absent.csv");
    assertThatExceptionOfType(SidereusException.class)
        .isThrownBy(() -> NumberColumns.open(absent))
        .withMessageContaining("does not exist");
  }
}
