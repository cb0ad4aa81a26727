package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.integration.environment.Program;
import org.sidereus.simulators.process.SimulatorCommand;
import picocli.CommandLine;

/**
 * The commands of the page of the example, in a Python environment of its own; shorter trainings,
 * unless the test is the slow one.
 */
@Tag("python")
class TransitsExampleTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));
  private static final Path EXAMPLE = HOME.resolve("examples").resolve("transits");
  private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final List<String> SHORT =
      List.of(
          "--set",
          "simulation.wide_rows=5000",
          "simulation.wide_validation_rows=500",
          "simulation.prior_rows=10000",
          "simulation.prior_validation_rows=500",
          "emulator.hidden=32",
          "emulator.optimiser.steps=300",
          "flow.architecture.transforms=2",
          "flow.architecture.hidden=16",
          "flow.architecture.embedding=16",
          "flow.phases.optimiser.steps=150",
          "export.samples=256",
          "validate.objects=100",
          "validate.groups=2");

  @TempDir private Path folder;

  private String python;

  @BeforeEach
  void makeEnvironment() throws IOException, InterruptedException {
    Path environment = folder.resolve("environment");
    assumeTrue(
        run("python3", "-m", "venv", environment.toString()) == 0,
        "no Python environment can be made here, so the example was not tested; install"
            + " python3-venv");
    python = environment.resolve("bin/python").toString();
    assumeTrue(
        run(python, "-m", "pip", "install", "-q", HOME.resolve("python").toString()) == 0,
        "the Python package cannot be installed here, so the example was not tested");
  }

  @Test
  void shouldGoFromASimulatorToPosteriorsOnATopic() throws IOException, InterruptedException {
    int commands = 0;
    for (String line : commands()) {
      if (line.startsWith("./sidereus simulate")
          || line.startsWith("./sidereus mock")
          || line.startsWith("./sidereus infer")) {
        sidereus(line, List.of());
        commands++;
      } else if (line.contains("--work work/transits/pipe-training")) {
        sidereus(line, SHORT);
        commands++;
      } else if (line.startsWith("./sidereus demo")) {
        assertThat(groups(sidereus(line, List.of()))).hasSize(2);
        commands++;
      }
    }
    assertThat(commands).as("commands of the page").isEqualTo(5);
    assertThat(folder.resolve("work/transits/draws.csv")).content().hasLineCount(1001);
    assertThat(folder.resolve("work/transits/posteriors.csv")).content().hasLineCount(201);
    assertThat(folder.resolve("work/transits/groups.csv")).content().hasLineCount(3);
    sidereus(
        "./sidereus simulate --case examples/supernovae/case.json --draw 100 --simulator \"python"
            + " examples/supernovae/sim.py\" --out work/transits/supernovae.csv",
        List.of());
    assertThat(folder.resolve("work/transits/supernovae.csv")).content().hasLineCount(101);
  }

  /** Its whole training; groups are as near to the truth as 100 planets make them. */
  @Test
  @Tag("slow")
  void shouldTrainByEachWay() throws IOException, InterruptedException {
    for (String line : commands()) {
      if (line.startsWith("./sidereus")) {
        String out = sidereus(line, List.of());
        if (line.startsWith("./sidereus demo")) {
          for (JsonNode group : groups(out)) {
            assertThat(group.get("mean").get("log10_density").asDouble())
                .isCloseTo(group.get("truth").get("log10_density").asDouble(), within(0.05));
          }
        }
      } else if (line.startsWith("python")) {
        assertThat(run(words(line).toArray(String[]::new))).as(line).isZero();
      }
    }
    assertThat(folder.resolve("work/transits/table/manifest.json")).exists();
  }

  private static List<JsonNode> groups(String out) throws IOException {
    List<JsonNode> groups = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    for (String line : out.lines().filter(one -> one.startsWith("{")).toList()) {
      groups.add(json.readTree(line));
    }
    return groups;
  }

  private static List<String> commands() throws IOException {
    List<String> lines = new ArrayList<>();
    Matcher blocks = COMMANDS.matcher(Files.readString(EXAMPLE.resolve("README.md")));
    while (blocks.find()) {
      lines.addAll(blocks.group(1).replace("\\\n", " ").lines().toList());
    }
    return lines;
  }

  private List<String> words(String line) {
    String here =
        line.replace("work/transits", folder.resolve("work/transits").toString())
            .replace("examples/transits", EXAMPLE.toString())
            .replace("examples/supernovae", EXAMPLE.resolveSibling("supernovae").toString())
            .replaceFirst("^python ", python + " ")
            .replace("\"python ", "\"" + python + " ");
    return SimulatorCommand.parse(here).words();
  }

  private String sidereus(String line, List<String> more) {
    List<String> words = new ArrayList<>(words(line));
    words.remove(0);
    words.addAll(more);
    CommandLine command = Sidereus.commandLine();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    assertThat(command.execute(words.toArray(String[]::new))).as("%s%n%s", line, err).isZero();
    return out.toString();
  }

  private static int run(String... command) throws InterruptedException {
    return Program.within(Duration.ofMinutes(5)).run(command);
  }
}
