package org.sidereus.integration.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.integration.environment.Certificates;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.Endpoint;
import org.sidereus.integration.environment.GuardedRegistry;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestEnvironment;

/**
 * The service with a broker that requires TLS and SASL and a registry that requires TLS and a
 * password: it works, its errors name the cause, and no output shows a secret.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EncryptedConnectionsTest {
  private static final String BROKER_PASSWORD = "s3cret-of-the-broker";
  private static final String REGISTRY_PASSWORD = "s3cret-of-the-registry";
  private static final String KEY_PASSWORD = "s3cret-of-the-keys";
  private static final String TRUST_PASSWORD = "s3cret-of-the-trust";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
          + " password=\"%s\"%s;";

  @TempDir private Path folder;
  private Certificates certificates;
  private EmbeddedBroker broker;
  private GuardedRegistry registry;

  /** The broker and the registry with the settings to reach them. */
  private record Guarded(String bootstrapServers, String registryUrl) implements TestEnvironment {
    @Override
    public void close() {}
  }

  @BeforeAll
  void start(@TempDir Path made) {
    certificates = Certificates.make(made, KEY_PASSWORD, TRUST_PASSWORD);
    String users = " user_sidereus=\"" + BROKER_PASSWORD + "\"";
    broker =
        EmbeddedBroker.start(
            "SASL_SSL",
            Map.of(
                "ssl.keystore.location",
                certificates.keys().toString(),
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.password",
                KEY_PASSWORD,
                "sasl.enabled.mechanisms",
                "PLAIN",
                "plain.sasl.jaas.config",
                LOGIN.formatted("admin", "unused", users)));
    registry = GuardedRegistry.start(certificates, "sidereus:" + REGISTRY_PASSWORD);
  }

  @AfterAll
  void stop() {
    registry.close();
    broker.close();
  }

  private Map<String, String> secrets() {
    Map<String, String> keys = new TreeMap<>();
    keys.put("kafka.security.protocol", "SASL_SSL");
    keys.put("kafka.sasl.mechanism", "PLAIN");
    keys.put("kafka.sasl.jaas.config", LOGIN.formatted("sidereus", BROKER_PASSWORD, ""));
    keys.put("kafka.ssl.truststore.location", certificates.trust().toString());
    keys.put("kafka.ssl.truststore.type", "PKCS12");
    keys.put("kafka.ssl.truststore.password", TRUST_PASSWORD);
    keys.put("schema.registry.ssl.truststore.location", certificates.trust().toString());
    keys.put("schema.registry.ssl.truststore.type", "PKCS12");
    keys.put("schema.registry.ssl.truststore.password", TRUST_PASSWORD);
    keys.put("basic.auth.credentials.source", "USER_INFO");
    keys.put("basic.auth.user.info", "sidereus:" + REGISTRY_PASSWORD);
    return keys;
  }

  private ServiceKeys keys(String name, Map<String, String> overrides) {
    Map<String, String> keys = secrets();
    keys.put("engine.samples", "64");
    keys.put("report.interval", "1s");
    keys.put("startup.timeout", "30s");
    keys.putAll(overrides);
    return ServiceKeys.of(
        new Guarded(broker.bootstrapServers(), registry.url()), name, folder.resolve(name), keys);
  }

  private static void assertNoSecretIn(String what, String text) {
    assertThat(
            Stream.of(BROKER_PASSWORD, REGISTRY_PASSWORD, KEY_PASSWORD, TRUST_PASSWORD)
                .filter(text::contains))
        .as(what)
        .isEmpty();
  }

  @Test
  void shouldInferThroughTlsAndSaslAndKeepItsSecrets() {
    ServiceKeys keys = keys("encrypted", Map.of()).createTopics();
    DemoSurvey survey = DemoSurvey.first(50);
    // The most detailed log that an operator can choose.
    Map<String, String> talkative =
        Map.of("SIDEREUS_LOG_LEVEL", "DEBUG", "SIDEREUS_KAFKA_LOG_LEVEL", "INFO");
    try (SurveyClients clients = new SurveyClients(keys);
        ServiceProcess service =
            ServiceProcess.start(keys, folder, talkative, "-XX:TieredStopAtLevel=1")
                .awaitReady(Duration.ofMinutes(2))) {
      survey.rows().forEach(row -> clients.send(row.observation()));
      clients.send(new byte[] {1}, new byte[] {1, 2, 3});
      clients.objects().await(survey.rows().size());
      clients.rejections().await(1);
      clients.groups().await(all -> !all.isEmpty());

      Endpoint http = service.http();
      assertThat(http.root()).startsWith("http://127.0.0.1:");
      String config = http.get("/config").body();
      assertThat(config)
          .contains("\"kafka.security.protocol\" : \"SASL_SSL\"")
          .contains("\"kafka.sasl.jaas.config\" : \"********\"")
          .contains("\"basic.auth.user.info\" : \"********\"");
      for (String path :
          List.of("/config", "/metrics", "/topology", "/ready", "/liveness", "/groups", "/none")) {
        assertNoSecretIn(path, http.get(path).body());
      }
      for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
        for (String path : List.of("/config", "/groups", "/ready", "/metrics", "/none")) {
          assertThat(http.send(method, path).statusCode()).as(method + " " + path).isEqualTo(405);
        }
      }
      service.stop();
      assertThat(service.log()).contains("StreamsConfig").contains("sidereus: ready");
      assertNoSecretIn("the log", service.log());
    }
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.sasl.jaas.config",
        "kafka.security.protocol",
        "kafka.ssl.truststore.password",
        "basic.auth.user.info",
        "schema.registry.ssl.truststore.location"
      })
  void shouldSayWhatIsWrongAndStillKeepItsSecrets(String key) {
    Map<String, String> wrong =
        Map.of(
            "kafka.sasl.jaas.config",
            LOGIN.formatted("sidereus", BROKER_PASSWORD + "-not", ""),
            "kafka.security.protocol",
            "PLAINTEXT",
            "kafka.ssl.truststore.password",
            TRUST_PASSWORD + "-not",
            "basic.auth.user.info",
            "sidereus:" + REGISTRY_PASSWORD + "-not",
            "schema.registry.ssl.truststore.location",
            folder.resolve("none.p12").toString());
    ServiceKeys keys = keys("refused", Map.of(key, wrong.get(key), "startup.timeout", "5s"));
    List<String> command = new ArrayList<>(List.of("run"));
    command.addAll(keys.options());

    CommandRun run = CommandRun.asProcess(folder, command.toArray(String[]::new));

    String said = String.join("\n", run.out()) + String.join("\n", run.err());
    assertThat(run.exitCode()).as(said).isNotZero();
    assertThat(run.err().get(run.err().size() - 1)).as(said).startsWith("sidereus: ");
    assertNoSecretIn(key, said);
  }
}
