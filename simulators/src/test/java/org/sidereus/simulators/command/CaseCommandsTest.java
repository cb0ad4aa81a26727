package org.sidereus.simulators.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.cases.ScienceCases;
import picocli.CommandLine;

/** The commands of a case that says nothing of commands, options and files. */
class CaseCommandsTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldSimulateTheRowsOfAFile() throws IOException {
    Path in = folder.resolve("in.csv");
    Files.writeString(in, "stretch,rest,stiffness\n2,0.5,3\n1,0,201\n");
    Path result = folder.resolve("out.csv");
    assertThat(run("simulate", "spring", "--in", in.toString(), "--out", result.toString()))
        .isZero();
    assertThat(result)
        .hasContent("rest,stiffness,stretch,force,void_reason\n0.5,3,2,6.5,\n0,201,1,,TORN\n");
    assertThat(out.toString()).startsWith("2 runs, 1 failed {TORN=1}, written to ");
  }

  @Test
  void shouldMakeAMockSurvey() throws IOException {
    Path survey = folder.resolve("new/survey.csv");
    Path truth = folder.resolve("truth.csv");
    Path local = folder.resolve("local.csv");
    assertThat(mock(survey, "--truth-out", truth.toString(), "--local-truth-out", local.toString()))
        .isZero();
    assertThat(out.toString()).startsWith("1000 objects of 2 groups, written to ");
    assertThat(truth).hasContent("group,stiffness\nsoft,2.0\nhard,9.0\n");
    List<String> rows = Files.readAllLines(survey);
    List<String> truths = Files.readAllLines(local);
    assertThat(rows).hasSize(1001);
    assertThat(rows.get(0)).isEqualTo("object,group,time,force,force_err,stretch");
    assertThat(truths.get(0)).isEqualTo("object,group,rest");
    assertThat(rows.get(2)).startsWith("hard-0001,hard,2026-01-01T00:01:00Z,");
    double squares = 0;
    for (int i = 1; i < rows.size(); i++) {
      String[] row = rows.get(i).split(",");
      String[] own = truths.get(i).split(",");
      assertThat(own[0]).isEqualTo(row[0]);
      double stiffness = row[1].equals("soft") ? 2 : 9;
      double force = Double.parseDouble(own[2]) + stiffness * Double.parseDouble(row[5]);
      squares += Math.pow(Double.parseDouble(row[3]) - force, 2) / 1000;
      assertThat(row[4]).isEqualTo("0.2");
    }
    assertThat(Math.sqrt(squares)).isCloseTo(0.2, within(0.015));
  }

  @Test
  void shouldRoundFarBelowTheNoise() throws IOException {
    Path survey = folder.resolve("survey.csv");
    assertThat(mock(survey, "--noise", "1e-5")).isZero();
    String force = Files.readAllLines(survey).get(1).split(",")[3];
    assertThat(force.substring(force.indexOf('.') + 1)).hasSize(7);
  }

  @Test
  void shouldRefuseGroupsWithoutAllSharedParameters() {
    Path survey = folder.resolve("survey.csv");
    assertThat(mock(survey, "--group", "other")).isEqualTo(2);
    assertThat(err.toString())
        .contains("the group other has 0 values, but the shared parameters are [stiffness]");
    assertThat(survey).doesNotExist();
  }

  @Test
  void shouldKnowTheSimulatorOfABundleByItsName() {
    ScienceCase science = ScienceCases.named("spring");
    assertThat(science.models(Optional.empty())).containsOnlyKeys("spring");
    assertThat(science.modelOf(Map.of("model", "hooke"), Optional.empty())).isPresent();
    assertThat(science.modelOf(Map.of("model", "spring"), Optional.empty())).isEmpty();
  }

  private int mock(Path survey, String... more) {
    String[] base = {
      "mock",
      "spring",
      "--group",
      "soft:2",
      "--group",
      "hard:9",
      "--objects",
      "500",
      "--seed",
      "1",
      "--cadence",
      "60",
      "--out",
      survey.toString()
    };
    List<String> arguments = new ArrayList<>(List.of(base));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--noise")) {
      arguments.addAll(List.of("--noise", "0.2"));
    }
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CommandLine line = Sidereus.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
