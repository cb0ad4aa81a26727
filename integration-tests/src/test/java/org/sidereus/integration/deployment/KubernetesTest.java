package org.sidereus.integration.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.integration.environment.ComposeFile;
import org.sidereus.streams.config.ServiceConfig;

/** The manifests of {@code deploy/kubernetes} fit the service, its image and each other. */
class KubernetesTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));
  private static final Path FOLDER = HOME.resolve("deploy").resolve("kubernetes");
  private static final String CONFIGURATION = "service.properties";
  private static final String POD = "sidereus-0";

  /** The objects of all files, by kind and name. */
  private final Map<String, JsonNode> objects = new HashMap<>();

  private ServiceConfig config;

  @BeforeEach
  void read() throws IOException {
    for (String file : files(".yaml")) {
      try (var documents =
          new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(file(file).toFile())) {
        for (JsonNode one : documents.readAll()) {
          String name = one.path("kind").asText() + " " + one.at("/metadata/name").asText();
          assertThat(objects.put(name, one)).as("%s is there once", name).isNull();
        }
      }
    }
    config = ServiceConfig.load(file(CONFIGURATION), environment(service()), Map.of());
  }

  private static Path file(String name) {
    return FOLDER.resolve(name);
  }

  private static List<String> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .toList();
    }
  }

  private JsonNode object(String kindAndName) {
    assertThat(objects).containsKey(kindAndName);
    return objects.get(kindAndName);
  }

  private JsonNode statefulSet() {
    return object("StatefulSet sidereus");
  }

  private JsonNode service() {
    return statefulSet().at("/spec/template/spec/containers/0");
  }

  private JsonNode explorer() {
    return object("Deployment sidereus-explorer").at("/spec/template/spec/containers/0");
  }

  /** Variables of a container as Kubernetes sets them in the pod {@value #POD}. */
  private static Map<String, String> environment(JsonNode container) {
    Map<String, String> environment = new HashMap<>();
    for (JsonNode one : container.path("env")) {
      String value =
          one.at("/valueFrom/fieldRef/fieldPath").asText().equals("metadata.name")
              ? POD
              : one.path("value").asText();
      for (Map.Entry<String, String> before : Map.copyOf(environment).entrySet()) {
        value = value.replace("$(" + before.getKey() + ")", before.getValue());
      }
      environment.put(one.path("name").asText(), value);
    }
    return environment;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  private String setting(String key) {
    return String.valueOf(config.effective().get(key));
  }

  @Test
  void shouldNameEachInstanceByItsPod() {
    assertThat(config.instanceId()).isEqualTo(POD);
    String name = POD + "." + statefulSet().at("/spec/serviceName").asText();
    assertThat(config.applicationServer()).contains(name + ":" + config.httpPort());
    assertThat(config.httpHosts()).containsExactly("sidereus", name);
    JsonNode headless = object("Service sidereus-instances");
    assertThat(headless.at("/spec/clusterIP").asText()).isEqualTo("None");
    assertThat(headless.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
  }

  @Test
  void shouldAskTheServiceWhereItListens() throws IOException {
    assertThat(config.httpHost()).isEqualTo("0.0.0.0");
    assertThat(service().at("/ports/0/containerPort").asInt()).isEqualTo(config.httpPort());
    assertThat(service().at("/readinessProbe/httpGet/path").asText()).isEqualTo("/ready");
    assertThat(service().at("/livenessProbe/httpGet/path").asText()).isEqualTo("/liveness");
    assertThat(service().at("/startupProbe/httpGet/path").asText()).isEqualTo("/liveness");
    assertThat(Files.readString(HOME.resolve("docs/reference/configuration.md")))
        .contains("| `/ready` |", "| `/liveness` |");
    JsonNode annotations = statefulSet().at("/spec/template/metadata/annotations");
    assertThat(annotations.path("prometheus.io/port").asInt()).isEqualTo(config.httpPort());
    List<String> words = texts(explorer().path("args"));
    assertThat(explorer().at("/ports/0/containerPort").asText())
        .isEqualTo(words.get(words.indexOf("--port") + 1));
    for (JsonNode container : List.of(service(), explorer())) {
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        if (container.has(probe)) {
          assertThat(container.path(probe).at("/httpGet/port").asText())
              .isEqualTo(container.at("/ports/0/name").asText());
        }
      }
    }
  }

  @Test
  void shouldSelectThePodsThatItMakes() {
    JsonNode labels = statefulSet().at("/spec/template/metadata/labels");
    JsonNode explorer = object("Deployment sidereus-explorer");

    assertThat(statefulSet().at("/spec/selector/matchLabels")).isEqualTo(labels);
    assertThat(object("PodDisruptionBudget sidereus").at("/spec/selector/matchLabels"))
        .isEqualTo(labels);
    assertThat(object("Service sidereus").at("/spec/selector")).isEqualTo(labels);
    assertThat(object("Service sidereus-instances").at("/spec/selector")).isEqualTo(labels);
    assertThat(explorer.at("/spec/selector/matchLabels"))
        .isEqualTo(explorer.at("/spec/template/metadata/labels"))
        .isEqualTo(object("Service sidereus-explorer").at("/spec/selector"))
        .isNotEqualTo(labels);
    for (String name : List.of("sidereus", "sidereus-instances", "sidereus-explorer")) {
      JsonNode port = object("Service " + name).at("/spec/ports/0");
      JsonNode pod = name.endsWith("explorer") ? explorer() : service();
      assertThat(port.path("targetPort")).isEqualTo(pod.at("/ports/0/name"));
      assertThat(port.path("port")).isEqualTo(pod.at("/ports/0/containerPort"));
    }
  }

  @Test
  void shouldRunAsTheImageDoesWithoutRights() throws IOException {
    String user =
        Files.readAllLines(HOME.resolve("Dockerfile")).stream()
            .filter(line -> line.startsWith("USER "))
            .map(line -> line.substring("USER ".length()))
            .findFirst()
            .orElseThrow();
    for (JsonNode pod :
        List.of(
            statefulSet().at("/spec/template/spec"),
            object("Deployment sidereus-explorer").at("/spec/template/spec"))) {
      JsonNode context = pod.path("securityContext");
      assertThat(context.path("runAsUser").asText() + ":" + context.path("runAsGroup").asText())
          .isEqualTo(user);
      assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
      assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
      JsonNode container = pod.at("/containers/0");
      assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
          .isFalse();
      assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
      assertThat(container.path("image").asText())
          .isEqualTo(ComposeFile.ofCheckout().image("sidereus"));
      assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
          .contains(config.stateDir().toString(), "/tmp");
      List<String> volumes = new ArrayList<>(pod.path("volumes").findValuesAsText("name"));
      volumes.add("state");
      assertThat(volumes).containsAll(container.path("volumeMounts").findValuesAsText("name"));
      List<String> words = texts(container.path("args"));
      assertThat(words.get(words.indexOf("--config") + 1))
          .isEqualTo(mount(container, "config") + "/" + CONFIGURATION);
    }
    assertThat(statefulSet().at("/spec/volumeClaimTemplates/0/metadata/name").asText())
        .isEqualTo("state");
    assertThat(mount(service(), "state")).isEqualTo(config.stateDir().toString());
    assertThat(statefulSet().at("/spec/template/spec/terminationGracePeriodSeconds").asInt())
        .isGreaterThanOrEqualTo(30);
  }

  private static String mount(JsonNode container, String volume) {
    for (JsonNode one : container.path("volumeMounts")) {
      if (one.path("name").asText().equals(volume)) {
        return one.path("mountPath").asText();
      }
    }
    throw new AssertionError("no mount of " + volume);
  }

  @Test
  void shouldScaleByTheLagOfTheTopicThatTheServiceReads() {
    JsonNode scaled = object("ScaledObject sidereus");
    JsonNode trigger = scaled.at("/spec/triggers/0");

    assertThat(scaled.at("/spec/scaleTargetRef/kind").asText()).isEqualTo("StatefulSet");
    assertThat(scaled.at("/spec/scaleTargetRef/name").asText())
        .isEqualTo(statefulSet().at("/metadata/name").asText());
    assertThat(trigger.path("type").asText()).isEqualTo("kafka");
    assertThat(trigger.at("/metadata/topic").asText()).isEqualTo(config.topics().observations());
    assertThat(trigger.at("/metadata/consumerGroup").asText()).isEqualTo(config.applicationId());
    assertThat(trigger.at("/metadata/bootstrapServers").asText())
        .isEqualTo(config.bootstrapServers());
    int partitions = Integer.parseInt(setting("topics.partitions"));
    assertThat(scaled.at("/spec/maxReplicaCount").asInt() * config.threads())
        .as("a thread without a partition has nothing to do")
        .isLessThanOrEqualTo(partitions);
    assertThat(scaled.at("/spec/minReplicaCount").asInt())
        .isEqualTo(statefulSet().at("/spec/replicas").asInt());
    assertThat(service().at("/resources/limits/cpu").asInt()).isEqualTo(config.threads());
  }

  @Test
  void shouldSetOnlyKeysThatTheServiceKnows() {
    Map<String, String> environment = new HashMap<>(environment(service()));
    object("Secret sidereus-secret")
        .path("stringData")
        .properties()
        .forEach(one -> environment.put(one.getKey(), one.getValue().asText()));

    ServiceConfig secured = ServiceConfig.load(file(CONFIGURATION), environment, Map.of());

    assertThat(secured.effective())
        .containsEntry("kafka.security.protocol", "SASL_SSL")
        .containsKeys("kafka.sasl.jaas.config", "basic.auth.user.info");
    assertThat(secured.effective().toString()).doesNotContain("CHANGE-ME");
    for (JsonNode container : List.of(service(), explorer())) {
      assertThat(container.at("/envFrom/0/secretRef/name").asText()).isEqualTo("sidereus-secret");
      assertThat(container.at("/envFrom/0/secretRef/optional").asBoolean()).isTrue();
    }
    for (String bundle : config.bundles()) {
      assertThat(BundleLocator.ofInstallation().locate(bundle)).isDirectory();
    }
  }

  @Test
  void shouldApplyAllFilesButThoseThatNeedMore() throws IOException {
    JsonNode kustomization = new YAMLMapper().readTree(file("kustomization.yaml").toFile());
    TreeSet<String> applied = new TreeSet<>(texts(kustomization.path("resources")));
    TreeSet<String> all = new TreeSet<>(files(".yaml"));

    assertThat(all).containsAll(applied);
    all.removeAll(applied);
    assertThat(all)
        .containsExactly("kustomization.yaml", "scaledobject.yaml", "secret.example.yaml");
    JsonNode generated = kustomization.at("/configMapGenerator/0");
    assertThat(texts(generated.path("files"))).containsExactly(CONFIGURATION);
    assertThat(statefulSet().findValues("configMap"))
        .extracting(one -> one.path("name").asText())
        .containsExactly(generated.path("name").asText());
  }
}
