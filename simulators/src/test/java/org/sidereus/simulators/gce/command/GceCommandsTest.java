package org.sidereus.simulators.gce.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.simulators.gce.GceModel;
import org.sidereus.simulators.gce.Reference;
import org.sidereus.simulators.gce.YieldSource;
import org.sidereus.simulators.model.SimulationResult;
import picocli.CommandLine;

/** The commands as a user calls them, with the real yields. */
class GceCommandsTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldSimulateTheRowsOfAFile() throws IOException {
    Path in = folder.resolve("in.csv");
    Files.writeString(
        in,
        "T_birth_Gyr,note,alpha_IMF,log10_N_Ia,log10_SFE,log10_SFR_peak,x_out\n"
            + "10,\"a, b\",-2.3,-2.89,-0.3,0.55,0.5\n"
            + "0.5,c,-2.3,-2.89,-0.3,0.55,0.5\n");
    Path result = folder.resolve("new/out.csv");
    assertThat(
            run(
                "simulate",
                "gce",
                "--yields",
                yields(),
                "--accretion",
                "1",
                "--in",
                in.toString(),
                "--out",
                result.toString()))
        .isZero();
    List<String> lines = Files.readAllLines(result);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .isEqualTo(
            "alpha_IMF,log10_N_Ia,log10_SFE,log10_SFR_peak,x_out,T_birth_Gyr,"
                + "C_Fe,Fe_H,He_Fe,Mg_Fe,N_Fe,Ne_Fe,O_Fe,Si_Fe,void_reason");
    String[] fields = lines.get(1).split(",", -1);
    double[] expected = {
      0.03321, 0.14406, -0.09252, 0.21009, 0.04593, 0.51350, 0.30557, 0.17063,
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(Double.parseDouble(fields[6 + i])).isCloseTo(expected[i], within(6e-6));
    }
    assertThat(fields[14]).isEmpty();
    assertThat(lines.get(2))
        .isEqualTo("-2.3,-2.89,-0.3,0.55,0.5,0.5,,,,,,,,,BIRTH_TIME_OUT_OF_RANGE");
  }

  @Test
  void shouldDrawTheSameStarsFromTheSameSeed() throws IOException {
    String first = draw("3", "1");
    assertThat(first).isEqualTo(draw("3", "4")).isNotEqualTo(draw("4", "1"));
    assertThat(first.lines()).hasSize(701);
  }

  private String draw(String seed, String threads) throws IOException {
    Path result = folder.resolve("draws.csv");
    assertThat(
            run(
                "simulate",
                "gce",
                "--yields",
                yields(),
                "--draw",
                "700",
                "--seed",
                seed,
                "--threads",
                threads,
                "--out",
                result.toString()))
        .isZero();
    return Files.readString(result);
  }

  @Test
  void shouldMakeASurveyOfSeveralGalaxies() throws IOException {
    Path survey = folder.resolve("survey.csv");
    Path truth = folder.resolve("truth.csv");
    Path local = folder.resolve("local.csv");
    assertThat(
            run(
                "mock",
                "gce",
                "--yields",
                yields(),
                "--galaxy",
                "a:-2.1:-3.05",
                "--galaxy",
                "b:-2.3:-2.89",
                "--stars",
                "200",
                "--seed",
                "1",
                "--out",
                survey.toString(),
                "--truth-out",
                truth.toString(),
                "--local-truth-out",
                local.toString()))
        .isZero();
    List<String> lines = Files.readAllLines(survey);
    assertThat(lines).hasSize(401);
    assertThat(lines.get(0)).startsWith("star,group,time,C_Fe,Fe_H").endsWith(",Si_Fe_err");
    assertThat(lines.get(1)).startsWith("a-0001,a,2026-01-01T00:00:00Z,").endsWith(",0.05");
    assertThat(lines.get(2)).startsWith("b-0001,b,2026-01-01T00:00:30Z,");
    assertThat(new HashSet<>(lines.stream().map(l -> l.split(",")[0]).toList())).hasSize(401);
    assertThat(truth).hasContent("group,alpha_IMF,log10_N_Ia\na,-2.1,-3.05\nb,-2.3,-2.89\n");
    assertThat(noiseDex(lines, Files.readAllLines(local))).isCloseTo(0.05, within(0.003));
  }

  /** Standard deviation of the survey around what the true parameters give. */
  private static double noiseDex(List<String> survey, List<String> local) {
    GceModel model = Reference.model(YieldSource.TNG, GceModel.DEFAULT_ACCRETION);
    double squares = 0;
    int count = 0;
    for (int i = 1; i < survey.size(); i++) {
      String[] observed = survey.get(i).split(",");
      String[] truth = local.get(i).split(",");
      assertThat(truth[0]).isEqualTo(observed[0]);
      boolean isA = observed[1].equals("a");
      double[] theta = {isA ? -2.1 : -2.3, isA ? -3.05 : -2.89, 0, 0, 0, 0};
      for (int p = 2; p < theta.length; p++) {
        theta[p] = Double.parseDouble(truth[p]);
      }
      double[] y = ((SimulationResult.Observables) model.newRunner().run(theta)).y();
      for (int o = 0; o < y.length; o++) {
        double difference = Double.parseDouble(observed[3 + o]) - y[o];
        squares += difference * difference;
        count++;
      }
    }
    return Math.sqrt(squares / count);
  }

  @Test
  void shouldRefuseWrongOptions() {
    assertThat(run("simulate", "gce", "--yields", "x", "--out", "y")).isEqualTo(2);
    assertThat(run("simulate", "gce", "--yields", "x", "--draw", "0", "--out", "y")).isEqualTo(2);
    assertThat(
            run(
                "mock",
                "gce",
                "--yields",
                "x",
                "--galaxy",
                "a:b:c",
                "--stars",
                "1",
                "--seed",
                "1",
                "--out",
                "y"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("NAME:ALPHA:LOGNIA");
  }

  @Test
  void shouldSayInOneLineThatTheYieldsAreMissing() {
    List<String> arguments = new ArrayList<>(List.of("simulate", "gce", "--draw", "3"));
    arguments.addAll(List.of("--yields", folder.toString(), "--out", folder + "/o.csv"));
    assertThat(run(arguments.toArray(String[]::new))).isEqualTo(1);
    assertThat(err.toString().strip()).contains("SNII.hdf5", "missing").doesNotContain("\n");
  }

  private int run(String... arguments) {
    CommandLine line = Sidereus.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private static String yields() {
    return Reference.require("yields").toString();
  }
}
