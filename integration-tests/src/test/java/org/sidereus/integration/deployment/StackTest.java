package org.sidereus.integration.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.sidereus.integration.deployment.StackProcesses.KAFKA;
import static org.sidereus.integration.deployment.StackProcesses.REGISTRY;
import static org.sidereus.integration.deployment.StackProcesses.SIDEREUS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.ComposeFile;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.Promtool;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.registry.ApicurioRegistry;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;

/**
 * The services of the compose file go down and up, one by one and all, in every order, and nothing
 * is lost: each observation has one posterior, groups are those of {@code infer}, and the registry
 * gives the same ids to the same schemas.
 */
@Tag("slow")
class StackTest {
  private static final int PART = 60;
  private static final Duration LONGEST_CHECK = Duration.ofMinutes(30);
  private static final double TOLERANCE = 1e-9;

  @TempDir private Path folder;
  private final DemoSurvey survey = DemoSurvey.first(7 * PART);
  private int published;

  @Test
  void shouldLoseNothingInProcesses() throws Exception {
    Path apicurio = registryOfTheComposeFile();
    Optional<Path> java = ApicurioRegistry.suitableJava(apicurio);
    assumeTrue(java.isPresent(), "the registry needs Java 21 or later, and none was found");
    try (StackProcesses stack = new StackProcesses(folder, apicurio, java.orElseThrow())) {
      stack.up(KAFKA, REGISTRY, SIDEREUS);
      publish(stack);
      Map<String, Integer> ids = ids(stack);
      assertThat(ids).hasSizeGreaterThanOrEqualTo(4);

      stack.down(SIDEREUS);
      publish(stack);
      stack.up(SIDEREUS);
      stack.down(REGISTRY);
      stack.up(REGISTRY);
      publish(stack);
      stack.down(KAFKA);
      stack.up(KAFKA);
      publish(stack);
      stack.down(SIDEREUS, REGISTRY, KAFKA);
      stack.up(KAFKA, REGISTRY, SIDEREUS);
      publish(stack);
      stack.down(KAFKA, REGISTRY, SIDEREUS);
      stack.up(KAFKA, REGISTRY, SIDEREUS);
      publish(stack);
      stack.down(REGISTRY, SIDEREUS, KAFKA);
      StackProcesses.delete(stack.volume("sidereus-state"));
      stack.up(KAFKA, REGISTRY, SIDEREUS);
      publish(stack);

      assertNothingIsLost(stack);
      assertThat(ids(stack)).isEqualTo(ids);
    }
  }

  private Path registryOfTheComposeFile() {
    String image = ComposeFile.ofCheckout().image(REGISTRY);
    Path home = Path.of(System.getProperty("apicurio.home"));
    Path found = home.resolveSibling(image.substring(image.indexOf(':') + 1));
    assertThat(found)
        .as("property apicurio-compose.version of pom.xml is the tag of %s", image)
        .isDirectory();
    return found;
  }

  /** By new clients, which have no schema in memory. */
  private void publish(StackProcesses stack) {
    try (SurveyClients clients = new SurveyClients(stack.clients())) {
      for (DemoSurvey.Row row : survey.rows().subList(published, published + PART)) {
        SurveyClients.stored(clients.send(row.observation()));
      }
    }
    published += PART;
  }

  private static Map<String, Integer> ids(StackProcesses stack) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, Integer> ids = new TreeMap<>();
    for (JsonNode subject : json.readTree(stack.registry().get("/subjects").body())) {
      String path = "/subjects/" + subject.asText() + "/versions/";
      for (JsonNode version : json.readTree(stack.registry().get(path).body())) {
        JsonNode schema = json.readTree(stack.registry().get(path + version.asInt()).body());
        ids.put(subject.asText() + " " + version.asInt(), schema.path("id").asInt());
      }
    }
    return ids;
  }

  private void assertNothingIsLost(StackProcesses stack) {
    assertThat(published).isEqualTo(survey.rows().size());
    Path catalogue = folder.resolve("survey.csv");
    survey.write(catalogue, Duration.ofHours(1));
    OfflineGroups offline = OfflineGroups.infer(catalogue, folder, "--group-column", "group");
    try (SurveyClients clients = new SurveyClients(stack.clients())) {
      clients.objects().await(published);
      List<ObjectPosterior> objects = clients.objects().settled();
      assertThat(objects).hasSize(published);
      assertThat(objects).extracting(ObjectPosterior::getObject).doesNotHaveDuplicates();
      objects.forEach(one -> offline.assertAgreesWith(one, TOLERANCE));
      List<GroupPosterior> groups =
          clients
              .groups()
              .await(
                  all -> {
                    Map<String, GroupPosterior> last = RunningService.forAllTime(all);
                    return last.size() == offline.groups().size()
                        && last.entrySet().stream()
                            .allMatch(
                                one -> offline.agreesWith(one.getValue(), one.getKey(), TOLERANCE));
                  });
      RunningService.forAllTime(groups)
          .forEach((group, one) -> offline.assertAgreesWith(one, group, TOLERANCE));
      assertThat(clients.rejections().settled()).isEmpty();
    }
  }

  @Test
  void shouldLoseNothingInContainers() throws Exception {
    String engine = System.getProperty("sidereus.engine", "docker");
    assumeTrue(
        Promtool.onPath(engine).isPresent() && hasImage(engine),
        "no container engine with the image sidereus:local; build it, or name the engine by"
            + " -Dsidereus.engine=podman");
    Path log = folder.resolve("stack.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("sidereus.home"), "deploy/check-stack.sh").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("ENGINE", engine);
    Process check = builder.start();
    try {
      assertThat(check.waitFor(LONGEST_CHECK.toMinutes(), TimeUnit.MINUTES)).isTrue();
      assertThat(check.exitValue()).as("%s", Files.readString(log)).isZero();
    } finally {
      check.destroyForcibly();
    }
  }

  private static boolean hasImage(String engine) throws Exception {
    Process process =
        new ProcessBuilder(engine, "image", "inspect", "sidereus:local")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
