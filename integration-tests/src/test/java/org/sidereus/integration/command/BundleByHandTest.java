package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.exporter.check.BundleCheck;
import org.sidereus.exporter.check.CheckReport;
import org.sidereus.exporter.check.Finding;
import org.sidereus.integration.environment.Program;

/** The program on the page of the bundle format, run in a Python environment of its own. */
@Tag("python")
class BundleByHandTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));
  private static final Path PAGE = HOME.resolve("docs/reference/bundle.md");
  private static final Pattern PROGRAM = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL);
  private static final String VALIDATE =
      """
      import json, sys, jsonschema
      jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))
      """;

  @TempDir private Path folder;

  @Test
  void shouldBeUsable() throws IOException, InterruptedException {
    Path environment = folder.resolve("environment");
    assumeTrue(
        run("python3", "-m", "venv", environment.toString()) == 0,
        "no Python environment can be made here, so the page was not tested; install python3-venv");
    String python = environment.resolve("bin/python").toString();
    assumeTrue(
        run(python, "-m", "pip", "install", "-q", "numpy", "onnx", "jsonschema") == 0,
        "numpy, onnx and jsonschema cannot be had here, so the page was not tested");
    Matcher program = PROGRAM.matcher(Files.readString(PAGE));
    assertThat(program.find()).isTrue();
    Path script = Files.writeString(folder.resolve("straight-line.py"), program.group(1));
    Path bundle = folder.resolve("bundle");
    assertThat(run(python, script.toString(), bundle.toString())).isZero();
    assertThat(
            run(
                python,
                "-c",
                VALIDATE,
                bundle.resolve("manifest.json").toString(),
                HOME.resolve("docs/reference/bundle.schema.json").toString()))
        .as("the schema accepts the manifest")
        .isZero();
    CheckReport report = new BundleCheck(bundle, null).run();
    assertThat(report.faults()).as(report.findings().toString()).isEmpty();
    assertThat(report.findings())
        .filteredOn(one -> one.check().startsWith("parity"))
        .extracting(Finding::status)
        .containsExactly(Finding.Status.PASSED);
    infer(bundle);
  }

  /**
   * Of y = (0.9, 1.0, 1.2), the least squares are a slope of 0.15 +- 0.1 / sqrt(2) and an offset of
   * 31/30 +- 0.1 / sqrt(3); a normal prior of mean 0 shrinks them by v / (v + s^2).
   */
  private static void infer(Path bundle) {
    try (PosteriorEngine engine =
        PosteriorEngine.open(Bundle.load(bundle), EngineOptions.defaults())) {
      ObjectSummary summary = engine.infer(List.of(new float[] {0.9f, 1, 1.2f})).get(0);
      assertThat(summary.flags()).containsExactly(ObjectFlag.NO_LIKELIHOOD);
      assertThat(summary.mean()[0]).isCloseTo(0.15 * 0.25 / 0.255, within(1e-4));
      assertThat(summary.mean()[1]).isCloseTo(31 / 30.0 * 4 / (4 + 0.01 / 3), within(1e-4));
      assertThat(Math.sqrt(summary.covariance()[0]))
          .isCloseTo(Math.sqrt(0.25 * 0.005 / 0.255), within(1e-4));
    }
  }

  private static int run(String... command) throws InterruptedException {
    return Program.within(Duration.ofMinutes(5)).run(command);
  }
}
