package org.sidereus.integration.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.integration.environment.ComposeFile;
import org.sidereus.streams.config.ServiceConfig;

/** The compose file and the Dockerfile fit the options and keys of the program. */
class ComposeFileTest {
  private static final String SERVICE = "sidereus";
  private static final String EXPLORER = "explorer";
  private static final String PREFIX = "SIDEREUS_";

  private final ComposeFile compose = ComposeFile.ofCheckout();

  private static List<String> dockerfile() throws IOException {
    return Files.readAllLines(Path.of(System.getProperty("sidereus.home"), "Dockerfile"));
  }

  @Test
  void shouldHaveBrokerRegistryServiceAndExplorerAndByAProfileTheMonitoring() {
    assertThat(compose.services())
        .containsExactlyInAnyOrder("kafka", "registry", SERVICE, EXPLORER, "prometheus", "grafana");
    assertThat(compose.services())
        .filteredOn(one -> compose.service(one).has("profiles"))
        .containsExactlyInAnyOrder("prometheus", "grafana")
        .allSatisfy(
            one ->
                assertThat(compose.service(one).path("profiles").path(0).asText())
                    .isEqualTo("monitoring"));
  }

  @Test
  void shouldStartAgainAndStopInTime() {
    for (String service : compose.services()) {
      assertThat(compose.service(service).path("restart").asText())
          .as(service)
          .isEqualTo("unless-stopped");
      assertThat(compose.service(service).path("stop_grace_period").asText())
          .as("%s: longer than Docker's 10 s", service)
          .matches("30s|1m");
    }
  }

  @Test
  void shouldKeepTheDataOfBrokerAndRegistryOnVolumes() {
    String data = compose.environment("kafka").get("KAFKA_LOG_DIRS");
    assertThat(volumes("kafka")).contains("kafka-data:" + data);
    assertThat(compose.service("kafka").path("command").toString())
        .as("each volume has its own cluster id")
        .contains("random-uuid");

    Map<String, String> registry = compose.environment("registry");
    assertThat(registry).containsEntry("APICURIO_STORAGE_KIND", "kafkasql");
    assertThat(registry.get("APICURIO_KAFKASQL_BOOTSTRAP_SERVERS"))
        .isEqualTo(compose.environment(SERVICE).get("SIDEREUS_BOOTSTRAP_SERVERS"));
    assertThat(
            compose.service("registry").path("depends_on").path("kafka").path("condition").asText())
        .isEqualTo("service_healthy");
  }

  @ParameterizedTest
  @ValueSource(strings = {SERVICE, EXPLORER})
  void shouldRunWithoutRightsThatItDoesNotNeed(String name) {
    JsonNode service = compose.service(name);

    assertThat(service.path("read_only").asBoolean()).isTrue();
    assertThat(service.path("cap_drop").path(0).asText()).isEqualTo("ALL");
    assertThat(service.path("security_opt").path(0).asText()).isEqualTo("no-new-privileges:true");
    assertThat(service.path("tmpfs").path(0).asText()).isEqualTo("/tmp");
  }

  private List<String> volumes(String service) {
    return StreamSupport.stream(compose.service(service).path("volumes").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "registry"})
  void shouldWatchTheHealthOfEachImageThatIsNotOurs(String service) {
    JsonNode check = compose.service(service).path("healthcheck");

    assertThat(check.path("test")).as(service).hasSizeGreaterThan(1);
    assertThat(check.path("interval").asText()).as(service).isNotEmpty();
    assertThat(check.path("retries").asInt()).as(service).isPositive();
    assertThat(compose.image(service)).as("a fixed version").matches(".+:\\d+[\\d.]*");
    assertThat(compose.service(SERVICE).path("depends_on").path(service).path("condition").asText())
        .isEqualTo("service_healthy");
  }

  @Test
  void shouldWatchWhetherTheServiceIsReady() throws IOException {
    String file = String.join("\n", dockerfile());

    assertThat(file).contains("HEALTHCHECK").contains("CMD [\"/app/bin/healthy.sh\"]");
    assertThat(compose.service(SERVICE).path("build").asText()).isEqualTo(".");
  }

  @Test
  void shouldRunByAUserWithoutPrivileges() throws IOException {
    List<String> lines = dockerfile();
    int lastStage = lastIndex(lines, "FROM ");
    int user = lastIndex(lines, "USER ");
    int entry = lastIndex(lines, "ENTRYPOINT ");

    assertThat(user).as("a user in the stage that runs").isBetween(lastStage, entry);
    // By number, so that Kubernetes can see that it is not root.
    assertThat(lines.get(user)).matches("USER [1-9]\\d+:0");
    String number = lines.get(user).replaceAll("USER (\\d+):.*", "$1");
    assertThat(lines).anyMatch(line -> line.contains("useradd") && line.contains(number));
    assertThat(compose.service(SERVICE).has("user")).as("not overridden").isFalse();
    assertThat(compose.service(SERVICE).has("privileged")).isFalse();
    assertThat(compose.service(SERVICE).has("cap_add")).isFalse();
  }

