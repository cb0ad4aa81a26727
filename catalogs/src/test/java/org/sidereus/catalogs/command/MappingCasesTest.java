package org.sidereus.catalogs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables that were read wrongly once, each a folder of the reference data; skipped without it. */
class MappingCasesTest {
  @TempDir Path folder;
  private final Console console = new Console();
  private final StringWriter err = console.err;

  private static Path of(String number, String file) throws IOException {
    Path cases = Path.of(System.getProperty("sidereus.shared", "shared"), "cases", "catalogs");
    assumeTrue(
        Files.isDirectory(cases),
        "skipped: there is no "
            + cases
            + "; set -Dsidereus.shared to the folder of reference data");
    try (Stream<Path> folders = Files.list(cases)) {
      return folders
          .filter(one -> one.getFileName().toString().startsWith(number))
          .findFirst()
          .orElseThrow()
          .resolve(file);
    }
  }

  private Path out() {
    return folder.resolve("o.csv");
  }

  private int infer(String bundle, Path in, Object... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "infer",
                "--bundle",
                Path.of("..", "bundles", bundle).toString(),
                "--in",
                in.toString(),
                "--out",
                out().toString(),
                "--samples",
                "64",
                "--device",
                "cpu"));
    for (Object one : more) {
      arguments.add(one.toString());
    }
    return console.sidereus(arguments.toArray());
  }

  private List<String> objects() throws IOException {
    return Files.readAllLines(out()).stream()
        .skip(1)
        .map(one -> one.substring(0, one.indexOf(',')))
        .toList();
  }

  @Test
  void case04ShouldTakeAnySpellingOfNan() throws IOException {
    Path in = of("04", "stars.csv");
    assertThat(infer("gce-tng", in, "--mapping", of("04", "m.json"))).as(err.toString()).isZero();
    assertThat(objects()).hasSize((int) Files.lines(in).count() - 1);
    assertThat(infer("gce-tng", in)).isEqualTo(1);
    assertThat(err.toString()).contains("must be a finite number");
    assertThat(infer("gce-tng", in, "--skip-incomplete")).isZero();
  }

  @Test
  void case08ShouldCompareFlagsAsIntegers() throws IOException {
    assertThat(
            infer(
                "gce-tng",
                of("08", "t.fits"),
                "--mapping",
                of("08", "m.json"),
                "--skip-incomplete"))
        .as(err.toString())
        .isZero();
    assertThat(objects()).hasSize(2);
    assertThat(console.out.toString()).contains("1 left out", "flag FLAGS");
  }

  @Test
  void case09ShouldCompareAFlagBeforeSentinels() throws IOException {
    assertThat(
            infer(
                "gce-tng", of("09", "t.csv"), "--mapping", of("09", "m.json"), "--skip-incomplete"))
        .as(err.toString())
        .isZero();
    assertThat(objects()).containsExactly("a", "c");
  }

  @Test
  void case10ShouldCompareSentinelsInSinglePrecision() throws IOException {
    assertThat(
            infer(
                "sed-provabgs",
                of("10", "g.csv"),
                "--mapping",
                of("10", "m.json"),
                "--skip-incomplete"))
        .as(err.toString())
        .isZero();
    assertThat(objects()).containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource({"mjd.csv, mjd", "mjd-integer.csv, mjd", "unix-seconds.csv, unix_seconds"})
  void case12ShouldRefuseNumbersAndSayTheChoices(String file, String format) throws IOException {
    assertThat(infer("gce-tng", of("12", file))).isEqualTo(1);
    assertThat(err.toString())
        .contains("its format is not said", format + " (2017-10-31T", "--time-format " + format)
        .hasLineCount(1);
    assertThat(infer("gce-tng", of("12", file), "--time-format", format)).isZero();
    assertThat(objects()).containsExactly("s1");
  }

  @Test
  void case12ShouldReadIsoWithoutAZone() throws IOException {
    assertThat(infer("gce-tng", of("12", "isot.csv"))).as(err.toString()).isZero();
    assertThat(objects()).containsExactly("s1");
  }

  @Test
  void case13ShouldReadTruthValuesAndLimits() throws IOException {
    Path table = of("13", "t.csv");
    assertThat(infer("gce-tng", table, "--mapping", of("13", "bad.json"), "--skip-incomplete"))
        .as(err.toString())
        .isZero();
    assertThat(objects()).containsExactly("a", "b");

    assertThat(infer("gce-tng", table, "--mapping", of("13", "limit.json"))).isEqualTo(1);
    assertThat(err.toString()).contains("the flags l_Mg are <", "'values' in place of 'bits'");
    Path mapping = folder.resolve("limit.json");
    Files.writeString(
        mapping,
        Files.readString(of("13", "limit.json"))
            .replaceFirst("\"bits\": 1", "\"values\": [\"<\", \">\"]"));
    assertThat(infer("gce-tng", table, "--mapping", mapping)).as(err.toString()).isZero();
    assertThat(objects()).containsExactly("a", "b", "c");
    assertThat(console.out.toString()).contains("missing Mg_Fe: 1 flag l_Mg");

    assertThat(infer("gce-tng", of("13", "inline.csv"))).isEqualTo(1);
    assertThat(err.toString()).contains("is the limit '<0.26'");
    Files.writeString(
        mapping,
        Files.readString(of("13", "bad.json"))
            .replaceFirst("\\{", "{\"limits\": \"missing\",")
            .replace("\"ID\"", "\"object\"")
            .replaceFirst("(?s),\\s*\"flags\".*\\]", ""));
    assertThat(infer("gce-tng", of("13", "inline.csv"), "--mapping", mapping))
        .as(err.toString())
        .isZero();
    assertThat(console.out.toString()).contains("missing Mg_Fe: 1 limit in Mg_Fe");
  }

  @Test
  void case14ShouldListWhatIsLeftOut() throws IOException {
    Path list = folder.resolve("left-out.csv");
    assertThat(infer("sed-provabgs", of("14", "g.csv"), "--skip-incomplete", "--left-out", list))
        .as(err.toString())
        .isZero();
    assertThat(objects()).hasSize(2);
    assertThat(Files.readAllLines(list))
        .hasSizeGreaterThanOrEqualTo(3)
        .first()
        .isEqualTo("row,object,quantity,reason");
  }

  @Test
  void case16ShouldSayThatTheErrorsAreZero() throws IOException {
    assertThat(infer("gce-tng", of("16", "t.csv"), "--mapping", of("16", "m.json"))).isEqualTo(1);
    assertThat(err.toString())
        .contains("line 3", "Fe_H: error not positive in feh_err: 0.0", "\"no_error\"")
        .doesNotContain("was measured");
  }
}
