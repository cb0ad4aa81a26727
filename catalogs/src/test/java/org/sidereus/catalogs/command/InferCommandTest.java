package org.sidereus.catalogs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.catalogs.infer.PosteriorTable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.combination.GroupState;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.OutlierShare;
import org.sidereus.engine.combination.Population;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.testing.LinearGaussianBundle;

class InferCommandTest {
  @TempDir Path folder;
  private Path bundle;
  private Path in;
  private Path out;
  private Path groups;
  private final Console console = new Console();
  private final StringWriter err = console.err;

  @BeforeEach
  void prepare() {
    bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    in = folder.resolve("catalog.csv");
    out = folder.resolve("posteriors.csv");
    groups = folder.resolve("groups.csv");
  }

  private int infer(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "infer",
                "--bundle",
                bundle.toString(),
                "--in",
                in.toString(),
                "--out",
                out.toString()));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--device")) {
      arguments.addAll(List.of("--device", "cpu"));
    }
    return console.sidereus(arguments.toArray());
  }

  private static List<String[]> table(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(l -> l.split(",", -1)).toList();
  }

  @Test
  void shouldGiveTheKnownPosteriorsAndGroups() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder csv = new StringBuilder("name,y4,y2,remark,y2_err,y1,y3,cluster\n");
    List<double[]> observed = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      double[] theta = {-2.1, -3.0, LinearGaussianBundle.draw(random)[2]};
      double[] y = LinearGaussianBundle.predict(theta);
      for (int m = 0; m < 4; m++) {
        y[m] = (float) (y[m] + LinearGaussianBundle.ERROR * random.nextGaussian());
      }
      observed.add(y);
      csv.append(
          "s%d,%s,%s,\"a, b\",0.05,%s,%s,%s%n"
              .formatted(i, y[3], y[1], y[0], y[2], i % 3 == 0 ? "" : "c" + i % 3));
    }
    Files.writeString(in, csv);
    assertThat(
            infer("--group-column", "cluster", "--groups-out", groups.toString(), "--threads", "3"))
        .as(err.toString())
        .isZero();

    List<String[]> rows = table(out);
    assertThat(rows).hasSize(301);
    assertThat(rows.get(0)).startsWith("object", "group", "a_mean", "a_sd", "a_q16", "a_q50");
    assertThat(rows.get(0)).contains("a_b_correlation", "a_c_correlation", "b_c_correlation");
    assertThat(rows.get(0)).endsWith("ess", "log_evidence", "chi_square", "p_value", "flags");
    double[][] covariance = LinearGaussianBundle.posteriorCovariance();
    for (int i = 0; i < 300; i++) {
      String[] row = rows.get(i + 1);
      assertThat(row[0]).isEqualTo("s" + i);
      double[] mean = LinearGaussianBundle.posteriorMean(observed.get(i));
      for (int p = 0; p < 3; p++) {
        assertThat(Double.parseDouble(row[2 + 5 * p])).isCloseTo(mean[p], within(1e-5));
        assertThat(Double.parseDouble(row[3 + 5 * p]))
            .isCloseTo(Math.sqrt(covariance[p][p]), within(1e-5));
      }
    }
    List<String[]> found = table(groups);
    assertThat(found.get(0))
        .startsWith("group", "n", "a_mean", "a_sd", "b_mean", "b_sd", "a_b_correlation", "a_q025")
        .containsSequence(
            "heterogeneity",
            "heterogeneity_p",
            "misfit",
            "misfit_p",
            "method",
            "flags",
            "log_evidence",
            "combined",
            "left_out",
            "left_out_OUT_OF_SUPPORT",
            "left_out_LOW_EFFECTIVE_SAMPLE_SIZE",
            "left_out_MODEL_MISFIT",
            "model_errors",
            "y1_offset",
            "y1_offset_sd",
            "y2_offset",
            "y2_offset_sd",
            "y3_offset",
            "y3_offset_sd",
            "y4_offset",
            "y4_offset_sd",
            "c_shift",
            "c_shift_sd")
        .contains("b_population_scatter_q975", "population_log_bayes_factor")
        .endsWith(
            "b_outliers_share",
            "b_outliers_share_q025",
            "b_outliers_share_q16",
            "b_outliers_share_q50",
            "b_outliers_share_q84",
            "b_outliers_share_q975",
            "b_outliers_log_bayes_factor",
            "b_outliers_mean",
            "b_outliers_sd",
            "information_loss");
    // the graph of this bundle has no residuals, so that errors of the model are not judged
    int combined = List.of(found.get(0)).indexOf("combined");
    assertThat(List.of(found.get(1)).subList(combined, combined + 16))
        .containsExactly("100", "0", "0", "0", "0", "", "", "", "", "", "", "", "", "", "", "");
    assertThat(found).hasSize(3);
    assertThat(found.get(1)).startsWith("c1", "100");
    GroupSummary wanted = exactGroup(CombinationMethod.GAUSSIAN, observed, 1);
    assertThat(Double.parseDouble(found.get(1)[2])).isCloseTo(wanted.mean()[0], within(1e-5));
    assertThat(Double.parseDouble(found.get(1)[3])).isCloseTo(wanted.sd(0), within(1e-6));
    assertThat(Double.parseDouble(found.get(1)[6]))
        .isCloseTo(wanted.correlation(0, 1), within(1e-4));
    GroupSummary polynomial = exactGroup(CombinationMethod.POLYNOMIAL, observed, 1);
    Population population = polynomial.population();
    assertThat(population).isNotNull();
    List<String> header = List.of(found.get(0));
    assertThat(Double.parseDouble(found.get(1)[header.indexOf("population_log_bayes_factor")]))
        .isCloseTo(population.logBayesFactor(), within(0.1));
    assertThat(Double.parseDouble(found.get(1)[header.indexOf("b_population_mean")]))
        .isCloseTo(population.mean()[1], within(0.1 * population.sd(1)));
    OutlierShare outliers = polynomial.outliers().get(1);
    assertThat(Double.parseDouble(found.get(1)[header.indexOf("b_outliers_share")]))
        .isCloseTo(outliers.share(), within(0.1 * outliers.share()));
    assertThat(Double.parseDouble(found.get(1)[header.indexOf("b_outliers_mean")]))
        .isCloseTo(outliers.mean(), within(0.1 * outliers.sd()));
    assertThat(Double.parseDouble(found.get(1)[2])).isCloseTo(-2.1, within(5 * wanted.sd(0)));
  }

  private static GroupSummary exactGroup(
      CombinationMethod method, List<double[]> observed, int remainder) {
    Combiner combiner =
        Combiner.of(Manifest.parse(LinearGaussianBundle.manifest("x", "1")), method);
    double[][] c = LinearGaussianBundle.posteriorCovariance();
    double[] flat = new double[9];
    for (int i = 0; i < 9; i++) {
      flat[i] = c[i / 3][i % 3];
    }
    GroupState state = GroupState.empty(combiner.length());
    for (int i = remainder; i < observed.size(); i += 3) {
      double[] mean = LinearGaussianBundle.posteriorMean(observed.get(i));
      state = state.plus(combiner.contribution(new ObjectSummary(mean, flat, new double[3][3], 2)));
    }
    return combiner.combine(state);
  }

  @Test
  void shouldLeaveFlaggedObjectsOutOfGroupsOrCountThem() throws IOException {
    bundle = LinearGaussianBundle.writeWeighted(folder.resolve("weighted"), 0, 1);
    String clean =
        "clean,%s%n"
            .formatted(cells(LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS)));
    double[] far = LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS);
    far[3] += 0.7;
    String misfit = "misfit,%s%n".formatted(cells(far));
    Files.writeString(in, "id,y1,y2,y3,y4\n" + clean);
    assertThat(infer("--group", "g", "--groups-out", groups.toString())).isZero();
    List<String> alone = columns("a_mean", "a_sd", "b_mean", "b_sd");

    Files.writeString(in, "id,y1,y2,y3,y4\n" + clean + misfit);
    assertThat(infer("--group", "g", "--groups-out", groups.toString())).isZero();
    List<String> header = List.of(table(out).get(0));
    assertThat(table(out).get(2)[header.indexOf("flags")]).contains("MODEL_MISFIT");
    assertThat(columns("n", "combined", "left_out", "left_out_MODEL_MISFIT"))
        .containsExactly("2", "1", "1", "1");
    assertThat(columns("a_mean", "a_sd", "b_mean", "b_sd")).isEqualTo(alone);

    List<String> evidence = columns("log_evidence");

    assertThat(infer("--group", "g", "--groups-out", groups.toString(), "--flagged", "count"))
        .isZero();
    assertThat(columns("n", "combined", "left_out", "left_out_MODEL_MISFIT"))
        .containsExactly("2", "2", "0", "0");
    assertThat(columns("a_mean", "a_sd", "b_mean", "b_sd")).isNotEqualTo(alone);
    assertThat(columns("log_evidence")).isEqualTo(evidence);
  }

  private static String cells(double[] y) {
    return Arrays.stream(y).mapToObj(Double::toString).collect(Collectors.joining(","));
  }

  /** Cells of the only group. */
  private List<String> columns(String... names) throws IOException {
    List<String[]> table = table(groups);
    assertThat(table).hasSize(2);
    List<String> header = List.of(table.get(0));
    return Arrays.stream(names).map(name -> table.get(1)[header.indexOf(name)]).toList();
  }

  @Test
  void shouldGiveTheSameBytesWithAnyNumberOfThreads() throws IOException {
    StringBuilder csv = new StringBuilder("y1,y2,y3,y4\n");
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 500; i++) {
      csv.append("%s,%s,%s,1%n".formatted(random.nextFloat(), random.nextFloat(), 0.5));
    }
    Files.writeString(in, csv);
    assertThat(infer("--threads", "1", "--group", "all", "--groups-out", groups.toString()))
        .isZero();
    String one = Files.readString(out) + Files.readString(groups);
    assertThat(infer("--threads", "4", "--group", "all", "--groups-out", groups.toString()))
        .isZero();
    assertThat(Files.readString(out) + Files.readString(groups)).isEqualTo(one);
    assertThat(table(out).get(500)[0]).isEqualTo("500");
    assertThat(table(groups).get(1)).startsWith("all", "500");
  }

  @Test
  void shouldTimeTheObjectsOneByOne() throws IOException {
    Files.writeString(in, "y1,y2,y3,y4\n1,2,3,4\n0,0,0,0\n-1,2,-3,4\n");
    assertThat(infer()).isZero();
    String together = Files.readString(out);
    assertThat(infer("--times")).isZero();
    assertThat(Files.readString(out)).isEqualTo(together);
    assertThat(console.out.toString())
        .containsPattern(
            "processor time of one object: [0-9.]+ ms at the median, [0-9.]+ ms for the longest of"
                + " 3 \\([0-9.]+ times the median\\)");
  }

  @ParameterizedTest
  @CsvSource({
    "'y1,y2,y3,y4,object',object",
    "'y1,y2,y3,y4,id',id",
    "'name,y1,y2,y3,y4',name",
    "'id,object,y1,y2,y3,y4',object",
    "'y1,y2,y3,y4,name',name",
    "'y1,y2,y3,y4,APOGEE_ID',APOGEE_ID",
    "'cluster,ObjID,y1,y2,y3,y4',ObjID",
    "'y1,y2,y3,y4,remark',"
  })
  void shouldFindTheIdentifier(String header, String idColumn) throws IOException {
    List<String> columns = List.of(header.split(","));
    List<String> cells = columns.stream().map(c -> c.startsWith("y") ? "0.5" : "in-" + c).toList();
    Files.writeString(in, header + "\n" + String.join(",", cells) + "\n");
    assertThat(infer()).as(err.toString()).isZero();
    assertThat(table(out).get(1)[0]).isEqualTo(idColumn == null ? "1" : "in-" + idColumn);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'1,2,3'| line 3: there are 3 cells but the header has 5",
        "'1,2,3,4,5,6'| line 3: there are 6 cells but the header has 5",
        "'1,2,x,4,5'| line 3: the value of y3 is 'x', which is no number",
        "'1,2,3f,4,5'| line 3: the value of y3 is '3f', which is no number",
        "'1,2,NaN,4,5'| line 3: the value of y3 is NaN but must be a finite number",
        "'1,2,,4,5'| line 3: y3 was not measured but the bundle needs it",
        "'1,2,3,4,0'| line 3: the error of y1 is 0.0 but must be positive and finite",
        "'1,2,3,4,-1'| line 3: the error of y1 is -1.0 but must be positive and finite",
        "''| line 3: there are 1 cells"
      })
  void shouldNameTheLineOfABrokenRowAndWriteNothing(String row, String message) throws IOException {
    Files.writeString(
        in, "y1,y2,y3,y4,y1_err\n" + "1,2,3,4,0.05\n".repeat(1) + row + "\n1,2,3,4,\n");
    Files.writeString(out, "older");
    int exit = infer("--group", "g", "--groups-out", groups.toString());
    if (row.isEmpty()) { // an empty line is skipped
      assertThat(exit).isZero();
      return;
    }
    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).contains(in + ", " + message).hasLineCount(1);
    assertThat(out).hasContent("older");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("bundle", "catalog.csv", "posteriors.csv");
    }
  }

  @Test
  void shouldNameTheMissingColumnAndTheFile() throws IOException {
    Files.writeString(in, "y1,y2,y4\n1,2,3\n");
    assertThat(infer()).isEqualTo(1);
    assertThat(err.toString()).contains(in + " has no column y3,").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | is empty",
        "'y1,y2,y3,y4\n'| has a header but no objects",
        "'y1,y1,y2,y3,y4\n1,2,3,4,5\n'| has the column y1 twice"
      })
  void shouldSayWhatIsWrongWithTheFile(String text, String message) throws IOException {
    Files.writeString(in, text);
    assertThat(infer()).isEqualTo(1);
    assertThat(err.toString()).contains(in + " " + message).hasLineCount(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void shouldSayWhatCannotBeReadOrWritten() throws IOException {
    assertThat(infer()).isEqualTo(1);
    assertThat(err.toString()).contains(in + " cannot be read").hasLineCount(1);
    Files.writeString(in, "y1,y2,y3,y4\n1,2,3,4\n");
    out = folder.resolve("no/such/folder.csv");
    assertThat(infer()).isEqualTo(1);
    assertThat(err.toString()).contains(out + " cannot be written");
  }

  @Test
  void shouldRefuseWrongOptions() throws IOException {
    Files.writeString(in, "y1,y2,y3,y4\n1,2,3,4\n");
    assertThat(infer("--groups-out", "x")).isEqualTo(2);
    assertThat(infer("--samples", "7")).isEqualTo(2);
    assertThat(infer("--threads", "0")).isEqualTo(2);
    assertThat(infer("--device", "tpu")).isEqualTo(2);
    assertThat(infer("--combination", "samples")).isEqualTo(2);
    assertThat(infer("--flagged", "leave_out")).isEqualTo(2);
    assertThat(infer("--group", "a", "--group-column", "y1")).isEqualTo(2);
    assertThat(infer("--device", "cuda:9")).isEqualTo(1);
    assertThat(infer("--group-column", "nope")).isEqualTo(1);
    assertThat(err.toString()).contains("has no column nope; its columns are y1, y2, y3, y4");
  }

  @Test
  void shouldNameTheParametersOfTheBundle() {
    assertThat(
            new PosteriorTable(
                    Manifest.parse(LinearGaussianBundle.manifest("x", "1")), false, false)
                .objectHeader())
        .contains(
            LinearGaussianBundle.PARAMETERS.stream().map(p -> p + "_q84").toArray(String[]::new));
  }

  @Test
  void shouldReadASurveyThroughItsMapping() throws IOException {
    Path mapping = folder.resolve("survey.json");
    Files.writeString(
        mapping,
        """
        {"format": 1, "source": {"kind": "csv"}, "id_column": "star", "group": "field",
         "missing": [-99],
         "measurements": {
           "y1": {"value": {"difference": [{"column": "c"}, {"column": "fe"}]}},
           "y2": {"value": {"column": "fe"}},
           "y3": {"value": {"linear": {"column": "mg"}, "scale": 0.5}},
           "y4": {"value": {"column": "o"}}}}
        """);
    Files.writeString(in, "star,fe,c,mg,o\na,1,1.5,4,0.25\nb,-99,1,2,3\nc,1,1,1,1\n");
    assertThat(infer("--mapping", mapping.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains(in + ", line 3: y1 was not measured but the bundle needs it")
        .contains("--skip-incomplete")
        .hasLineCount(1);
    assertThat(
            infer(
                "--mapping",
                mapping.toString(),
                "--skip-incomplete",
                "--groups-out",
                groups.toString()))
        .as(err.toString())
        .isZero();
    List<String[]> rows = table(out);
    assertThat(rows).hasSize(3);
    assertThat(rows.get(1)).startsWith("a", "field");
    assertThat(rows.get(2)).startsWith("c", "field");
    double[] mean = LinearGaussianBundle.posteriorMean(new double[] {0.5, 1, 2, 0.25});
    assertThat(Double.parseDouble(rows.get(1)[2])).isCloseTo(mean[0], within(1e-5));
    assertThat(table(groups).get(1)).startsWith("field", "2");
  }

  @Test
  void shouldCombineTheRowsThatAreVisitsOfOneObject() throws IOException {
    Files.writeString(
        in,
        """
        id,group,time,visit,y1,y1_err,y2,y3,y4
        a,g,20,v2,3,0.1,1,2,0.25
        b,g,1,,0.5,,1,2,0.25
        a,g,10,v1,1,0.1,1,2,0.25
        a,g,5,v2,99,0.1,1,2,0.25
        a,h,7,v1,7,0.1,1,2,0.25
        """);
    assertThat(
            infer(
                "--group-column",
                "group",
                "--time-format",
                "unix_milliseconds",
                "--groups-out",
                groups.toString()))
        .as(err.toString())
        .isZero();
    List<String[]> rows = table(out);
    assertThat(rows.get(0)).startsWith("object", "group", "visits", "a_mean");
    assertThat(rows).hasSize(4);
    assertThat(rows.get(1)).startsWith("a", "g", "2");
    assertThat(rows.get(2)).startsWith("b", "g", "1");
    assertThat(rows.get(3)).startsWith("a", "h", "1");
    // of the visit that is there twice, the later one counts
    double[] mean = LinearGaussianBundle.posteriorMean(new double[] {2, 1, 2, 0.25});
    assertThat(Double.parseDouble(rows.get(1)[3])).isCloseTo(mean[0], within(1e-5));
    assertThat(table(groups).get(1)).startsWith("g", "2");

    Files.writeString(in, "id,night,y1,y2,y3,y4\na,n1,0.5,1,2,0.25\na,n2,1.5,1,2,0.25\n");
    assertThat(infer("--duplicates", "keep")).isZero();
    assertThat(table(out)).hasSize(3);
    assertThat(console.out.toString())
        .contains("1 identifier stands in several rows without visits (a in line 2, line 3), ")
        .contains("each row counts");
    assertThat(infer("--visit-column", "night")).isZero();
    assertThat(table(out)).hasSize(2);
  }

  @Test
  void shouldTakeTheLaterRowOfAnObject() throws IOException {
    Files.writeString(
        in,
        """
        ID,time,cluster,y1,y2,y3,y4
        a,2020-01-03,g,1,1,2,0.25
        b,2020-01-01,g,5,1,2,0.25
        a,2020-01-02,g,7,1,2,0.25
        b,2020-01-01,g,6,1,2,0.25
        c,2020-01-01,g,0.5,1,2,0.25
        """);
    assertThat(infer("--group-column", "cluster", "--groups-out", groups.toString()))
        .as(err.toString())
        .isZero();
    List<String[]> rows = table(out);
    assertThat(rows).extracting(row -> row[0]).containsExactly("object", "a", "b", "c");
    // of a the row that is later in time, of b the one that is later in the file
    double[] a = LinearGaussianBundle.posteriorMean(new double[] {1, 1, 2, 0.25});
    double[] b = LinearGaussianBundle.posteriorMean(new double[] {6, 1, 2, 0.25});
    assertThat(Double.parseDouble(rows.get(1)[2])).isCloseTo(a[0], within(1e-5));
    assertThat(Double.parseDouble(rows.get(2)[2])).isCloseTo(b[0], within(1e-5));
    assertThat(table(groups).get(1)).startsWith("g", "3");
    assertThat(console.out.toString())
        .contains("the identifiers are taken from the column ID")
        .contains(
            "2 identifiers stand in several rows without visits (a in line 2, line 4; b in line 3,"
                + " line 5), 2 rows too many: the later row of an object counts");
  }

  @Test
  void shouldNameAllBrokenRows() throws IOException {
    StringBuilder csv = new StringBuilder("id,y1,y2,y3,y4\n");
    for (int i = 0; i < 60; i++) {
      csv.append("s").append(i).append(i % 2 == 0 ? ",1,1,1,x\n" : ",1,1,1,1\n");
    }
    Files.writeString(in, csv);
    assertThat(infer()).isEqualTo(1);
    assertThat(err.toString())
        .contains(in + " has 30 broken rows; correct or remove them:")
        .contains("  line 2: the value of y4 is 'x', which is no number")
        .contains("  line 40: ")
        .doesNotContain("line 42")
        .contains("and 10 more")
        .hasLineCount(22);
    assertThat(out).doesNotExist();
  }

  @Test
  void shouldRefuseIdentifiersThatAreRounded() throws IOException {
    Files.writeString(in, "objid,y1,y2,y3,y4\n1.24E+18,1,1,1,1\n1.24E+18,2,1,1,1\n");
    assertThat(infer()).isEqualTo(1);
    assertThat(err.toString()).contains("line 2: the identifier '1.24E+18' is a number that");
  }

  @Test
  void shouldRefuseMoreVisitsThanTheStreamDoes() throws IOException {
    StringBuilder csv = new StringBuilder("id,visit,y1,y2,y3,y4\n");
    for (int i = 0; i <= 256; i++) {
      csv.append("a,v").append(i).append(",1,1,1,1\n");
    }
    Files.writeString(in, csv);
    assertThat(infer()).isEqualTo(1);
    assertThat(err.toString()).contains("line 2", "more than 256 visits").hasLineCount(1);
  }
}