  private static int lastIndex(List<String> lines, String instruction) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).startsWith(instruction)) {
        return i;
      }
    }
    throw new AssertionError("the Dockerfile has no " + instruction);
  }

  @ParameterizedTest
  @ValueSource(strings = {SERVICE, EXPLORER})
  void shouldSetOnlyKeysThatTheServiceKnows(String service) {
    Map<String, String> environment = new HashMap<>(compose.environment(service));
    assertThat(environment).isNotEmpty();
    assertThat(environment.keySet()).allMatch(name -> name.startsWith(PREFIX));

    ServiceConfig config = ServiceConfig.load(null, environment, Map.of());

    assertThat(config.effective().values()).containsAll(environment.values());
    environment.put("SIDEREUS_WINDOW_SIZES", "1h");
    assertThatThrownBy(() -> ServiceConfig.load(null, environment, Map.of()))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("window.size");
  }

  @Test
  void shouldRunTheImageByItself() throws IOException {
    String file = String.join("\n", dockerfile());
    Map<String, String> environment = new HashMap<>();
    Matcher variables = Pattern.compile("(SIDEREUS_\\w+)=(\\S+)").matcher(file);
    while (variables.find()) {
      if (!variables.group(1).equals("SIDEREUS_JAVA_OPTS")) {
        environment.put(variables.group(1), variables.group(2));
      }
    }

    ServiceConfig config = ServiceConfig.load(null, environment, Map.of());

    assertThat(file).contains("VOLUME " + config.stateDir()).contains("ORT_DISABLE_TELEMETRY=1");
    assertThat(file).contains("EXPOSE " + config.http().port() + " 8090");
    assertThat(config.http().host()).isEqualTo("0.0.0.0");
    Path image = Path.of(System.getProperty("sidereus.home"), "deploy", "image");
    assertThat(Files.readAllLines(image.resolve("java.options")))
        .contains("-XX:+ExitOnOutOfMemoryError", "-Donnxruntime.native.path=/app/natives");
    assertThat(image.resolve("healthy.sh")).isExecutable();
    assertThat(image.resolve("assemble.sh")).isExecutable();
  }

  @Test
  void shouldPointAtTheServicesOfTheFile() {
    ServiceConfig config = ServiceConfig.load(null, compose.environment(SERVICE), Map.of());
    String listeners = compose.environment("kafka").get("KAFKA_ADVERTISED_LISTENERS");

    assertThat(listeners).contains("INTERNAL://" + config.bootstrapServers());
    URI registry = URI.create(config.registry().get("schema.registry.url"));
    assertThat(compose.services()).contains(registry.getHost());
    assertThat(targetPorts("registry")).contains(registry.getPort());
    assertThat(targetPorts(SERVICE)).contains(config.http().port());
    assertThat(config.http().host()).isEqualTo("0.0.0.0");
    assertThat(volumes(SERVICE)).anyMatch(one -> one.endsWith(":" + config.stateDir()));
  }

  @Test
  void shouldShowTheTopicsOfTheServiceInTheExplorer() {
    JsonNode explorer = compose.service(EXPLORER);
    ServiceConfig service = ServiceConfig.load(null, compose.environment(SERVICE), Map.of());
    ServiceConfig own = ServiceConfig.load(null, compose.environment(EXPLORER), Map.of());

    assertThat(compose.image(EXPLORER)).isEqualTo(compose.image(SERVICE));
    assertThat(own.bootstrapServers()).isEqualTo(service.bootstrapServers());
    assertThat(own.registry()).isEqualTo(service.registry());
    assertThat(own.topics()).isEqualTo(service.topics());
    assertThat(own.applicationId()).isEqualTo(service.applicationId());
    assertThat(own.bundles()).isEqualTo(service.bundles());
    assertThat(explorer.path("depends_on").path(SERVICE).path("condition").asText())
        .isEqualTo("service_healthy");
    List<String> command = new ArrayList<>();
    explorer.path("command").forEach(word -> command.add(word.asText()));
    String port = command.get(command.indexOf("--port") + 1);
    assertThat(command).startsWith("explore").containsSequence("--host", "0.0.0.0");
    assertThat(targetPorts(EXPLORER)).containsExactly(Integer.valueOf(port));
    assertThat(explorer.path("healthcheck").path("test").toString())
        .as("not the check of the image, which asks the service")
        .contains("/127.0.0.1/" + port + " ")
        .contains("GET /api/overview ");
    assertThat(volumes(EXPLORER)).containsExactly("explorer-data:" + own.stateDir());
  }

  private List<Integer> targetPorts(String service) {
    return StreamSupport.stream(compose.service(service).path("ports").spliterator(), false)
        .map(JsonNode::asText)
        .map(text -> Integer.valueOf(text.substring(text.lastIndexOf(':') + 1)))
        .toList();
  }

  @Test
  void shouldServeBundlesThatAreShipped() {
    ServiceConfig config = ServiceConfig.load(null, compose.environment(SERVICE), Map.of());

    for (String name : config.bundles()) {
      Bundle bundle = Bundle.load(BundleLocator.ofInstallation().locate(name));
      assertThat(bundle.manifest().name()).isEqualTo(name);
    }
  }

  @Test
  void shouldPublishItsPortsOnThisMachineOnly() {
    for (String service : compose.services()) {
      assertThat(compose.service(service).path("ports"))
          .as(service)
          .isNotEmpty()
          .allSatisfy(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
    }
  }
}
