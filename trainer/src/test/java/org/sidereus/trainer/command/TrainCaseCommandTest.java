package org.sidereus.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.cli.Sidereus;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import picocli.CommandLine;

/** Bundles from a case file and a table of simulations, by the command line. */
class TrainCaseCommandTest {
  private static final String RANGE =
      "\"error\": 0.02, \"error_lower\": 0.005, \"error_upper\": 0.1";
  private static final String COLUMN = "\"error_column\": \"NAME_sd\"";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int train(String caseFile, Path table, String... more) {
    Path file = Transits.write(folder.resolve("my-case.json"), caseFile);
    return run(
        Stream.concat(
                Stream.of(
                    "train",
                    "--case",
                    file.toString(),
                    "--simulations",
                    table.toString(),
                    "--recipe",
                    resource(),
                    "--out",
                    folder.resolve("bundle").toString(),
                    "--work",
                    folder.resolve("work").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static String resource() {
    return Path.of("src/test/resources/org/sidereus/trainer/command/small-table.json").toString();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Sidereus.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  private ObjectSummary infer(Bundle bundle, double[] y, double error) {
    Map<String, Measurement> measurements =
        Map.of(
            "depth_blue", Measurement.of(y[0], error),
            "depth_red", Measurement.of(y[1], error),
            "duration", Measurement.of(y[2], error),
            "ingress", Measurement.of(y[3], error),
            "log10_period", Measurement.of(1));
    Encoding encoding = new FeatureEncoder(bundle.manifest()).encode(measurements);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, EngineOptions.defaults())) {
      return engine.infer(List.of(((Encoding.Row) encoding).features())).get(0);
    }
  }

  @Tag("thorough")
  @Test
  void shouldTrainEmulatorFlowAndLikelihoodOnRunsWithoutNoise() throws IOException {
    Path table = Transits.noiseless(folder.resolve("draws.csv"), 6_000, 1);
    assertThat(train(Transits.caseFile("noiseless", RANGE), table)).as(err.toString()).isZero();
    Bundle bundle = Bundle.load(folder.resolve("bundle"));
    Manifest manifest = bundle.manifest();
    assertThat(manifest.name()).isEqualTo("transits");
    assertThat(manifest.likelihood()).isTrue();
    assertThat(manifest.provenance()).containsKeys("case_file", "simulations");
    assertThat(manifest.provenance().get("simulations"))
        .asString()
        .contains("rows=5940", "void_rows=60", "draws.csv");
    assertThat(manifest.observables().get(0).errorUpper()).isEqualTo(0.1);
    assertThat(manifest.calibration())
        .containsEntry("truth", "held-out simulations")
        .containsEntry("objects", 300);
    double[] inputs = {0.1, 0.5, -1.2, 0.3, 1};
    ObjectSummary summary = infer(bundle, Transits.observables(inputs), 0.01);
    assertThat(summary.corrected()).isTrue();
    for (int d = 0; d < 4; d++) {
      assertThat(Math.abs(summary.mean()[d] - inputs[d]) / summary.sd(d)).isLessThan(2.5);
    }
    assertThat(summary.sd(2)).isLessThan(0.05);
    assertThat(summary.derived().get(0).mean()).isBetween(0.05, 0.08);

    Path heldOut = folder.resolve("work").resolve("held-out.csv");
    assertThat(Files.readAllLines(heldOut)).hasSize(595);
    String truth = heldOut.toString();
    run("validate", bundle.directory().toString(), "--truth", truth, "--quick", "--groups", "5");
    assertThat(out.toString()).contains("594 objects of the held-out simulations", "groups");
    assertThat(run("check", bundle.directory().toString(), "--simulations", truth)).isBetween(0, 1);
  }

  @Test
  void shouldTrainTheFlowAloneOnMeasurements() throws IOException {
    Path table = Transits.noisy(folder.resolve("measured.csv"), 4_000, 2);
    assertThat(train(Transits.caseFile("noisy", COLUMN), table)).as(err.toString()).isZero();
    Bundle bundle = Bundle.load(folder.resolve("bundle"));
    Manifest manifest = bundle.manifest();
    assertThat(manifest.declaresNoLikelihood()).isTrue();
    assertThat(manifest.files()).doesNotContainKey(Manifest.EMULATOR);
    assertThat(manifest.observables().get(0).error()).isNull();
    assertThat(manifest.observables().get(0).errorLower()).isBetween(0.005, 0.0052);
    assertThat(manifest.calibration()).containsEntry("truth", "held-out simulations");
    double[] inputs = {0.1, 0.5, -1.2, 0.3, 1};
    ObjectSummary summary = infer(bundle, Transits.observables(inputs), 0.02);
    assertThat(summary.flags()).contains(ObjectFlag.NO_LIKELIHOOD);
    assertThat(Math.abs(summary.mean()[2] - inputs[2])).isLessThan(0.15);

    assertThat(run("validate", bundle.directory().toString(), "--quick")).isEqualTo(1);
    assertThat(err.toString()).contains("has no emulator", "--truth FILE");
    Path heldOut = folder.resolve("work").resolve("held-out.csv");
    run("validate", bundle.directory().toString(), "--truth", heldOut.toString(), "--quick");
    assertThat(out.toString())
        .contains("400 objects of the held-out simulations", "ranks")
        .doesNotContain("predictive", "groups");
  }

  @Test
  void shouldNotTakeMeasurementsForRunsWithoutNoise() {
    Path table = Transits.noisy(folder.resolve("measured.csv"), 4_000, 2);
    assertThat(train(Transits.caseFile("noiseless", RANGE), table)).isEqualTo(1);
    assertThat(err.toString()).contains("NOISY_SIMULATIONS");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "error_lower | error_lowest | my-case.json, observables[0].error_lowest: this key is"
            + " unknown; the nearest is error_lower",
        "\"depth_red\" | \"depth_green\" | has no column depth_green; the nearest is depth_red",
        "\"limb\", | \"limb\", \"unit\": 5, | parameters[1].unit: it must be a text but is 5",
        "\"mean\": 0.0 | \"mean\": 0.5 | PRIOR: log10_density of the simulations is",
        "\"upper\": 0.8 | \"upper\": 0.7 | outside of its prior in the case file, 0.2 to 0.7",
        "\"role\": \"local\" | \"role\": \"lokal\" | parameters[2].role: it is 'lokal' but must be"
            + " one of shared, local",
      })
  void shouldRefuseACaseThatDoesNotFitTheTable(String right, String wrong, String message) {
    Path table = Transits.noiseless(folder.resolve("draws.csv"), 2_000, 1);
    String caseFile = Transits.caseFile("noiseless", RANGE).replace(right, wrong);
    assertThat(train(caseFile, table)).isEqualTo(1);
    assertThat(err.toString()).contains(message);
    assertThat(folder.resolve("bundle")).doesNotExist();
  }

  @Test
  void shouldRefuseBrokenTables() throws IOException {
    String caseFile = Transits.caseFile("noiseless", RANGE);
    Path table = Transits.noiseless(folder.resolve("draws.csv"), 10, 1);
    assertThat(train(caseFile, table)).isEqualTo(1);
    assertThat(err.toString()).contains("10 usable rows", "at least 200");
    String text = Files.readString(table);
    int at = text.indexOf('\n', text.indexOf('\n') + 1) + 1;
    Files.writeString(table, text.substring(0, at) + "abc" + text.substring(at));
    assertThat(train(caseFile, table)).isEqualTo(1);
    assertThat(err.toString()).contains("line 3: log10_density is 'abc", "must be a number");
    assertThat(run("train", "--case", folder.resolve("my-case.json").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--simulations FILE");
    assertThat(run("train")).isEqualTo(2);
    assertThat(err.toString()).contains("a science case is missing", "pendulum", "--case FILE");
  }
}
