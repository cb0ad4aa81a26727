package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import nom.tam.fits.BinaryTable;
import nom.tam.fits.BinaryTableHDU;
import nom.tam.fits.Fits;
import nom.tam.fits.FitsException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;

class FitsTableTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws FitsException, IOException {
    file = folder.resolve("table.fits");
    BinaryTable table = new BinaryTable();
    table.addColumn(new String[] {"HD 1  ", "HD 22", "x"});
    table.addColumn(new float[] {0.02f, Float.NaN, -9999f});
    table.addColumn(new float[][] {{1, 2.5f, 3}, {4, 5, 6}, {7, 8, 9}});
    table.addColumn(new int[] {512, -1, 3});
    table.addColumn(new long[] {9007199254740993L, 2, 3});
    table.addColumn(new double[] {1e-300, Double.POSITIVE_INFINITY, -0.1});
    table.addColumn(new short[] {10, 20, 30});
    BinaryTableHDU hdu = table.toHDU();
    String[] names = {"NAME", "FE_H", "PARAM", "FLAG", "SOURCE", "FLUX", "RAW"};
    for (int i = 0; i < names.length; i++) {
      hdu.setColumnName(i, names[i], null);
    }
    hdu.getHeader().addValue("TNULL4", -1, null);
    hdu.getHeader().addValue("TSCAL7", 0.5, null);
    hdu.getHeader().addValue("TZERO7", 100.0, null);
    try (Fits fits = new Fits()) {
      fits.addHDU(hdu);
      fits.write(file.toFile());
    }
  }

  private static Table open(Path file, String hdu) {
    return TableFiles.open(file, new TableSource(TableFormat.FITS, hdu, null));
  }

  private static void assertCells(Path file) {
    try (Table table = open(file, "1")) {
      assertThat(table.columns())
          .containsExactly(
              "NAME", "FE_H", "PARAM[0]", "PARAM[1]", "PARAM[2]", "FLAG", "SOURCE", "FLUX", "RAW");
      assertThat(table.rows()).hasValue(3);
      TableRow one = table.next();
      assertThat(one.place()).isEqualTo("row 1");
      assertThat(one.cell("NAME")).isEqualTo("HD 1");
      assertThat(one.cell("FE_H")).isEqualTo("0.02");
      assertThat(one.cell("PARAM[1]")).isEqualTo("2.5");
      assertThat(one.cell("FLAG")).isEqualTo("512");
      assertThat(one.cell("SOURCE")).isEqualTo("9007199254740993");
      assertThat(one.cell("FLUX")).isEqualTo("1.0E-300");
      assertThat(one.cell("RAW")).isEqualTo("105.0");
      TableRow two = table.next();
      assertThat(two.cell("FE_H")).isEmpty();
      assertThat(two.cell("FLAG")).isEmpty();
      assertThat(two.cell("FLUX")).isEqualTo("Infinity");
      assertThat(two.cell("PARAM[2]")).isEqualTo("6.0");
      assertThat(table.next().cell("FE_H")).isEqualTo("-9999.0");
      assertThat(table.next()).isNull();
    }
  }

  @Test
  void shouldReadCells() {
    assertCells(file);
  }

  @Test
  void shouldReadAGzippedFile() throws IOException {
    Path gzipped = folder.resolve("table.fits.gz");
    try (OutputStream bytes = new GZIPOutputStream(Files.newOutputStream(gzipped))) {
      Files.copy(file, bytes);
    }
    assertCells(gzipped);
  }

  @Test
  void shouldSayWhatIsNoTable() throws IOException {
    assertThatThrownBy(() -> open(file, "0"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(file + " has no table in HDU 0; set source.hdu");
    assertThatThrownBy(() -> open(file, "5"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("HDU 5");
    Path text = folder.resolve("text.csv");
    Files.writeString(text, "a,b\n1,2\n");
    assertThatThrownBy(() -> open(text, "1"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(text.toString());
  }
}
