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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.simulators.process.SpringProgram;
import picocli.CommandLine;

/** The commands of a case file, with a simulator in a process and one on the class path. */
class FileCaseTest {
  private static final String CASE =
      """
      {
        "format": 1,
        "name": "springs",
        "parameters": [
          {"name": "stiffness", "unit": "N/m", "role": "shared",
           "prior": {"kind": "normal", "mean": 5, "sd": 1}},
          {"name": "rest", "unit": "N", "role": "local",
           "prior": {"kind": "normal", "mean": 0, "sd": 1}}
        ],
        "covariates": [
          {"name": "stretch", "unit": "m", "training": {"kind": "uniform", "lower": 0, "upper": 2}}
        ],
        "observables": [
          {"name": "force", "unit": "N", "error": 0.1, "error_lower": 0.01, "error_upper": 1}
        ]
      }
      """;

  private static final int OBJECTS = 500;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;
  private Path rows;
  private Path results;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("case.json"), CASE);
    rows =
        Files.writeString(folder.resolve("in.csv"), "stretch,rest,stiffness\n2,0.5,3\n5,0.25,4\n");
    results = folder.resolve("out.csv");
  }

  @Test
  void shouldSimulateByAProcess() {
    assertThat(simulate("--simulator", program())).as("%s", err).isZero();
    assertThat(results)
        .hasContent("stiffness,rest,stretch,force,void_reason\n3,0.5,2,6.5,\n4,0.25,5,,VOID\n");
    assertThat(out.toString()).startsWith("2 runs, 1 failed {VOID=1}, written to ");
  }

  @Test
  void shouldSimulateByAModelOnTheClassPath() {
    assertThat(simulate("--simulator", "jar-of-springs")).as("%s", err).isZero();
    assertThat(results)
        .hasContent("stiffness,rest,stretch,force,void_reason\n3,0.5,2,6.5,\n4,0.25,5,20.25,\n");
  }

  @Test
  void shouldTakeTheCaseAnywhereAmongTheArguments() {
    assertThat(
            run(
                "simulate",
                "--simulator",
                "jar-of-springs",
                "--draw",
                "7",
                "--out",
                results.toString(),
                "--case=" + file))
        .as("%s", err)
        .isZero();
    assertThat(results).content().hasLineCount(8);
  }

  @Test
  void shouldMakeAMockSurvey() {
    assertThat(mock()).as("%s", err).isZero();
    assertThat(results).content().startsWith("object,group,time,force,force_err,stretch\na-0001,");
  }

  @Test
  void shouldGiveMockObjectsTheErrorsOfTheCase() throws IOException {
    Path truth = folder.resolve("truth.csv");
    assertThat(mock("--local-truth-out", truth.toString())).as("%s", err).isZero();
    List<String> truths = Files.readAllLines(truth);
    List<String> objects = Files.readAllLines(results);
    int usual = 0;
    double squares = 0;
    for (int i = 1; i <= OBJECTS; i++) {
      String[] row = objects.get(i).split(",");
      double error = Double.parseDouble(row[4]);
      assertThat(error).isBetween(0.01, 1.0);
      usual += error == 0.1 ? 1 : 0;
      double force =
          Double.parseDouble(truths.get(i).split(",")[2]) + 4 * Double.parseDouble(row[5]);
      squares += Math.pow((Double.parseDouble(row[3]) - force) / error, 2) / OBJECTS;
    }
    assertThat(usual).isBetween(OBJECTS / 5, 3 * OBJECTS / 10);
    assertThat(squares).isCloseTo(1, within(0.2));
  }

  @Test
  void shouldGiveEachObservableItsFixedError() throws IOException {
    Files.writeString(file, CASE.replace(", \"error_lower\": 0.01, \"error_upper\": 1", ""));
    assertThat(mock()).as("%s", err).isZero();
    assertThat(errors()).containsOnly("0.1");
    assertThat(mock("--noise", "0.3")).as("%s", err).isZero();
    assertThat(errors()).containsOnly("0.3");
  }

  @Test
  void shouldNotInventErrors() throws IOException {
    Files.writeString(file, CASE.replaceAll("\"error\": .*1}", "\"error_column\": \"sd\"}"));
    assertThat(mock()).isEqualTo(1);
    assertThat(err.toString()).contains("nothing says how large the error of force is; give");
    Files.writeString(
        file,
        CASE.replaceAll("\"error\": .*1}", "\"error\": 0.1}")
            .replace("\"springs\",", "\"springs\", \"simulations\": \"noisy\","));
    assertThat(mock()).isEqualTo(1);
    assertThat(err.toString()).contains("have their noise already");
    assertThat(mock("--noise", "0.3")).as("%s", err).isZero();
  }

  private List<String> errors() throws IOException {
    return Files.readAllLines(results).stream().skip(1).map(row -> row.split(",")[4]).toList();
  }

  private int mock(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "mock",
                "--group",
                "a:4",
                "--objects",
                String.valueOf(OBJECTS),
                "--seed",
                "1",
                "--case",
                file.toString(),
                "--simulator",
                "jar-of-springs",
                "--out",
                results.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void shouldNameWhatDoesNotMatch() throws IOException {
    Files.writeString(file, CASE.replace("stretch", "strecth"));
    assertThat(simulate("--simulator", "jar-of-springs")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "the case springs and the simulator 'jar-of-springs' do not match: there is the input"
                + " stretch, but the case has stiffness, rest, strecth; the nearest is strecth");
  }

  @Test
  void shouldAskForASimulator() {
    assertThat(simulate()).isEqualTo(2);
    assertThat(err.toString()).contains("no simulator is named; give --simulator \"COMMAND\"");
    assertThat(run("simulate", "--case")).isEqualTo(2);
    assertThat(err.toString()).contains("FILE");
  }

  private static String program() {
    return "'%s' -XX:TieredStopAtLevel=1 -cp '%s' %s"
        .formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            SpringProgram.classes(),
            SpringProgram.class.getName());
  }

  private int simulate(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "simulate",
                "--case",
                file.toString(),
                "--in",
                rows.toString(),
                "--out",
                results.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CommandLine line = Sidereus.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
