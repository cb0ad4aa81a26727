package org.sidereus.catalogs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableFiles;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.testing.LinearGaussianBundle;

/** The files that {@code infer} writes: tables in several formats, samples, the report. */
class InferOutputsTest {
  private static final String NAME = "<b>A & \"B\", 'c'</b>";

  @TempDir Path folder;
  private Path bundle;
  private Path in;
  private final Console console = new Console();
  private final StringWriter err = console.err;

  @BeforeEach
  void prepare() throws IOException {
    bundle = LinearGaussianBundle.writeWeighted(folder.resolve("bundle"), 0, 1);
    in = folder.resolve("catalog.csv");
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS);
    StringBuilder csv = new StringBuilder("id,cluster,y1,y2,y3,y4\n");
    for (int i = 0; i < 12; i++) {
      String id = i == 1 ? "\"" + NAME.replace("\"", "\"\"") + "\"" : "s" + i;
      csv.append(
          "%s,%s,%s,%s,%s,%s%n"
              .formatted(
                  id,
                  i % 2 == 0 ? "c<1>" : "",
                  y[0] + 0.01 * i,
                  y[1],
                  y[2],
                  i == 7 ? y[3] + 0.9 : y[3]));
    }
    Files.writeString(in, csv);
  }

  private int infer(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("infer", "--bundle", bundle.toString(), "--in", in.toString(), "--device"));
    arguments.add("cpu");
    arguments.addAll(List.of("--group-column", "cluster"));
    arguments.addAll(List.of(more));
    return console.sidereus(arguments.toArray());
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static List<List<String>> cells(Path file) {
    List<List<String>> rows = new ArrayList<>();
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      rows.add(table.columns());
      for (TableRow row = table.next(); row != null; row = table.next()) {
        List<String> cells = new ArrayList<>();
        for (String column : table.columns()) {
          cells.add(row.cell(column));
        }
        rows.add(cells);
      }
    }
    return rows;
  }

  private String digest() throws Exception {
    byte[] manifest = Files.readAllBytes(bundle.resolve("manifest.json"));
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(manifest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecsv", "fits", "fit", "vot", "xml", "VOTable", "parquet"})
  void shouldWriteTheSameNumbersInTheFormatOfTheEnding(String ending) throws Exception {
    assertThat(infer("--out", path("p.csv"), "--groups-out", path("g.csv"))).isZero();
    Path out = folder.resolve("p." + ending);
    Path groups = folder.resolve("g." + ending);
    assertThat(infer("--out", out.toString(), "--groups-out", groups.toString()))
        .as(err.toString())
        .isZero();
    assertThat(cells(out)).isEqualTo(cells(folder.resolve("p.csv"))).hasSize(13);
    assertThat(cells(groups)).isEqualTo(cells(folder.resolve("g.csv"))).hasSize(2);
    try (Table table = TableFiles.open(out, TableSource.UNKNOWN)) {
      Column mean = table.column("b_mean");
      assertThat(mean).isNotNull();
      assertThat(mean.type()).isEqualTo(Column.Type.FLOATING);
      if (!ending.equals("parquet")) { // this reader does not look into its metadata
        assertThat(mean.unit()).isEqualTo("dex");
      }
      if (!List.of("ecsv", "parquet").contains(ending)) {
        assertThat(mean.ucd()).isEqualTo("stat.mean");
      }
      assertThat(table.column("object").type()).isEqualTo(Column.Type.TEXT);
    }
    try (Table table = TableFiles.open(groups, TableSource.UNKNOWN)) {
      assertThat(table.column("n").type()).isEqualTo(Column.Type.INTEGER);
    }
    assertThat(Files.readString(out, StandardCharsets.ISO_8859_1))
        .contains(LinearGaussianBundle.NAME, digest());
    byte[] first = Files.readAllBytes(out);
    assertThat(infer("--out", out.toString())).isZero();
    assertThat(Files.readAllBytes(out)).isEqualTo(first);
  }

  @Test
  void shouldRefuseAnUnknownEndingBeforeAnything() throws IOException {
    for (String name : List.of("p.tsv", "p.csv.gz", "p.feather", "p.")) {
      assertThat(infer("--out", path(name))).as(name).isEqualTo(2);
      assertThat(err.toString())
          .contains(".csv, .ecsv, .fits, .fit, .vot, .votable, .xml, .parquet");
      err.getBuffer().setLength(0);
    }
    assertThat(infer("--out", path("p.csv"), "--groups-out", path("g.dat"))).isEqualTo(2);
    assertThat(infer("--out", path("p.csv"), "--samples-out", path("s.h5"))).isEqualTo(2);
    assertThat(err.toString())
        .contains(".csv, .npz (NumPy), .txt (chains of GetDist), .parquet, .nc");
    assertThat(infer("--out", path("p.csv"), "--groups-out", path("x/../p.csv"))).isEqualTo(2);
    assertThat(err.toString()).contains("is named for two outputs");
    assertThat(infer("--out", path("p.csv"), "--plot", "s1")).isEqualTo(2);
    assertThat(infer("--out", path("p.csv"), "--kept-samples", "0")).isEqualTo(2);
    assertOnlyInputs();
  }

  private void assertOnlyInputs() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("bundle", "catalog.csv");
    }
  }

  @Test
  void shouldWriteNoTextOfNoCharactersToFits() throws IOException {
    Files.writeString(in, "id,cluster,y1,y2,y3,y4\ns1,g,1,-0.2,0.3,0.6\n");
    assertThat(infer("--out", path("p.csv"), "--groups-out", path("g.fits"))).isZero();
    // Astropy reads beyond a text of the format 0A
    assertThat(Files.readString(folder.resolve("g.fits"), StandardCharsets.ISO_8859_1))
        .doesNotContain("= '0A");
  }

  @Test
  void shouldWriteCsvWithoutAnEnding() {
    assertThat(infer("--out", path("posteriors"))).isZero();
    assertThat(infer("--out", path("p.csv"))).isZero();
    assertThat(folder.resolve("posteriors")).hasSameTextualContentAs(folder.resolve("p.csv"));
  }

  @Test
  void shouldKeepNamesThatAreNotAscii() throws IOException {
    String ascii = Files.readString(in);
    Files.writeString(in, ascii.replace("s3,", "\u03b1 Cen,"));
    assertThat(infer("--out", path("p.fits"))).isEqualTo(1);
    assertThat(err.toString()).contains("'\u03b1 Cen' has characters that FITS cannot hold");
    assertOnlyInputs();
    assertHasTheNames("p.ecsv", "\u03b1 Cen");
    assertHasTheNames("p.vot", "\u03b1 Cen");

    Files.writeString(in, ascii.replace("s3,", "\ud83c\udf1f,"));
    assertHasTheNames("p.ecsv", "\ud83c\udf1f");
    assertThat(infer("--out", path("q.vot"))).isEqualTo(1);
    assertThat(err.toString()).contains("has characters that a VOTable cannot hold");
    assertThat(folder.resolve("q.vot")).doesNotExist();
  }

  private void assertHasTheNames(String file, String name) {
    assertThat(infer("--out", path("p.csv"))).isZero();
    assertThat(infer("--out", path(file))).isZero();
    assertThat(cells(folder.resolve(file)))
        .isEqualTo(cells(folder.resolve("p.csv")))
        .anyMatch(row -> row.get(0).equals(name));
  }

  @Test
  void shouldWriteTheSamplesAndLeaveThePosteriorsAsTheyAre() throws IOException {
    assertThat(infer("--out", path("p.csv"))).isZero();
    String alone = Files.readString(folder.resolve("p.csv"));
    assertThat(
            infer("--out", path("p.csv"), "--samples-out", path("s.csv"), "--kept-samples", "200"))
        .isZero();
    assertThat(folder.resolve("p.csv")).hasContent(alone);
    List<List<String>> rows = cells(folder.resolve("s.csv"));
    assertThat(rows.get(0)).containsExactly("object", "sample", "weight", "a", "b", "c");
    assertThat(rows).hasSize(1 + 12 * 200);
    List<List<String>> posteriors = cells(folder.resolve("p.csv"));
    for (int object = 0; object < 12; object++) {
      double weights = 0;
      double mean = 0;
      for (int s = 0; s < 200; s++) {
        List<String> row = rows.get(1 + object * 200 + s);
        assertThat(row.get(0)).isEqualTo(posteriors.get(1 + object).get(0));
        assertThat(row.get(1)).isEqualTo(Integer.toString(s));
        weights += Double.parseDouble(row.get(2));
        mean += Double.parseDouble(row.get(2)) * Double.parseDouble(row.get(3));
      }
      assertThat(weights).isCloseTo(1, within(1e-5));
      double sd = Double.parseDouble(posteriors.get(1 + object).get(3));
      assertThat(mean)
          .isCloseTo(Double.parseDouble(posteriors.get(1 + object).get(2)), within(0.5 * sd));
    }
    assertThat(
            infer("--out", path("p.csv"), "--samples-out", path("c.txt"), "--kept-samples", "200"))
        .isZero();
    assertThat(Files.readAllLines(folder.resolve("c.1-s0.txt")))
        .hasSize(200)
        .first()
        .isEqualTo("%s 0 %s %s %s".formatted(rows.get(1).subList(2, 6).toArray()));
    assertThat(Files.readString(folder.resolve("c.1-s0.paramnames"))).startsWith("a\t");
    assertThat(Files.readAllLines(folder.resolve("c.1-s0.ranges"))).hasSize(3).contains("a N N");
    assertThat(Files.readString(folder.resolve("c.1-s0.properties.ini")))
        .contains("burn_removed = T", "bundle = " + LinearGaussianBundle.NAME);
    assertThat(folder.resolve("c.2--b-A----B----c---b-.txt")).exists();
  }

  @Test
  void shouldWriteTheSamplesAsListsInParquet() throws Exception {
    List<String> arguments = List.of("--out", path("p.csv"), "--kept-samples", "7");
    assertThat(infer(with(arguments, "--samples-out", path("s.csv")))).isZero();
    assertThat(infer(with(arguments, "--samples-out", path("s.parquet")))).isZero();
    List<List<String>> rows = cells(folder.resolve("s.csv"));
    try (Table table = TableFiles.open(folder.resolve("s.parquet"), TableSource.UNKNOWN)) {
      int sample = 1;
      for (TableRow row = table.next(); row != null; row = table.next()) {
        for (int s = 0; s < 7; s++) {
          List<String> expected = rows.get(sample++);
          assertThat(row.cell("object")).isEqualTo(expected.get(0));
          assertThat(Float.parseFloat(row.cell("weights[" + s + "]")))
              .isEqualTo(Float.parseFloat(expected.get(2)));
          assertThat(Float.parseFloat(row.cell("b[" + s + "]")))
              .isEqualTo(Float.parseFloat(expected.get(4)));
        }
      }
      assertThat(sample).isEqualTo(rows.size());
    }
    assertThat(Files.readString(folder.resolve("s.parquet"), StandardCharsets.ISO_8859_1))
        .contains("weights", digest());
  }

  @Test
  void shouldWriteTheSamplesAsArraysOfNumPy() throws IOException {
    List<String> arguments = List.of("--out", path("p.csv"), "--kept-samples", "50");
    assertThat(infer(with(arguments, "--samples-out", path("s.csv")))).isZero();
    assertThat(infer(with(arguments, "--samples-out", path("s.npz")))).isZero();
    List<List<String>> rows = cells(folder.resolve("s.csv"));
    // the reader of tables takes one array of the file for a table
    List<List<String>> weights = array("weights");
    assertThat(weights).hasSize(12);
    for (int object = 0; object < 12; object++) {
      for (int s = 0; s < 50; s++) {
        assertThat(Float.parseFloat(weights.get(object).get(s)))
            .isEqualTo(Float.parseFloat(rows.get(1 + object * 50 + s).get(2)));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("bundle", "catalog.csv", "p.csv", "s.csv", "s.npz");
    }
  }

  /** An array of s.npz, read by its specification: magic, length of the header, header, numbers. */
  private List<List<String>> array(String name) throws IOException {
    try (var zip = new ZipFile(folder.resolve("s.npz").toFile())) {
      byte[] bytes = zip.getInputStream(zip.getEntry(name + ".npy")).readAllBytes();
      var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int length = in.getShort(8);
      assertThat((10 + length) % 64).isZero();
      String header = new String(bytes, 10, length, StandardCharsets.US_ASCII);
      assertThat(header)
          .isEqualTo(
              "{'descr': '<f4', 'fortran_order': False, 'shape': (12, 50), }"
                  + " ".repeat(length - 62)
                  + "\n");
      in.position(10 + length);
      List<List<String>> rows = new ArrayList<>();
      while (in.hasRemaining()) {
        List<String> row = new ArrayList<>();
        for (int s = 0; s < 50; s++) {
          row.add(Float.toString(in.getFloat()));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  private static String[] with(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  @Test
  void shouldWriteAReport() throws Exception {
    Path report = folder.resolve("report");
    Path groups = folder.resolve("groups-of-the-report.csv");
    assertThat(
            infer(
                "--out",
                path("p.csv"),
                "--groups-out",
                groups.toString(),
                "--report",
                report.toString()))
        .as(err.toString())
        .isZero();
    String html = Files.readString(report.resolve("report.html"));
    assertThat(html)
        .contains("objects with a posterior</td><td class=\"n\">12<")
        .contains("&lt;b&gt;A &amp; &quot;B&quot;, &#39;c&#39;&lt;/b&gt;")
        .contains("Group c&lt;1&gt;, 6 objects")
        .contains("Object s7", "MODEL_MISFIT: the model cannot reproduce")
        .contains(digest())
        .contains(shareOfOutliers(groups))
        .doesNotContain("<b>", "<script", "<1>", "NaN");
    assertThat(html.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:");
    assertThat(html).containsPattern("<svg [^>]*>");
    try (Stream<Path> figures = Files.list(report.resolve("figures"))) {
      List<Path> files = figures.sorted().toList();
      assertThat(files.stream().map(file -> file.getFileName().toString()))
          .containsExactly(
              "effective-samples.svg",
              "group-1.svg",
              "object-1.svg",
              "object-2.svg",
              "object-3.svg",
              "object-4.svg",
              "p-values.svg");
      for (Path file : files) {
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(Files.readAllBytes(file)));
        String svg = Files.readString(file);
        assertThat(html).contains(svg.substring(svg.indexOf("<svg")));
      }
    }
    // three panels with a line for each contour of two parameters, three with a histogram, and
    // the priors
    assertThat(lines(report.resolve("figures/object-1.svg"))).isEqualTo(3 * 3 + 3 + 3);
    assertThat(lines(report.resolve("figures/group-1.svg"))).isEqualTo(3 + 2 + 2 + 2);
    assertThat(html.length()).isLessThan(500_000);

    assertThat(
            infer(
                "--out",
                path("p.csv"),
                "--report",
                report.toString(),
                "--plot",
                "s5",
                "--plot",
                "nobody"))
        .isZero();
    assertThat(console.out.toString()).contains("--plot: there is no object nobody");
    assertThat(Files.readString(report.resolve("report.html")))
        .contains("Object s5", "There is no object nobody.")
        .doesNotContain("Object s7");
    assertThat(report.resolve("figures/object-1.svg")).exists();
    assertThat(report.resolve("figures/object-2.svg")).doesNotExist();
  }

  /** The measurements of y4 are too large by one error, which is flagged of the group. */
  @Test
  void shouldReportTheErrorsThatTheObjectsOfAGroupHaveInCommon() throws IOException {
    Random random = new Random(1);
    double[] theta = LinearGaussianBundle.draw(random);
    StringBuilder csv = new StringBuilder("id,cluster,y1,y2,y3,y4\n");
    for (int i = 0; i < 300; i++) {
      theta[2] = LinearGaussianBundle.draw(random)[2];
      double[] y = LinearGaussianBundle.predict(theta);
      csv.append("s").append(i).append(",biased");
      for (int j = 0; j < y.length; j++) {
        double noise = random.nextGaussian() + (j == 3 ? 1 : 0);
        csv.append(',').append(y[j] + LinearGaussianBundle.ERROR * noise);
      }
      csv.append('\n');
    }
    Files.writeString(in, csv);
    Path report = folder.resolve("report");
    assertThat(
            infer(
                "--out",
                path("p.csv"),
                "--groups-out",
                path("g.csv"),
                "--report",
                report.toString()))
        .as(err.toString())
        .isZero();
    List<List<String>> groups = cells(folder.resolve("g.csv"));
    List<String> header = groups.get(0);
    List<String> row = groups.get(1);
    assertThat(row.get(header.indexOf("flags"))).contains("MODEL_MISFIT");
    String error = row.get(header.indexOf("model_errors"));
    assertThat(error).matches("y4 \\+0\\.0\\d+ dex");
    double value = Double.parseDouble(row.get(header.indexOf("y4_offset")));
    double sd = Double.parseDouble(row.get(header.indexOf("y4_offset_sd")));
    assertThat(Files.readString(report.resolve("report.html")))
        .contains("<td>MODEL_MISFIT: the model does not reproduce")
        .contains(
            String.format(
                Locale.ROOT,
                "<tr><td>biased</td><td>MODEL_MISFIT</td><td>offset of y4</td>"
                    + "<td>%.4f ± %.4f dex</td></tr>",
                value,
                sd))
        .contains("believe the robust posterior (" + error + ").");
  }

  /** The share of outliers in the first shared parameter of the first group, as the page has it. */
  private static String shareOfOutliers(Path groups) throws IOException {
    List<String> lines = Files.readAllLines(groups);
    List<String> header = List.of(lines.get(0).split(",", -1));
    String[] cells = lines.get(1).split(",", -1);
    String name =
        header.stream().filter(one -> one.endsWith("_outliers_share")).findFirst().orElseThrow();
    List<Double> percents =
        Stream.of("_q50", "_q16", "_q84")
            .map(quantile -> 100 * Double.parseDouble(cells[header.indexOf(name + quantile)]))
            .toList();
    return String.format(
        Locale.ROOT, "<td class=\"n\">%.1f %% (%.1f to %.1f %%)</td>", percents.toArray());
  }

  /** Number of lines that are longer than ticks. */
  private static long lines(Path svg) throws IOException {
    return Files.readAllLines(svg).stream()
        .filter(line -> line.startsWith("<polyline"))
        .filter(line -> !line.contains("stroke=\"#202124\""))
        .count();
  }

  @Test
  void shouldRefuseAFolderWithSomethingElse() throws IOException {
    assertThat(infer("--out", path("p.csv"), "--report", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("which is no part of a report").hasLineCount(1);
    assertThat(infer("--out", path("p.csv"), "--report", in.toString())).isEqualTo(1);
    assertThat(folder.resolve("p.csv")).doesNotExist();
  }
}
