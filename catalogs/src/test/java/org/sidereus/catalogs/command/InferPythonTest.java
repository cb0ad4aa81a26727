package org.sidereus.catalogs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * The files that {@code infer} writes, opened by Astropy, NumPy, pandas, ArviZ and GetDist, in a
 * Python environment that this test makes.
 */
@Tag("python")
class InferPythonTest {
  @TempDir Path folder;

  @Test
  void shouldBeOpenedByTheToolsOfTheField() throws IOException, InterruptedException {
    Path environment = folder.resolve("environment");
    assumeTrue(
        run("python3", "-m", "venv", environment.toString()) == 0,
        "no Python environment can be made here, so the files were not opened; install"
            + " python3-venv");
    String python = environment.resolve("bin/python").toString();
    assumeTrue(
        run(python, "-m", "pip", "install", "-q", "astropy", "getdist", "pyarrow", "arviz<1") == 0,
        "astropy, getdist, pyarrow and arviz cannot be had here, so the files were not opened");

    Path bundle = LinearGaussianBundle.writeWeighted(folder.resolve("bundle"), 0, 1);
    Path in = folder.resolve("catalog.csv");
    StringBuilder csv = new StringBuilder("id,cluster,y1,y2,y3,y4\n");
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS);
    for (int i = 0; i < 20; i++) {
      csv.append(
          "%s,%s,%s,%s,%s,%s%n"
              .formatted(i == 3 ? "<a> & b" : "s" + i, i == 4 ? "" : "g", y[0], y[1], y[2], y[3]));
    }
    Files.writeString(in, csv);
    for (String ending : List.of("csv", "ecsv", "fits", "vot", "parquet")) {
      infer(bundle, in, "--out", "p." + ending, "--groups-out", "g." + ending);
    }
    for (String ending : List.of("csv", "npz", "txt", "parquet", "nc")) {
      infer(bundle, in, "--out", "p.csv", "--samples-out", "s." + ending);
    }
    Path script = folder.resolve("outputs.py");
    try (var text = InferPythonTest.class.getResourceAsStream("/tables/outputs.py")) {
      Files.copy(text, script);
    }
    assertThat(run(python, script.toString(), folder.toString()))
        .as("outputs.py; its output is above")
        .isZero();
  }

  private void infer(Path bundle, Path in, String... outputs) {
    String[] arguments = {
      "infer",
      "--bundle",
      bundle.toString(),
      "--in",
      in.toString(),
      "--device",
      "cpu",
      "--group-column",
      "cluster",
      outputs[0],
      folder.resolve(outputs[1]).toString(),
      outputs[2],
      folder.resolve(outputs[3]).toString()
    };
    assertThat(Sidereus.commandLine().execute(arguments)).isZero();
  }

  private int run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(List.of(command)).inheritIO();
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return -1; // there is no such program
    }
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return -1;
    }
    return process.exitValue();
  }
}
