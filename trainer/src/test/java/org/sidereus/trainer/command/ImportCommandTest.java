package org.sidereus.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.assertj.core.api.Assertions;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;
import org.sidereus.testing.LinearGaussianBundle;
import picocli.CommandLine;

/** The graph of the linear-Gaussian posterior, whose evidence is known, by a user's means. */
class ImportCommandTest {
  private static final UnaryOperator<double[]> SAME = y -> y;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeGraph() throws IOException {
    Files.write(folder.resolve("graph.onnx"), LinearGaussianBundle.posteriorGraph());
    writeCase("noiseless", "\"error\": 0.05");
  }

  @Tag("thorough")
  @Test
  void shouldCorrectAForeignPosterior() throws IOException {
    Path bundle = folder.resolve("bundle");
    String[] command =
        with(
            "--simulations", table(3_000, SAME).toString(),
            "--parity", parity(1).toString(),
            "--steps", "500");
    assertThat(run(command)).as("%s%s", out, err).isZero();
    Manifest manifest = Bundle.load(bundle).manifest();
    assertThat(manifest.format()).isEqualTo(2);
    assertThat(manifest.likelihood()).isTrue();
    assertThat(manifest.files())
        .containsOnlyKeys(Manifest.POSTERIOR, Manifest.EMULATOR, Manifest.PARITY);
    assertThat(manifest.provenance()).containsKeys("case_file", "emulator", "command");
    assertThat(out.toString())
        .contains("passed   parity with the framework")
        .contains("passed   emulator and simulations")
        .doesNotContain("FAULT");

    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.draw(new Random(5)));
    y[1] += 0.04;
    ObjectSummary summary = infer(bundle, y);
    assertThat(summary.corrected()).isTrue();
    assertThat(summary.check().logEvidence())
        .isCloseTo(LinearGaussianBundle.logEvidence(y), Assertions.within(0.2));
  }

  @Test
  void shouldSayWhyThereIsNoLikelihood() throws IOException {
    assertThat(run(with())).as("%s%s", out, err).isZero();
    assertThat(out.toString()).contains("without likelihood: there are no --simulations");
    Path bundle = folder.resolve("bundle");
    assertThat(Bundle.load(bundle).manifest().provenance()).containsKey("without_likelihood");
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.draw(new Random(5)));
    assertThat(infer(bundle, y).flags()).containsExactly(ObjectFlag.NO_LIKELIHOOD);
    assertThat(run(with())).isNotZero();
    assertThat(err.toString()).contains("exists already");
  }

  @Test
  void shouldTrainNothingFromATableWithNoise() throws IOException {
    writeCase("noisy", "\"error\": 0.05");
    Random random = new Random(2);
    Path table = table(1_000, y -> noisy(y, random, LinearGaussianBundle.ERROR));
    assertThat(run(with("--simulations", table.toString()))).as("%s%s", out, err).isZero();
    assertThat(out.toString())
        .contains("without likelihood: the simulations have noise")
        .contains("passed   true parameters");
    assertThat(Bundle.load(folder.resolve("bundle")).manifest().files())
        .containsOnlyKeys(Manifest.POSTERIOR);
  }

  @Test
  void shouldFindNoiseInATableThatTheCaseCallsNoiseless() throws IOException {
    Random random = new Random(2);
    Path table = table(3_000, y -> noisy(y, random, LinearGaussianBundle.ERROR));
    assertThat(run(with("--simulations", table.toString(), "--steps", "300"))).isNotZero();
    assertThat(err.toString()).contains("NOISY_SIMULATIONS");
    assertThat(folder.resolve("bundle")).doesNotExist();
  }

  @Test
  void shouldRefuseWhatTheFrameworkDoesNotConfirm() throws IOException {
    String parity = parity(1.01f).toString();
    assertThat(run(with("--parity", parity))).isNotZero();
    assertThat(err.toString()).contains("PARITY").contains("--force");
    assertThat(folder.resolve("bundle")).doesNotExist();
    assertThat(run(with("--parity", parity, "--force"))).as("%s%s", out, err).isZero();
    assertThat(Bundle.load(folder.resolve("bundle")).manifest().provenance().get("accepted_faults"))
        .asString()
        .startsWith("[PARITY: theta differs");
  }

  @Test
  void shouldReadTheColumnsInTheOrderOfTheGraph() throws IOException {
    String table = table(2_000, SAME).toString();
    assertThat(run(with("--features", "y2,y1,y3,y4", "--simulations", table, "--steps", "300")))
        .isNotZero();
    assertThat(err.toString()).contains("SWAPPED_COLUMNS");
    writeCase("noiseless", "\"error\": 0.05", "y3", "y1", "y4", "y2");
    String[] command = with("--features", "y1,y2,y3,y4", "--simulations", table, "--steps", "300");
    assertThat(run(command)).as("%s%s", out, err).isZero();
    assertThat(run(with("--features", "y1,y5"))).isEqualTo(2);
    assertThat(err.toString()).contains("y5, which is none of y3, y1, y4, y2 and a, b, c");
  }

  private static double[] noisy(double[] y, Random random, double error) {
    return Arrays.stream(y).map(one -> one + error * random.nextGaussian()).toArray();
  }

  private void writeCase(String simulations, String errors, String... observables)
      throws IOException {
    List<String> names =
        observables.length > 0 ? List.of(observables) : LinearGaussianBundle.OBSERVABLES;
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < LinearGaussianBundle.PARAMETERS.size(); i++) {
      parameters.add(
          """
          {"name": "%s", "unit": "", "role": "%s",
           "prior": {"kind": "normal", "mean": %s, "sd": %s}}\
          """
              .formatted(
                  LinearGaussianBundle.PARAMETERS.get(i),
                  i < 2 ? "shared" : "local",
                  LinearGaussianBundle.PRIOR_MEANS[i],
                  LinearGaussianBundle.PRIOR_SDS[i]));
    }
    Files.writeString(
        folder.resolve("case.json"),
        """
        {"format": 1, "name": "line", "description": "A linear model.",
         "parameters": [%s], "observables": [%s], "simulations": "%s"}
        """
            .formatted(
                String.join(",", parameters),
                names.stream()
                    .map("{\"name\": \"%%s\", \"unit\": \"dex\", %s}".formatted(errors)::formatted)
                    .collect(Collectors.joining(",")),
                simulations));
  }

  private Path table(int rows, UnaryOperator<double[]> change) throws IOException {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>(List.of("a,b,c,y1,y2,y3,y4"));
    for (int i = 0; i < rows; i++) {
      double[] theta = LinearGaussianBundle.draw(random);
      double[] y = change.apply(LinearGaussianBundle.predict(theta));
      lines.add(
          DoubleStream.concat(Arrays.stream(theta), Arrays.stream(y))
              .mapToObj(Double::toString)
              .collect(Collectors.joining(",")));
    }
    return Files.write(folder.resolve("draws.csv"), lines);
  }

  /** The exact samples, times a factor: theta = mean + L noise has the mean for noise 0. */
  private Path parity(float factor) {
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS);
    double[] mean = LinearGaussianBundle.posteriorMean(y);
    double[][] covariance = LinearGaussianBundle.posteriorCovariance();
    double determinant =
        new LUDecomposition(MatrixUtils.createRealMatrix(covariance)).getDeterminant();
    double logProb = -1.5 * Math.log(2 * Math.PI) - 0.5 * Math.log(determinant);
    new Weights(
            Map.of(
                "x", Tensor.matrix(1, 4, floats(y, 1)),
                "noise", Tensor.matrix(1, 3, new float[3]),
                "theta", new Tensor(List.of(1, 1, 3), floats(mean, factor)),
                "log_prob", Tensor.matrix(1, 1, new float[] {(float) logProb})))
        .write(folder.resolve("parity.safetensors"));
    return folder.resolve("parity.safetensors");
  }

  private static float[] floats(double[] values, float factor) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = factor * (float) values[i];
    }
    return floats;
  }

  private static ObjectSummary infer(Path bundle, double[] y) {
    try (PosteriorEngine engine =
        PosteriorEngine.open(Bundle.load(bundle), EngineOptions.defaults())) {
      return engine.infer(List.of(floats(y, 1))).get(0);
    }
  }

  private String[] with(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "import",
                "--posterior",
                folder.resolve("graph.onnx").toString(),
                "--case",
                folder.resolve("case.json").toString(),
                "--out",
                folder.resolve("bundle").toString()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private int run(String... arguments) {
    CommandLine line = Sidereus.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }
}
