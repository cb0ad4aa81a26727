package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.SidereusException;

/** Forms of columns in FITS tables, by the standard 4.0; and headers that contradict themselves. */
class FitsFormsTest {
  @TempDir Path folder;

  private Table open(FitsBytes fits) throws IOException {
    return TableFiles.open(fits.write(folder.resolve("t.fits")), TableSource.UNKNOWN);
  }

  @Test
  void shouldKeepEveryDigitOfScaledIntegers() throws IOException {
    byte[] row =
        ByteBuffer.allocate(25)
            .putLong(Long.MIN_VALUE + 9)
            .putLong(Long.MAX_VALUE)
            .putInt(-2147483647)
            .putShort((short) -32767)
            .put((byte) 0)
            .putShort((short) 300)
            .array();
    FitsBytes fits =
        FitsBytes.table(25, 1, 0, 6)
            .column(1, "a", "K")
            .card("TZERO1", "9223372036854775808")
            .column(2, "b", "K")
            .card("TZERO2", "9.223372036854775808E18")
            .column(3, "c", "J")
            .card("TZERO3", "2147483648.0")
            .column(4, "d", "I")
            .card("TZERO4", "32768")
            .column(5, "e", "B")
            .card("TZERO5", "-128")
            .column(6, "f", "I")
            .card("TSCAL6", "1000000000000000")
            .card("TZERO6", "7")
            .data(row);
    try (Table table = open(fits)) {
      TableRow found = table.next();
      assertThat(found.value("a")).isEqualTo(Cell.Whole.of(9));
      assertThat(found.cell("b")).isEqualTo("18446744073709551615");
      assertThat(found.cell("c")).isEqualTo("1");
      assertThat(found.cell("d")).isEqualTo("1");
      assertThat(found.cell("e")).isEqualTo("-128");
      assertThat(found.cell("f")).isEqualTo("300000000000000007");
      assertThat(table.schema()).allMatch(column -> column.type() == Column.Type.INTEGER);
    }
  }

