package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Formats and compressions are found from the bytes, and what is no table is called by its name.
 */
class TableFilesTest {
  private static final String ROWS = "id,a,b\n007,1.5,x y\n1237648720693755918,,\"q,\"\"r\"\n";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<List<String>> rows(Path file, TableSource source) {
    List<List<String>> rows = new ArrayList<>();
    try (Table table = TableFiles.open(file, source)) {
      rows.add(table.columns());
      for (TableRow row = table.next(); row != null; row = table.next()) {
        TableRow one = row;
        rows.add(table.columns().stream().map(one::cell).toList());
      }
    }
    return rows;
  }

  private static List<List<String>> rows(Path file) {
    return rows(file, TableSource.UNKNOWN);
  }

  private static final List<List<String>> EXPECTED =
      List.of(
          List.of("id", "a", "b"),
          List.of("007", "1.5", "x y"),
          List.of("1237648720693755918", "", "q,\"r"));

  @ParameterizedTest
  @ValueSource(strings = {"", "# from the archive\n", "# one\n# two\n\n", "\uFEFF"})
  void shouldReadCsvBehindCommentsAndMarks(String before) throws IOException {
    assertThat(rows(file("t.csv", before + ROWS))).isEqualTo(EXPECTED);
  }

  @Test
  void shouldTakeLinesOfSeparatorsAsNoRows() throws IOException {
    assertThat(rows(file("t.csv", "id,a\n1,2\n,\n3,4\n,\n,,,,\n")))
        .containsExactly(List.of("id", "a"), List.of("1", "2"), List.of("3", "4"));
    assertThat(
            rows(
                file(
                    "t.ecsv",
                    "# %ECSV 1.0\n"
                        + "# ---\n"
                        + "# datatype:\n"
                        + "# - {name: a, datatype: int8}\n"
                        + "a\n"
                        + "1\n"
                        + "\"\"\n")))
        .hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'1,2\nid,a\n3,4' | line 3: the row has the names of the columns again",
        "'1,2\n#3,4\n5,6' | line 3: the line begins with '#', and other rows do not",
        "'1,2,\n3,4,' | line 2: there are 3 cells but the header has 2 (the last one is empty",
        "'1,2\n\"3,4\n5,6\n\"7,8\n' | is no CSV file"
      })
  void shouldSayWhatIsNoRow(String lines, String message) throws IOException {
    Path file = file("t.csv", "id,a\n" + lines);
    assertThatThrownBy(() -> rows(file))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldTakeHashesAsIdentifiersWhereAllRowsHaveThem() throws IOException {
    assertThat(rows(file("t.csv", "id,a\n#1,2\n#2,3\n")))
        .containsExactly(List.of("id", "a"), List.of("#1", "2"), List.of("#2", "3"));
    assertThat(rows(file("t.txt", "id a\n1 2\n#3 4\n5 6\n"))).hasSize(3);
    assertThatThrownBy(() -> rows(file("t.txt", "id a\n1 2\nid a\n")))
        .hasMessageContaining("line 3: the row has the names of the columns again");
  }

  @Test
  void shouldLeaveOutBlanksThatAreNotSeen() throws IOException {
    assertThat(rows(file("t.csv", "id,a\u00a0\n\u00a0HD\u00a01\u200b,\u202f2\nx,\u00a0\n")))
        .containsExactly(List.of("id", "a"), List.of("HD\u00a01", "2"), List.of("x", ""));
  }

  @Test
  void shouldReadOtherSeparators() throws IOException {
    String plain = "id,a,b\n007,1.5,x y\n8,,z\n";
    List<List<String>> expected =
        List.of(List.of("id", "a", "b"), List.of("007", "1.5", "x y"), List.of("8", "", "z"));
    for (String separator : List.of(";", "\t", "|")) {
      assertThat(rows(file("t.tsv", plain.replace(",", separator)))).isEqualTo(expected);
      Path file = file("t.txt", plain.replace(",", separator));
      assertThat(rows(file)).as(separator).isEqualTo(expected);
      assertThat(rows(file, TableSource.of(TableFormat.CSV))).as(separator).isEqualTo(expected);
    }
    assertThat(rows(file("h.csv", "#" + plain))).isEqualTo(expected);
  }

  @Test
  void shouldReadBlanksAndFixedPositions() throws IOException {
    assertThat(rows(file("t.txt", "# a  b\n1 2\n\n# remark\n 3   4\n")))
        .containsExactly(List.of("a", "b"), List.of("1", "2"), List.of("3", "4"));
    assertThat(rows(file("t.dat", "a b name\n1 2 \"HD 1\"\n")))
        .containsExactly(List.of("a", "b", "name"), List.of("1", "2", "HD 1"));
    Path fixed = file("f.dat", "name  a\nHD 1  1\n      2\n");
    assertThat(rows(fixed, TableSource.of(TableFormat.FIXED)))
        .containsExactly(List.of("name", "a"), List.of("HD 1", "1"), List.of("", "2"));
    assertThatThrownBy(() -> rows(fixed))
        .isInstanceOf(BrokenRowException.class)
        .hasMessageContaining("f.dat, line 2: there are 3 cells but the header has 2");
  }

  @Test
  void shouldReadTheTablesOfVizier() throws IOException {
    Path file =
        file("v.tsv", "#RESOURCE=x\n#\n\nHD\tFe/H\n\tdex\n---\t-----\n1\t-0.10\n2\t\n\n#END#\n");
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      assertThat(table.column("Fe/H").unit()).isEqualTo("dex");
      TableRow row = table.next();
      assertThat(row.place()).isEqualTo("line 7");
      assertThat(row.cell("Fe/H")).isEqualTo("-0.10");
      assertThat(table.next().cell("Fe/H")).isEmpty();
      assertThat(table.next()).isNull();
    }
  }

  @Test
  void shouldTakeAnUnreadableCellOfATypedTextAsBroken() throws IOException {
    Path ecsv =
        file(
            "t.ecsv",
            """
            # %ECSV 1.0
            # ---
            # datatype:
            # - {name: id, datatype: int64}
            # - {name: a, unit: mag, datatype: float32, description: 'a, b'}
            # schema: astropy-2.0
            id a
            9223372036854775807 0.5
            2 abc
            "" ""
            """);
    try (Table table = TableFiles.open(ecsv, TableSource.UNKNOWN)) {
      assertThat(table.column("a"))
          .isEqualTo(new Column("a", Column.Type.FLOATING, "mag", null, "a, b"));
      assertThat(table.next().value("id")).isEqualTo(Cell.Whole.of(Long.MAX_VALUE));
      TableRow broken = table.next();
      assertThatThrownBy(() -> broken.value("a"))
          .isInstanceOf(BrokenRowException.class)
          .hasMessageContaining("line 9: in the column a, 'abc' is no number");
      assertThat(table.next().value("id")).isEqualTo(Cell.MISSING);
    }
  }

  @Test
  void shouldReadTheArraysOfAnEcsvTableElementByElement() throws IOException {
    // Table.write of astropy 8.0: arrays of one shape, of any length, masked ones, objects
    Path ecsv =
        file(
            "t.ecsv",
            """
            # %ECSV 1.0
            # ---
            # datatype:
            # - {name: id, datatype: int64}
            # - {name: p, unit: mag, datatype: string, subtype: 'float64[2,2]'}
            # - {name: v, datatype: string, subtype: 'int64[null]'}
            # - {name: m, datatype: string, subtype: 'bool[2]'}
            # - {name: o, datatype: string, subtype: json}
            # schema: astropy-2.0
            id p v m o
            1 [[1.5,null],[NaN,-2.0]] [9223372036854775807,2] [true,false] "{""k"":1}"
            2 [[1.0,2.0],[3.0,4.0]] [] [false,true] null
            3 [[1.0,2.0]] [0.5] [true,2] ""
            """);
    try (Table table = TableFiles.open(ecsv, TableSource.UNKNOWN)) {
      assertThat(table.columns())
          .containsExactly("id", "p[0]", "p[1]", "p[2]", "p[3]", "v[0]", "m[0]", "m[1]", "o");
      assertThat(table.column("p[3]"))
          .isEqualTo(new Column("p[3]", Column.Type.FLOATING, "mag", null, null));
      assertThat(table.column("v[7]")).isNotNull();
      assertThat(table.column("p[4]")).isNull();
      assertThat(table.column("p")).isNull();
      TableRow first = table.next();
      assertThat(Stream.of("p[0]", "p[1]", "p[2]", "p[3]", "v[0]", "v[2]", "o").map(first::cell))
          .containsExactly("1.5", "", "", "-2.0", "9223372036854775807", "", "{\"k\":1}");
      assertThat(first.value("m[0]")).isEqualTo(new Cell.Truth(true));
      TableRow second = table.next();
      assertThat(second.value("v[0]")).isEqualTo(Cell.MISSING);
      TableRow third = table.next();
      assertThatThrownBy(() -> third.value("p[0]"))
          .isInstanceOf(BrokenRowException.class)
          .hasMessageContaining(
              "line 13: in the column p[0], there are 2 elements but the header declares 4");
      assertThatThrownBy(() -> third.value("v[0]")).hasMessageContaining("'0.5' is no integer");
      assertThatThrownBy(() -> third.value("m[1]")).hasMessageContaining("'2' is no truth value");
    }
  }

  @Test
  void shouldReadTheSingleBitsOfABinaryVotable() throws IOException {
    // a bit takes a byte: 0x80 is true by the standard, and 0x08 in what astropy 8.0 writes
    byte[] rows = {'a', 0x08, 'b', 0, 'c', (byte) 0x80};
    byte[] flagged = {0, 'a', 0x08, 0x40, 'b', 0};
    String fields =
        "<FIELD name='id' datatype='char' arraysize='1'/><FIELD name='%s' datatype='bit'%s/>";
    String document =
        "<VOTABLE version='1.3'"
            + " xmlns='http://www.ivoa.net/xml/VOTable/v1.3'><RESOURCE><TABLE>%s<DATA><%s><STREAM"
            + " encoding='base64'>%s</STREAM></%2$s></DATA></TABLE></RESOURCE></VOTABLE>";
    Path binary =
        file(
            "b.vot",
            document.formatted(
                fields.formatted("k", ""), "BINARY", Base64.getEncoder().encodeToString(rows)));
    Path binary2 =
        file(
            "b2.vot",
            document.formatted(
                fields.formatted("k", " arraysize='1'"),
                "BINARY2",
                Base64.getEncoder().encodeToString(flagged)));
    assertThat(rows(binary))
        .containsExactly(
            List.of("id", "k"), List.of("a", "1"), List.of("b", "0"), List.of("c", "1"));
    assertThat(rows(binary2))
        .containsExactly(List.of("id", "k"), List.of("a", "1"), List.of("b", ""));
    try (Table table = TableFiles.open(binary, TableSource.UNKNOWN)) {
      assertThat(table.column("k").type()).isEqualTo(Column.Type.TRUTH);
      assertThat(table.next().value("k")).isEqualTo(new Cell.Truth(true));
    }
  }

  @Test
  void shouldRefuseAShiftedRowOfAMachineReadableTable() throws IOException {
    String rule = "-".repeat(80);
    Path mrt =
        file(
            "t.mrt",
            String.join(
                "\n",
                "Title: none",
                "=".repeat(80),
                "Byte-by-byte Description of file: t",
                rule,
                "   Bytes Format Units  Label   Explanations",
                rule,
                "   1-  3 A3     ---    Name    Name of the star",
                "   5-  9 F5.2   mag    Vmag    ?=-9.99 Magnitude",
                "  11- 12 I2     ---    N       ? Number",
                rule,
                "Note (1): nothing.",
                rule,
                "HD1 12.50  3",
                "HD2 -9.99   ",
                "HD3  12.50 3",
                ""));
    try (Table table = TableFiles.open(mrt, TableSource.UNKNOWN)) {
      assertThat(table.column("Vmag").unit()).isEqualTo("mag");
      TableRow one = table.next();
      assertThat(one.place()).isEqualTo("line 13");
      assertThat(one.value("Vmag")).isEqualTo(new Cell.Floating(12.5, false));
      TableRow two = table.next();
      assertThat(two.value("Vmag")).isEqualTo(Cell.MISSING);
      assertThat(two.value("N")).isEqualTo(Cell.MISSING);
      assertThatThrownBy(table::next)
          .isInstanceOf(BrokenRowException.class)
          .hasMessageContaining("line 15: '0' stands between the columns");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "xz", "zip"})
  void shouldUnpack(String ending) throws IOException {
    Path packed = folder.resolve("t.csv." + ending);
    try (OutputStream out = packing(Files.newOutputStream(packed), ending)) {
      out.write(ROWS.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(rows(packed)).isEqualTo(EXPECTED);
    assertThat(rows(Files.move(packed, folder.resolve("unnamed")))).isEqualTo(EXPECTED);
  }

  private static OutputStream packing(OutputStream out, String ending) throws IOException {
    return switch (ending) {
      case "gz" -> new GZIPOutputStream(out);
      case "bz2" -> new BZip2CompressorOutputStream(out);
      case "xz" -> new XZOutputStream(out, new LZMA2Options());
      default -> {
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.putNextEntry(new ZipEntry("t.csv"));
        yield zip;
      }
    };
  }

  @Test
  void shouldRefuseArchivesOfSeveralFilesAndBombs() throws IOException {
    Path several = folder.resolve("several.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(several))) {
      for (String name : List.of("a.csv", "b.csv")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write("a\n1\n".getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThatThrownBy(() -> rows(several)).hasMessageContaining("several files, a.csv and b.csv");
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bomb)) {
      gzip.write(new byte[4 << 20]);
    }
    TableInput input =
        TableInput.open("b.gz", new ByteArrayInputStream(bomb.toByteArray()), null, 1 << 20);
    assertThatThrownBy(() -> input.stream().readAllBytes())
        .hasMessageContaining("b.gz unpacks to more than 250 times its size");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\u0080\u0004abc | a pickle of Python",
        "'(dp0\nVa' | a pickle of Python",
        "'cpandas.core.frame\nDataFrame' | a pickle of Python",
        "SQLite format 3\u0000 | an SQLite database",
        "%PDF-1.4 | a PDF",
        "<!DOCTYPE html><html> | a web page",
        "{\"a\": 1} | JSON",
        "<?xml version='1.0'?><a/> | XML, but no VOTable",
        "\\begin{table} | LaTeX",
        "FEA1abcd | a Feather file of version 1",
        "'a\u0000\u0001\u0002b' | a binary file of a kind that is not known"
      })
  void shouldCallAFileWhatItIs(String bytes, String kind) throws IOException {
    Path file = folder.resolve("t.csv");
    Files.write(file, bytes.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> rows(file))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(file + " is " + kind)
        .satisfies(e -> assertThat(e.getMessage().chars()).allMatch(c -> c >= ' ' && c < 0x7f));
  }

  @Test
  void shouldNameTheLineThatIsNoTextOrReadTheEncoding() throws IOException {
    Path latin = folder.resolve("latin.csv");
    Charset latin1 = StandardCharsets.ISO_8859_1;
    Files.write(latin, "id,a\nx,1\nBo\u00f6tes,2\nBo\u00f3tes,3\n".getBytes(latin1));
    assertThatThrownBy(() -> rows(latin))
        .hasMessageContaining("latin.csv, line 3: the byte 0xf6 is no text in UTF-8");
    assertThat(rows(latin, new TableSource(null, null, latin1)))
        .contains(List.of("Boötes", "2"), List.of("Boótes", "3"));
    Path wide = folder.resolve("wide.csv");
    Files.write(wide, "\uFEFFid,a\nBoötes,2\n".getBytes(StandardCharsets.UTF_16LE));
    assertThat(rows(wide)).contains(List.of("Boötes", "2"));
    for (String encoding : List.of("UTF-32LE", "UTF-32BE", "UTF-16BE", "UTF-8")) {
      Files.write(wide, "\uFEFFid,a\nBoötes,2\n".getBytes(encoding));
      assertThat(rows(wide)).as(encoding).contains(List.of("Boötes", "2"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<!DOCTYPE VOTABLE SYSTEM 'file:///etc/passwd'>|| a DOCTYPE is refused",
        "|<STREAM href='http://localhost/x' encoding='gzip'/>| the data are in another file (href)",
        "|<TABLEDATA><TR><TD>x</TD></TR></TABLEDATA>| in the column a, 'x' is no integer",
        "|<TABLEDATA><TR><TD>1</TD><TD>2</TD></TR></TABLEDATA>| there are 2 cells"
      })
  void shouldRefuseReferencesAndBrokenCellsOfAVotable(String before, String data, String message)
      throws IOException {
    String content = data == null ? "<TABLEDATA/>" : data;
    Path file =
        file(
            "t.vot",
            "<?xml version='1.0'?>%s<VOTABLE version='1.3'><RESOURCE><TABLE><FIELD name='a' datatype='int'/><DATA>%s</DATA></TABLE></RESOURCE></VOTABLE>"
                .formatted(
                    before == null ? "" : before,
                    content.startsWith("<STREAM") ? "<BINARY>" + content + "</BINARY>" : content));
    assertThatThrownBy(() -> rows(file))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldBelieveTheBytesBeforeTheNameOfAFormat() throws IOException {
    Path fits =
        FitsBytes.table(8, 1, 0, 1)
            .column(1, "a", "K")
            .data(new byte[8])
            .write(folder.resolve("t.csv"));
    assertThat(rows(fits, TableSource.of(TableFormat.CSV)))
        .containsExactly(List.of("a"), List.of("0"));
    assertThatThrownBy(() -> rows(file("x.fits", "a,b\n1,2\n"), TableSource.of(TableFormat.FITS)))
        .hasMessageContaining("x.fits cannot be read as FITS: it does not begin with SIMPLE");
  }

  @Test
  void shouldNameTheOtherTablesOfAFile() throws IOException {
    String one =
        "<TABLE><FIELD name='a' datatype='int'/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA>"
            + "</DATA></TABLE>";
    Path votable =
        file("t.vot", "<VOTABLE version='1.3'><RESOURCE>" + one + one + "</RESOURCE></VOTABLE>");
    Path fits =
        FitsBytes.table(8, 1, 0, 1)
            .column(1, "a", "K")
            .data(new byte[8])
            .write(folder.resolve("t.fits"));
    byte[] first = Files.readAllBytes(fits);
    try (Table table = TableFiles.open(fits, TableSource.UNKNOWN)) {
      assertThat(table.others()).isEmpty();
    }
    // the first unit is the primary one
    byte[] second = Arrays.copyOfRange(first, 2880, first.length);
    Files.write(fits, second, StandardOpenOption.APPEND);
    Files.write(fits, Arrays.copyOf(second, 5000), StandardOpenOption.APPEND);
    try (Table table = TableFiles.open(fits, TableSource.UNKNOWN);
        Table named = TableFiles.open(fits, new TableSource(null, "2", null));
        Table document = TableFiles.open(votable, TableSource.UNKNOWN);
        Table last = TableFiles.open(votable, new TableSource(null, "1", null))) {
      assertThat(table.others()).hasSizeBetween(1, 2).allMatch(name -> name.contains("name"));
      assertThat(document.others()).containsExactly("1");
      assertThat(named.others()).isEmpty();
      assertThat(last.others()).isEmpty();
    }
  }

  @Test
  void shouldReadTheTimeSystemsOfAVotable() throws IOException {
    Path file =
        file(
            "t.vot",
            """
            <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>
            <TIMESYS ID="t1" refposition="BARYCENTER" timeorigin="2455197.5" timescale="TCB"/>
            <TIMESYS ID="t2" refposition="TOPOCENTER" timeorigin="MJD-origin" timescale="TT"/>
            <TABLE><FIELD name="g" datatype="double" unit="d" ref="t1"/>
            <FIELD name="m" datatype="double" unit="d" ref="t2"/><FIELD name="x" datatype="int"/>
            <DATA><TABLEDATA><TR><TD>1</TD><TD>2</TD><TD>3</TD></TR></TABLEDATA></DATA></TABLE>
            </RESOURCE></VOTABLE>
            """);
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      assertThat(table.column("g").times()).isEqualTo(new TimeFrame(null, "TCB", 55197.0));
      assertThat(table.column("m").times()).isEqualTo(new TimeFrame(null, "TT", 0.0));
      assertThat(table.column("x").times()).isNull();
    }
  }

  @Test
  void shouldTakeTheNullValuesOfAVotableAsMissing() throws IOException {
    Path file =
        file(
            "t.vot",
            """
            <VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
            <FIELD name="f" datatype="float"><VALUES null="-99.9"/></FIELD>
            <FIELD name="d" datatype="double" arraysize="2"><VALUES null="1e20"/></FIELD>
            <FIELD name="i" datatype="int" arraysize="2"><VALUES null="-1"/></FIELD>
            <FIELD name="l" datatype="long"><VALUES null="-9"/></FIELD>
            <FIELD name="x" datatype="double"/>
            <DATA><TABLEDATA>
            <TR><TD>-99.9</TD><TD>1 1e20</TD><TD>-1 5</TD><TD>-9</TD><TD>-99.9</TD></TR>
            </TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """);
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      TableRow row = table.next();
      assertThat(Stream.of("f", "d[0]", "d[1]", "i[0]", "i[1]", "l", "x").map(row::cell))
          .containsExactly("", "1.0", "", "", "5", "", "-99.9");
    }
  }
}
