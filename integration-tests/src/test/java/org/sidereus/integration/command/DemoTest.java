package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.OfflineGroups;

/** The demo, which is the whole stream in one process. */
class DemoTest {
  private static final List<String> PARAMETERS = List.of("alpha_IMF", "log10_N_Ia");

  @TempDir private Path folder;
  private final ObjectMapper json = new ObjectMapper();

  @Tag("thorough")
  @Test
  void shouldFindTheTruthOfTheSurveyThatItShips() throws IOException {
    CommandRun run = CommandRun.asProcess(folder, "demo", "--headless");

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(run.err())
        .as("only what was done")
        .allMatch(
            line ->
                line.contains(" INFO ")
                    || line.contains("observations received")
                    || line.contains("identifiers are taken from the column"));
    List<JsonNode> groups = groups(run);
    assertThat(groups).extracting(one -> one.get("group").asText()).doesNotHaveDuplicates();
    assertThat(groups)
        .hasSize(3)
        .allSatisfy(
            group -> {
              assertThat(group.get("n").asLong()).isGreaterThanOrEqualTo(1000);
              assertThat(group.get("left_out_by_flag").isObject()).isTrue();
              assertThat(group.get("combined").asLong() + group.get("left_out").asLong())
                  .isEqualTo(group.get("n").asLong());
              for (String parameter : PARAMETERS) {
                double truth = group.get("truth").get(parameter).asDouble();
                double mean = group.get("mean").get(parameter).asDouble();
                double sd = group.get("sd").get(parameter).asDouble();
                assertThat(mean)
                    .as("%s of %s", parameter, group)
                    .isCloseTo(truth, within(0.01))
                    .isCloseTo(truth, within(3 * sd));
              }
            });
  }

  @Test
  void shouldSayTheSameAsTheOfflineInference() throws IOException {
    Path galaxy =
        Path.of(System.getProperty("sidereus.shared"), "data", "stars", "tng_galaxy_523071.csv");
    assumeTrue(
        Files.isReadable(galaxy),
        galaxy + " is not here, so the demo was not compared; set -Dsidereus.shared");

    CommandRun run = CommandRun.here("demo", "--headless", "--in", galaxy.toString());
    OfflineGroups offline = OfflineGroups.infer(galaxy, folder, "--group", "offline");

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(groups(run))
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.get("group").asText()).isEqualTo("tng_galaxy_523071");
              assertThat(group.get("n").asText())
                  .isEqualTo(offline.groups().get("offline").get("n"));
              for (String parameter : PARAMETERS) {
                assertThat(group.get("mean").get(parameter).asDouble())
                    .isCloseTo(offline.mean("offline", parameter), within(1e-6));
                assertThat(group.get("sd").get(parameter).asDouble())
                    .isCloseTo(offline.sd("offline", parameter), within(1e-6));
              }
            });
  }

  @Test
  void shouldEndWithEachObjectCountedOnceAlthoughSomeAreRejectedOrRepeated() throws IOException {
    DemoSurvey survey = DemoSurvey.first(30);
    DemoSurvey.Row again = survey.rows().get(3);
    DemoSurvey.Row broken = survey.rows().get(4).with("Fe_H", Double.NaN);
    Path file = folder.resolve("survey.csv");
    survey
        .with(0, again.as(again.object(), again.group()))
        .with(1, broken)
        .with(2, survey.rows().get(2).as("alone", ""))
        .with(4, broken)
        .write(file, Duration.ofHours(1));

    CommandRun run = CommandRun.here("demo", "--headless", "--in", file.toString());

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(groups(run))
        .extracting(group -> group.get("group").asText() + " " + group.get("n").asText())
        .containsExactly("galaxy-a 9", "galaxy-b 8", "galaxy-c 9");
  }

  /** The lines of the standard output, all of which must be JSON. */
  private List<JsonNode> groups(CommandRun run) throws IOException {
    List<JsonNode> groups = new ArrayList<>();
    for (String line : run.out()) {
      groups.add(json.readTree(line));
    }
    return groups;
  }
}