  @Test
  void shouldReadBitsArraysAndTheHeap() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(2 * 42 + 12);
    data.putShort((short) 0b1000_0000_0000_0001).putInt(2).putInt(0);
    for (int i = 0; i < 6; i++) {
      data.putFloat(i);
    }
    data.put("ab  cd  ".getBytes(StandardCharsets.US_ASCII));
    data.putShort((short) 0).putInt(1).putInt(8);
    data.position(2 * 42).putFloat(1.5f).putFloat(2.5f).putFloat(3.5f);
    FitsBytes fits =
        FitsBytes.table(42, 2, 12, 4)
            .column(1, "FLAGS", "12X")
            .column(2, "V", "1PE(2)")
            .column(3, "P", "6E")
            .card("TDIM3", "'(3,2)'")
            .column(4, "NAMES", "8A4")
            .data(data.array());
    try (Table table = open(fits)) {
      assertThat(table.columns())
          .containsExactly(
              "FLAGS",
              "V[0]",
              "V[1]",
              "P[0]",
              "P[1]",
              "P[2]",
              "P[3]",
              "P[4]",
              "P[5]",
              "NAMES[0]",
              "NAMES[1]");
      TableRow one = table.next();
      // bit i is that of value 2^i; the bits behind the twelfth are padding
      assertThat(one.cell("FLAGS")).isEqualTo("1");
      assertThat(one.value("FLAGS[0]")).isEqualTo(new Cell.Truth(true));
      assertThat(one.value("FLAGS[11]")).isEqualTo(new Cell.Truth(false));
      assertThat(one.cell("V[0]")).isEqualTo("1.5");
      assertThat(one.cell("V[1]")).isEqualTo("2.5");
      assertThat(one.cell("P[5]")).isEqualTo("5.0");
      assertThat(one.cell("NAMES[1]")).isEqualTo("cd");
      TableRow two = table.next();
      assertThat(two.cell("V[0]")).isEqualTo("3.5");
      assertThat(two.cell("V[1]")).isEmpty();
      assertThat(two.cell("V[999999999]")).isEmpty();
      assertThat(table.column("P[6]")).isNull();
      assertThat(table.column("FLAGS[11]").type()).isEqualTo(Column.Type.TRUTH);
      assertThat(table.next()).isNull();
    }
  }

  @Test
  void shouldReadTextInItsEncodingOrRefuseTheRow() throws IOException {
    FitsBytes fits =
        FitsBytes.table(6, 2, 0, 1)
            .column(1, "NAME", "6A")
            .data("Bootes\u0042o\u00f6tes".getBytes(StandardCharsets.ISO_8859_1));
    Path file = fits.write(folder.resolve("latin.fits"));
    try (Table table =
        TableFiles.open(file, new TableSource(null, null, StandardCharsets.ISO_8859_1))) {
      assertThat(table.next().cell("NAME")).isEqualTo("Bootes");
      assertThat(table.next().cell("NAME")).isEqualTo("Boötes");
    }
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      assertThat(table.next().cell("NAME")).isEqualTo("Bootes");
      TableRow second = table.next();
      assertThatThrownBy(() -> second.cell("NAME"))
          .isInstanceOf(BrokenRowException.class)
          .hasMessageContaining(file + ", row 2: in the column NAME, the text is not in UTF-8");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NAXIS2 | -5 | NAXIS2 is -5",
        "NAXIS2 | 1000000000000 | there should be 1000000000000 rows",
        "NAXIS1 | 0 | NAXIS1 is 0",
        "NAXIS1 | 9 | the columns have 8 bytes but NAXIS1 is 9",
        "NAXIS1 | 4 | the columns are longer than NAXIS1",
        "PCOUNT | -1 | PCOUNT is -1",
        "PCOUNT | 99999999999 | PCOUNT is 99999999999",
        "GCOUNT | 2 | GCOUNT 1",
        "TFIELDS | 0 | TFIELDS is 0",
        "TFIELDS | 2000000000 | TFIELDS is 2000000000",
        "TFIELDS | x | TFIELDS is 'x', which is no integer",
        "TZERO1 | 'much' | TZERO1 is 'much', which is no number",
        "TZERO1 | 1E999999999 | TZERO1 is '1E999999999', which is too large",
        "TSCAL1 | 0 | TSCAL1 is 0",
        "TNULL1 | 1.5 | TNULL1 is '1.5', which is no integer",
        "TFORM1 | '99999999999K' | the columns are longer",
        "TFORM1 | '2Z' | TFORM1 is '2Z', which is no format",
        "TFORM1 | '3PE(2)' | which is no format",
        "THEAP | 2 | THEAP is 2",
        "BITPIX | 7 | BITPIX is 7"
      })
  void shouldRefuseHeadersThatContradictThemselves(String key, String value, String message)
      throws IOException {
    FitsBytes fits =
        FitsBytes.table(8, 1, 0, 1)
            .column(1, "a", "K")
            .without(key)
            .card(key, value)
            .data(new byte[8]);
    assertThatThrownBy(() -> open(fits))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(", HDU 1: ");
  }

  @Test
  void shouldRefuseAKeyThatStandsTwice() throws IOException {
    FitsBytes fits =
        FitsBytes.table(8, 1, 0, 1)
            .column(1, "a", "K")
            .card("TZERO1", "1")
            .card("TZERO1", "2")
            .data(new byte[8]);
    assertThatThrownBy(() -> open(fits)).hasMessageContaining("TZERO1 stands twice, as 1 and as 2");
  }

  @Test
  void shouldFindAUnitByItsName() throws IOException {
    FitsBytes fits =
        FitsBytes.table(8, 1, 0, 1)
            .column(1, "a", "K")
            .card("EXTNAME", "'STARS'")
            .data(new byte[8]);
    Path file = fits.write(folder.resolve("named.fits"));
    for (String part : new String[] {"1", "STARS", "stars", "STARS-1"}) {
      try (Table table = TableFiles.open(file, new TableSource(null, part, null))) {
        assertThat(table.next().cell("a")).isEqualTo("0");
      }
    }
    assertThatThrownBy(() -> TableFiles.open(file, new TableSource(null, "GALAXIES", null)))
        .hasMessageContaining("has no HDU GALAXIES; its tables are 1 (STARS)");
  }

  @Test
  void shouldSayFromWhichDateTimesCount() throws IOException {
    byte[] row =
        ByteBuffer.allocate(32)
            .putDouble(1e8)
            .putDouble(58000.5)
            .putDouble(2458000)
            .putDouble(0.25)
            .array();
    FitsBytes fits =
        FitsBytes.table(32, 1, 0, 3)
            .column(1, "TIME", "D")
            .card("TUNIT1", "'s'")
            .column(2, "mjd", "D")
            .card("TUNIT2", "'d'")
            .column(3, "obs", "2D")
            .card("TCTYP3", "'TAI'")
            .card("MJDREFI", "51910")
            .card("MJDREFF", "0.5")
            .card("TIMESYS", "'TT'")
            .data(row);
    try (Table table = open(fits)) {
      assertThat(table.column("TIME").times()).isEqualTo(new TimeFrame(null, "TT", 51910.5));
      assertThat(table.column("mjd").times()).isEqualTo(new TimeFrame(null, "TT", null));
      assertThat(table.column("obs[0]").times().scale()).isEqualTo("TAI");
    }
    try (Table table = open(fits.without("MJDREFI", "MJDREFF").card("JDREF", "0.0"))) {
      // Time(2458000, 0.25, format="jd").isot
      assertThat(table.next().value("obs"))
          .isEqualTo(new Cell.Time(Instant.parse("2017-09-03T18:00:00Z")));
      assertThat(table.column("obs").times()).isEqualTo(new TimeFrame(null, "TAI", null));
    }
  }

  @Test
  void shouldTakeWhatThePrimaryHeaderSaysOfTimes() throws IOException {
    FitsBytes fits =
        FitsBytes.table(8, 1, 0, 1)
            .column(1, "TIME", "D")
            .primary("TIMESYS", "'TT'")
            .primary("MJDREFI", "50814")
            .primary("MJDREFF", "0.5")
            .primary("TIMEUNIT", "'d'")
            .data(new byte[8]);
    try (Table table = open(fits)) {
      assertThat(table.column("TIME").times()).isEqualTo(new TimeFrame(null, "TT", 50814.5));
      assertThat(table.column("TIME").unit()).isEqualTo("d");
    }
    // the table's own reference date counts as a whole, and its own scale
    try (Table table = open(fits.card("MJDREF", "51910.0").card("TIMESYS", "'UTC'"))) {
      assertThat(table.column("TIME").times()).isEqualTo(new TimeFrame(null, "UTC", 51910.0));
    }
    try (Table table = open(fits.without("MJDREF", "TIMESYS").card("INHERIT", "F"))) {
      assertThat(table.column("TIME").times()).isNull();
    }
  }
}
