package org.sidereus.integration.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.config.ServiceConfig;

/** The manifests of {@code deploy/kubernetes} fit the image, the keys and the endpoints. */
class KubernetesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("sidereus.home"), "deploy", "kubernetes");
  private static final Map<String, JsonNode> MANIFESTS = new HashMap<>();

  @BeforeAll
  static void read() throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    for (JsonNode resource :
        yaml.readTree(FOLDER.resolve("kustomization.yaml").toFile()).path("resources")) {
      JsonNode manifest = yaml.readTree(FOLDER.resolve(resource.asText()).toFile());
      MANIFESTS.put(manifest.path("kind").asText(), manifest);
    }
  }

  private static JsonNode pod() {
    return MANIFESTS.get("StatefulSet").path("spec").path("template").path("spec");
  }

  private static JsonNode container() {
    return pod().path("containers").path(0);
  }

  /** The variables of a pod of a name. */
  private static Map<String, String> environment(String pod) {
    Map<String, String> environment = new HashMap<>();
    MANIFESTS
        .get("ConfigMap")
        .path("data")
        .properties()
        .forEach(one -> environment.put(one.getKey(), one.getValue().asText()));
    for (JsonNode one : container().path("env")) {
      String name = one.path("name").asText();
      if (name.startsWith("SIDEREUS_")) {
        environment.put(
            name,
            one.path("value")
                .asText()
                .replace("$(POD_NAME)", pod)
                .replace("$(POD_NAMESPACE)", "sidereus"));
      }
    }
    return environment;
  }

  @Test
  void shouldHaveOneManifestOfEachKind() {
    assertThat(MANIFESTS)
        .containsOnlyKeys(
            "Namespace",
            "ConfigMap",
            "Service",
            "StatefulSet",
            "PodDisruptionBudget",
            "NetworkPolicy",
            "ScaledObject");
  }

  @Test
  void shouldSetKeysThatTheServiceKnows() {
    ServiceConfig config = ServiceConfig.load(null, environment("sidereus-1"), Map.of());

    assertThat(config.instanceId()).isEqualTo("sidereus-1");
    assertThat(config.http().applicationServer()).contains("sidereus-1.sidereus.sidereus.svc:8080");
    assertThat(config.http().host()).isEqualTo("0.0.0.0");
    assertThat(pod().path("enableServiceLinks").asBoolean(true)).isFalse();
  }

  @Test
  void shouldProbeTheEndpointsAtTheirPort() {
    ServiceConfig config = ServiceConfig.load(null, environment("sidereus-0"), Map.of());
    JsonNode port = container().path("ports").path(0);
    assertThat(port.path("containerPort").asInt()).isEqualTo(config.http().port());
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode request = container().path(probe).path("httpGet");
      assertThat(request.path("port").asText()).isEqualTo(port.path("name").asText());
      assertThat(request.path("path").asText())
          .as(probe)
          .isEqualTo(probe.equals("readinessProbe") ? "/ready" : "/liveness");
    }
    JsonNode service = MANIFESTS.get("Service").path("spec").path("ports").path(0);
    assertThat(service.path("targetPort").asText()).isEqualTo(port.path("name").asText());
    assertThat(pod().path("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(30);
  }

  @Test
  void shouldKeepTheStateOfEachPodAndWriteNowhereElse() {
    ServiceConfig config = ServiceConfig.load(null, environment("sidereus-0"), Map.of());
    JsonNode claim = MANIFESTS.get("StatefulSet").path("spec").path("volumeClaimTemplates").path(0);
    List<String> paths = new ArrayList<>();
    container().path("volumeMounts").forEach(one -> paths.add(one.path("mountPath").asText()));
    assertThat(paths).containsExactly(config.stateDir().toString(), "/tmp");
    assertThat(container().path("volumeMounts").path(0).path("name").asText())
        .isEqualTo(claim.path("metadata").path("name").asText());
    JsonNode rights = container().path("securityContext");
    assertThat(rights.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(rights.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(rights.path("capabilities").path("drop").path(0).asText()).isEqualTo("ALL");
  }

  @Test
  void shouldRunByTheUserOfTheImage() throws IOException {
    JsonNode user = pod().path("securityContext");
    assertThat(Files.readString(FOLDER.resolve("../../Dockerfile")))
        .contains(
            "USER %d:%d"
                .formatted(user.path("runAsUser").asInt(), user.path("runAsGroup").asInt()));
    assertThat(user.path("runAsNonRoot").asBoolean()).isTrue();
  }

  @Test
  void shouldScaleByTheLagOfTheServiceUpToItsPartitions() {
    ServiceConfig config = ServiceConfig.load(null, environment("sidereus-0"), Map.of());
    JsonNode scaling = MANIFESTS.get("ScaledObject").path("spec");
    JsonNode lag = scaling.path("triggers").path(0).path("metadata");
    assertThat(lag.path("consumerGroup").asText()).isEqualTo(config.applicationId());
    assertThat(lag.path("topic").asText()).isEqualTo(config.topics().observations());
    assertThat(lag.path("bootstrapServers").asText()).isEqualTo(config.bootstrapServers());
    assertThat(scaling.path("maxReplicaCount").asInt() * config.threads())
        .isLessThanOrEqualTo(config.topicCreation().partitions());
  }

  /** Kubernetes' own reader of the manifests, where it is installed. */
  @Test
  void shouldBeBuiltByKustomize() throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder("kubectl", "kustomize", FOLDER.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "kubectl is not installed");
      return;
    }
    String built = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(built.split("(?m)^---$")).hasSize(MANIFESTS.size());
    assertThat(built).contains("image: registry.example.org/sidereus:0.2.0");
  }
}
