package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.schemas.GroupPosterior;

/**
 * Two bundles infer the same stream, and the summed log evidences tell which yields made the stars.
 *
 * <p>The stars of {@code two-yield-sets.csv} are the first 60 of each, taken in turn, of
 *
 * <pre>
 * ./sidereus mock gce --yields DIR --yield-set tng --galaxy tng:-2.3:-2.89 --stars 150 --seed 31 --out tng.csv
 * ./sidereus mock gce --yields DIR --yield-set alternative --galaxy alternative:-2.3:-2.89 --stars 150 --seed 31 --out alternative.csv
 * </pre>
 */
@Tag("thorough")
class TwoBundlesTest {
  private static final int STARS = 60;
  private static final List<String> BUNDLES = List.of("gce-tng", "gce-alternative");

  @TempDir private Path folder;

  private Path catalogue() throws IOException {
    Path file = folder.resolve("stars.csv");
    try (InputStream stars = getClass().getResourceAsStream("/two-yield-sets.csv")) {
      Files.copy(stars, file);
    }
    return file;
  }

  private static CommandRun command(RunningService service, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(service.options());
    CommandRun run = CommandRun.here(all.toArray(String[]::new));
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    return run;
  }

  @Test
  void shouldShowWhichYieldsMadeTheStars() throws Exception {
    try (InProcess environment = InProcess.start();
        RunningService service =
            RunningService.start(
                environment,
                "two-bundles",
                folder,
                Map.of("bundles", String.join(",", BUNDLES), "window.grace", "1d"))) {
      command(service, "replay", "--in", catalogue().toString());
      service.objects().await(2 * STARS * BUNDLES.size());
      service.groups().await(all -> isComplete(last(all)));
      List<GroupPosterior> groups = service.groups().settled();

      assertPrefers(service, groups, "tng", "gce-tng", "gce-alternative");
      assertPrefers(service, groups, "alternative", "gce-alternative", "gce-tng");
    }
  }

  private static void assertPrefers(
      RunningService service, List<GroupPosterior> groups, String group, String right, String wrong)
      throws IOException {
    Map<List<String>, GroupPosterior> last = last(groups);
    double logBayesFactor =
        last.get(List.of(group, right)).getLogEvidence()
            - last.get(List.of(group, wrong)).getLogEvidence();
    assertThat(logBayesFactor).as("ln of the Bayes factor for %s", group).isGreaterThan(STARS);

    JsonNode response = new ObjectMapper().readTree(service.get("/groups/" + group).body());
    JsonNode comparison = response.path("comparison");
    assertThat(comparison).hasSize(2);
    assertThat(comparison.get(0).path("bundle").asText()).isEqualTo(right);
    assertThat(comparison.get(0).path("log_bayes_factor").asDouble()).isZero();
    assertThat(comparison.get(1).path("bundle").asText()).isEqualTo(wrong);
    assertThat(comparison.get(1).path("objects").asLong()).isEqualTo(STARS);
    assertThat(comparison.get(1).path("log_bayes_factor").asDouble())
        .isCloseTo(-logBayesFactor, within(1e-6));

    long events = groups.stream().filter(one -> one.getGroup().equals(group)).count();
    CommandRun watch =
        command(
            service, "watch", "--from-beginning", "--group", group, "--max", Long.toString(events));
    List<String> lines =
        watch.out().stream().filter(one -> one.contains("all time  n=" + STARS)).toList();
    assertThat(lines.get(lines.size() - 1))
        .containsAnyOf(
            "ln(evidence) %.1f above %s".formatted(logBayesFactor, wrong),
            "ln(evidence) %.1f below %s".formatted(logBayesFactor, right));
  }

  /** The last posterior for all time, by group and bundle. */
  private static Map<List<String>, GroupPosterior> last(List<GroupPosterior> posteriors) {
    Map<List<String>, GroupPosterior> last = new HashMap<>();
    posteriors.stream()
        .filter(one -> one.getWindowStart() == null)
        .forEach(one -> last.put(List.of(one.getGroup(), one.getBundle()), one));
    return last;
  }

  private static boolean isComplete(Map<List<String>, GroupPosterior> last) {
    return last.size() == 2 * BUNDLES.size()
        && last.values().stream().allMatch(one -> one.getObjects() == STARS);
  }
}
