package org.sidereus.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.FlaggedObjects;
import org.sidereus.schemas.Topics;

class ServiceConfigTest {

  @Test
  void shouldHaveTheDefaults() {
    ServiceConfig config = ServiceConfig.defaults();
    assertThat(config.applicationId()).isEqualTo("sidereus");
    assertThat(config.instanceId()).isEmpty();
    assertThat(config.bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(config.bundles()).containsExactly("gce-tng");
    assertThat(config.retiredBundles()).isEmpty();
    assertThat(config.topics()).isEqualTo(Topics.defaults());
    assertThat(config.samplesTopic()).isEmpty();
    assertThat(config.engine().keptSamples()).isEqualTo(100);
    assertThat(config.bundleSurveys()).isEmpty();
    assertThat(config.topicCreation().observationsRetention().toString()).isEqualTo("365d");
    assertThat(config.topicCreation().objectPosteriorsRetention().toString()).isEqualTo("30d");
    assertThat(config.topicCreation().rejectionsRetention().toString()).isEqualTo("90d");
    assertThat(config.http().applicationServer()).contains("127.0.0.1:8080");
    assertThat(config.topicCreation().isAllowed()).isTrue();
    assertThat(config.topicCreation().partitions()).isEqualTo(4);
    assertThat(config.topicCreation().replication()).isEqualTo((short) -1);
    assertThat(config.intake().maxObservationBytes()).isEqualTo(1 << 20);
    assertThat(config.intake().maxRejectionBytes()).isEqualTo(16 << 20);
    assertThat(config.intake().maxAhead()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.intake().batchSize()).isEqualTo(256);
    assertThat(config.intake().batchLinger()).isEqualTo(Duration.ofMillis(10));
    assertThat(config.intake().maxPending()).isEqualTo(20_000);
    assertThat(config.intake().maxPendingBytes()).isEqualTo(64 << 20);
    assertThat(config.groups().windowSize()).isEqualTo(Duration.ofHours(1));
    assertThat(config.groups().windowGrace()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.groups().windowIdle()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.groups().interval()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.groups().overlappingSurveys()).isEmpty();
    assertThat(config.beginIncomplete()).isFalse();
    assertThat(config.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(config.engine().device()).isEqualTo("auto");
    assertThat(config.engine().threads()).isEqualTo(1);
    assertThat(config.engine().samples()).isZero();
    assertThat(config.stateDir()).endsWithRaw(Path.of("work", "state"));
    assertThat(config.stateStore()).isEqualTo(StoreKind.ROCKSDB);
    assertThat(config.groups().combination()).isEqualTo(CombinationMethod.POLYNOMIAL);
    assertThat(config.groups().flaggedObjects()).isEqualTo(FlaggedObjects.LEAVE_OUT);
    assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().port()).isEqualTo(8080);
    assertThat(config.reportInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.startupTimeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.longestAbsence()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.stallTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.registry())
        .containsExactly(Map.entry("schema.registry.url", "http://localhost:8081"));
  }

  @Test
  void shouldMapEveryKey() {
    Map<String, String> values = everyKeyChanged();
    assertThat(values.keySet()).containsExactlyInAnyOrderElementsOf(ConfigBinder.knownKeys());
    ServiceConfig config = ServiceConfig.of(values);

    assertThat(config.effective()).containsAllEntriesOf(values);
    Map<String, String> defaults = ServiceConfig.defaults().effective();
    values.forEach((key, value) -> assertThat(defaults.get(key)).as(key).isNotEqualTo(value));

    assertThat(config.applicationId()).isEqualTo("other");
    assertThat(config.instanceId()).isEqualTo("one");
    assertThat(config.bootstrapServers()).isEqualTo("a:1,b:2");
    assertThat(config.bundles()).containsExactly("first", "second");
    assertThat(config.retiredBundles()).containsExactly("older");
    assertThat(config.topics()).isEqualTo(new Topics("in", "out", "groups", "bad"));
    assertThat(config.samplesTopic()).contains("samples");
    assertThat(config.engine().keptSamples()).isEqualTo(50);
    assertThat(config.bundleSurveys())
        .isEqualTo(Map.of("first", Set.of("a", "b:2"), "second", Set.of("c")));
    assertThat(config.topicCreation().observationsRetention().ms()).isEqualTo(-1);
    assertThat(config.topicCreation().objectPosteriorsRetention().ms()).isEqualTo(3_600_000);
    assertThat(config.topicCreation().rejectionsRetention().ms()).isEqualTo(86_400_000);
    assertThat(config.http().applicationServer()).contains("node-1:8080");
    assertThat(config.topicCreation().isAllowed()).isFalse();
    assertThat(config.topicCreation().partitions()).isEqualTo(7);
    assertThat(config.topicCreation().replication()).isEqualTo((short) 3);
    assertThat(config.intake().maxObservationBytes()).isEqualTo(1000);
    assertThat(config.intake().maxRejectionBytes()).isEqualTo(2000);
    assertThat(config.intake().maxAhead()).isEqualTo(Duration.ofDays(30));
    assertThat(config.intake().batchSize()).isEqualTo(8);
    assertThat(config.intake().batchLinger()).isEqualTo(Duration.ofMillis(7));
    assertThat(config.intake().maxPending()).isEqualTo(9);
    assertThat(config.intake().maxPendingBytes()).isEqualTo(5000);
    assertThat(config.groups().windowSize()).isEqualTo(Duration.ofDays(2));
    assertThat(config.groups().windowGrace()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.groups().windowIdle()).isEqualTo(Duration.ofMinutes(4));
    assertThat(config.groups().interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.groups().overlappingSurveys()).containsExactlyInAnyOrder("one", "two");
    assertThat(config.beginIncomplete()).isTrue();
    assertThat(config.threads()).isEqualTo(6);
    assertThat(config.engine().device()).isEqualTo("cpu");
    assertThat(config.engine().threads()).isEqualTo(2);
    assertThat(config.engine().samples()).isEqualTo(512);
    assertThat(config.stateDir()).isEqualTo(Path.of("/var/state"));
    assertThat(config.stateStore()).isEqualTo(StoreKind.MEMORY);
    assertThat(config.groups().combination()).isEqualTo(CombinationMethod.GAUSSIAN);
    assertThat(config.groups().flaggedObjects()).isEqualTo(FlaggedObjects.COUNT);
    assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(250));
    assertThat(config.http().host()).isEqualTo("0.0.0.0");
    assertThat(config.http().port()).isEqualTo(9090);
    assertThat(config.http().names()).containsExactly("sidereus.example", "stream");
    assertThat(config.reportInterval()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.startupTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.longestAbsence()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.stallTimeout()).isEqualTo(Duration.ofMinutes(9));
  }

  private static Map<String, String> everyKeyChanged() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("application.id", "other");
    values.put("group.instance.id", "one");
    values.put("bootstrap.servers", "a:1,b:2");
    values.put("bundles", "first,second");
    values.put("bundles.retired", "older");
    values.put("topic.observations", "in");
    values.put("topic.object-posteriors", "out");
    values.put("topic.group-posteriors", "groups");
    values.put("topic.rejections", "bad");
    values.put("topic.samples", "samples");
    values.put("samples.kept", "50");
    values.put("bundles.surveys", "first:a,first:b:2,second:c");
    values.put("topic.observations.retention", "forever");
    values.put("topic.object-posteriors.retention", "1h");
    values.put("topic.rejections.retention", "1d");
    values.put("application.server", "node-1:8080");
    values.put("topics.create", "false");
    values.put("topics.partitions", "7");
    values.put("topics.replication", "3");
    values.put("observation.max.bytes", "1000");
    values.put("rejection.max.bytes", "2000");
    values.put("observation.max.ahead", "30d");
    values.put("batch.size", "8");
    values.put("batch.linger", "7ms");
    values.put("pending.max", "9");
    values.put("pending.max.bytes", "5000");
    values.put("schema.unknown.wait", "8s");
    values.put("schema.failing.wait", "9m");
    values.put("window.size", "2d");
    values.put("window.grace", "3s");
    values.put("window.idle", "4m");
    values.put("groups.interval", "5s");
    values.put("groups.max.percent", "7");
    values.put("groups.overlap", "one,two");
    values.put("begin.incomplete", "true");
    values.put("num.stream.threads", "6");
    values.put("engine.device", "cpu");
    values.put("engine.threads", "2");
    values.put("engine.kernels", "none");
    values.put("engine.samples", "512");
    values.put("state.dir", "/var/state");
    values.put("state.store", "memory");
    values.put("combination", "gaussian");
    values.put("combination.flagged", "count");
    values.put("commit.interval.ms", "250");
    values.put("http.host", "0.0.0.0");
    values.put("http.port", "9090");
    values.put("http.hosts", "sidereus.example,stream");
    values.put("report.interval", "20s");
    values.put("startup.timeout", "1m");
    values.put("brokers.absence.max", "7s");
    values.put("stall.timeout", "9m");
    return values;
  }

  @Test
  void shouldLetTheCommandLineGoBeforeTheEnvironmentAndThatBeforeTheFile(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("sidereus.properties");
    Files.writeString(file, "batch.size=1\nbatch.linger=1ms\nwindow.size=1m\n");
    ServiceConfig config =
        ServiceConfig.load(
            file,
            Map.of(
                "SIDEREUS_BATCH_LINGER", "2ms",
                "SIDEREUS_WINDOW_SIZE", "2m",
                "SIDEREUS_TOPIC_OBJECT_POSTERIORS", "posteriors",
                "SIDEREUS_KAFKA_CONSUMER_MAX_POLL_RECORDS", "10",
                "SIDEREUS_HOME", "/somewhere",
                "PATH", "/bin"),
            Map.of("window.size", "3m"));
    assertThat(config.intake().batchSize()).isEqualTo(1);
    assertThat(config.intake().batchLinger()).isEqualTo(Duration.ofMillis(2));
    assertThat(config.groups().windowSize()).isEqualTo(Duration.ofMinutes(3));
    assertThat(config.topics().objectPosteriors()).isEqualTo("posteriors");
    assertThat(new KafkaSettings(config).consumer()).containsEntry("max.poll.records", "10");
  }

  @Test
  void shouldReadTheOldNamesOfKeysFromEverySourceAndNameTheNewOnes(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("sidereus.properties");
    Files.writeString(file, "threads=3\n");
    List<String> warnings = new ArrayList<>();
    ServiceConfig config =
        ServiceConfig.load(
            file,
            Map.of("SIDEREUS_INSTANCE_ID", "one"),
            Map.of("commit.interval", "2s"),
            warnings::add);
    assertThat(config.threads()).isEqualTo(3);
    assertThat(config.instanceId()).isEqualTo("one");
    assertThat(config.commitInterval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.effective())
        .containsEntry("num.stream.threads", "3")
        .containsEntry("group.instance.id", "one")
        .containsEntry("commit.interval.ms", "2000")
        .doesNotContainKeys("threads", "instance.id", "commit.interval");
    assertThat(warnings)
        .containsExactly(
            "the key 'threads' is now 'num.stream.threads'; write 'num.stream.threads=3', because"
                + " the next release refuses 'threads'",
            "the key 'instance.id' is now 'group.instance.id'; write 'group.instance.id=one',"
                + " because the next release refuses 'instance.id'",
            "the key 'commit.interval' is now 'commit.interval.ms'; write"
                + " 'commit.interval.ms=2000', because the next release refuses 'commit.interval'");
  }

  @Test
  void shouldLetALaterSourceWinAlsoUnderAnOldName() {
    List<String> warnings = new ArrayList<>();
    ServiceConfig config =
        ServiceConfig.load(
            null, Map.of("SIDEREUS_THREADS", "3"), Map.of("threads", "5"), warnings::add);
    assertThat(config.threads()).isEqualTo(5);
    assertThat(warnings).hasSize(1);
  }

  @Test
  void shouldNotWarnOfTheNewNames() {
    List<String> warnings = new ArrayList<>();
    ServiceConfig.of(everyKeyChanged(), warnings::add);
    assertThat(warnings).isEmpty();
  }

  @Test
  void shouldRefuseAKeyUnderBothNames() {
    assertThatThrownBy(
            () ->
                ServiceConfig.load(
                    null,
                    Map.of("SIDEREUS_COMMIT_INTERVAL_MS", "50"),
                    Map.of("commit.interval", "50ms")))
        .isInstanceOf(SidereusException.class)
        .hasMessage(
            "the configuration has both 'commit.interval' and 'commit.interval.ms', its new name;"
                + " remove 'commit.interval'");
  }

  @Test
  void shouldNameTheOldKeyWhoseValueCannotBeRead() {
    assertThatThrownBy(() -> ServiceConfig.of(Map.of("commit.interval", "50")))
        .isInstanceOf(SidereusException.class)
        .hasMessageStartingWith("commit.interval: '50' is no duration");
  }

  @Test
  void shouldRefuseAnUnknownKeyAndNameTheNearest() {
    assertThatThrownBy(() -> ServiceConfig.of(Map.of("batch.sise", "3")))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("batch.sise")
        .hasMessageContaining("'batch.size'");
    assertThatThrownBy(() -> ServiceConfig.load(null, Map.of("SIDEREUS_BATCHSIZE", "3"), Map.of()))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("batchsize");
  }

  @Test
  void shouldRefuseValuesThatCannotBe() {
    for (Map.Entry<String, String> wrong :
        List.of(
            Map.entry("batch.size", "0"),
            Map.entry("batch.size", "many"),
            Map.entry("batch.linger", "25"),
            Map.entry("commit.interval.ms", "50ms"),
            Map.entry("commit.interval.ms", "0"),
            Map.entry("http.port", "65536"),
            Map.entry("topics.create", "yes"),
            Map.entry("state.store", "tape"),
            Map.entry("combination", "samples"),
            Map.entry("combination.flagged", "leave_out"),
            Map.entry("bundles", " , "),
            Map.entry("bundles.surveys", "gce-tng"),
            Map.entry("bundles.surveys", ":apogee"),
            Map.entry("application.server", "node-1"),
            Map.entry("topic.rejections.retention", "0s"),
            Map.entry("topic.rejections.retention", "-1"),
            Map.entry("topics.replication", "0"))) {
      assertThatThrownBy(() -> ServiceConfig.of(Map.ofEntries(wrong)))
          .as(wrong.toString())
          .isInstanceOf(SidereusException.class)
          .hasMessageContaining(wrong.getKey());
    }
  }

  @Test
  void shouldMaskSecrets() {
    ServiceConfig config =
        ServiceConfig.of(
            Map.of(
                "kafka.sasl.jaas.config", "open sesame",
                "kafka.ssl.keystore.password", "open sesame",
                "kafka.ssl.keystore.key", "open sesame",
                "basic.auth.user.info", "ali:open sesame",
                "bearer.auth.token", "open sesame",
                "schema.registry.url", "http://ali:sesame@registry:8081",
                "kafka.security.protocol", "SASL_SSL"));
    assertThat(config.effective().toString())
        .doesNotContain("sesame")
        .contains("kafka.security.protocol=SASL_SSL");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.securty.protocol, kafka.security.protocol",
    "kafka.sasl.jass.config, kafka.sasl.jaas.config",
    "kafka.producer.linger.mss, kafka.producer.linger.ms",
    "kafka.consumer.max.poll.record, kafka.consumer.max.poll.records",
    "kafka.admin.retrys, kafka.admin.retries",
    "kafka.streams.num.standby.replica, kafka.streams.num.standby.replicas",
    "kafka.streams.topic.retention.mss, kafka.streams.topic.retention.ms",
    "kafka.streams.main.consumer.fetch.max.byte, kafka.streams.main.consumer.fetch.max.bytes"
  })
  void shouldWarnOfAKeyThatKafkaDoesNotKnowAndNameTheNearest(String wrong, String right) {
    List<String> warnings = new ArrayList<>();
    ServiceConfig config = ServiceConfig.of(Map.of(wrong, "s3same"), warnings::add);
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("'" + wrong + "'", "did you mean '" + right + "'");
    // It may be a misspelled password.
    assertThat(config.effective()).containsEntry(wrong, "********");

    warnings.clear();
    ServiceConfig.of(Map.of(right, "1"), warnings::add);
    assertThat(warnings).isEmpty();
  }

  @Test
  void shouldNotWarnOfWhatKafkaKnows() {
    List<String> warnings = new ArrayList<>();
    Map<String, String> keys = new LinkedHashMap<>();
    ProducerConfig.configNames().forEach(name -> keys.put("kafka.producer." + name, "1"));
    ConsumerConfig.configNames().forEach(name -> keys.put("kafka.consumer." + name, "1"));
    AdminClientConfig.configNames().forEach(name -> keys.put("kafka." + name, "1"));
    StreamsConfig.configDef().names().forEach(name -> keys.put("kafka.streams." + name, "1"));
    keys.put("kafka.streams.producer.linger.ms", "1");
    keys.put("kafka.streams.max.poll.records", "1");
    ServiceConfig.of(keys, warnings::add);
    assertThat(warnings).isEmpty();
  }

  @Test
  void shouldMaskEverySettingOfKafkaThatIsAPassword() {
    for (ConfigDef definition :
        List.of(
            ProducerConfig.configDef(),
            ConsumerConfig.configDef(),
            AdminClientConfig.configDef(),
            StreamsConfig.configDef())) {
      for (String prefix : List.of("kafka.", "kafka.streams.", "kafka.streams.main.consumer.")) {
        Map<String, String> keys = new HashMap<>();
        definition.configKeys().keySet().forEach(name -> keys.put(prefix + name, "s3same"));
        Map<String, String> effective = ServiceConfig.of(keys, warning -> {}).effective();
        definition
            .configKeys()
            .forEach(
                (name, key) -> {
                  if (key.type == ConfigDef.Type.PASSWORD) {
                    assertThat(effective).containsEntry(prefix + name, "********");
                  } else if (prefix.equals("kafka.")) {
                    assertThat(effective).containsEntry(prefix + name, "s3same");
                  }
                });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://ali:s3same@registry:8081",
        "http://ali:s3s/s3same@registry:8081",
        "http://ali:@s3same@registry:8081",
        "http://s3same@registry:8081",
        "http://one:8081,http://ali:s3same@registry:8081",
        "http://ali:s3same@one:8081, https://ali:s3same@registry:8081",
        "http://registry:8081?password=s3same",
        "http://registry:8081?a=1&api_key=s3same&b=2"
      })
  void shouldMaskThePasswordsOfUrls(String url) {
    ServiceConfig config =
        ServiceConfig.of(
            Map.of("schema.registry.url", url, "kafka.sasl.oauthbearer.jwks.endpoint.url", url));
    assertThat(config.effective().toString()).doesNotContain("s3same").contains("registry:8081");
  }

  @Test
  void shouldShowAUrlWithoutAPassword() {
    String url = "http://one:8081/apis/ccompat/v7?key.count=a@b,https://[::1]:8081";
    assertThat(
            ServiceConfig.of(Map.of("schema.registry.url", "http://one:8081/apis/ccompat/v7"))
                .effective())
        .containsEntry("schema.registry.url", "http://one:8081/apis/ccompat/v7");
    assertThat(ServiceConfig.of(Map.of("schema.registry.url", url)).effective().toString())
        .contains("https://[::1]:8081");
  }

  @Test
  void shouldIgnoreTheVariablesOfAServiceOfTheSameNameInKubernetes() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String service :
        List.of("SIDEREUS", "SIDEREUS_HTTP", "SIDEREUS_KAFKA", "SIDEREUS_SCHEMA_REGISTRY")) {
      environment.put(service + "_SERVICE_HOST", "10.0.0.7");
      environment.put(service + "_SERVICE_PORT", "8080");
      environment.put(service + "_SERVICE_PORT_WEB_UI", "8080");
      environment.put(service + "_PORT", "tcp://10.0.0.7:8080");
      environment.put(service + "_PORT_8080_TCP", "tcp://10.0.0.7:8080");
      environment.put(service + "_PORT_8080_TCP_PROTO", "tcp");
      environment.put(service + "_PORT_8080_TCP_PORT", "8080");
      environment.put(service + "_PORT_8080_TCP_ADDR", "10.0.0.7");
      environment.put(service + "_PORT_53_UDP", "udp://10.0.0.7:53");
    }
    List<String> warnings = new ArrayList<>();
    ServiceConfig config = ServiceConfig.load(null, environment, Map.of(), warnings::add);
    assertThat(config.effective()).isEqualTo(ServiceConfig.defaults().effective());
    assertThat(warnings).isEmpty();
    // A port is a key of its own.
    assertThat(ServiceConfig.load(null, Map.of("SIDEREUS_HTTP_PORT", "81"), Map.of()).http().port())
        .isEqualTo(81);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SIDEREUS_PORTS", "SIDEREUS_PORT", "SIDEREUS_SERVICE", "SIDEREUS_PORT_WEB_TCP"})
  void shouldRefuseOtherVariablesThatAreNoKeys(String variable) {
    assertThatThrownBy(() -> ServiceConfig.load(null, Map.of(variable, "1"), Map.of()))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("unknown key");
  }

  @Test
  void shouldPassKafkaSettingsByPrefix() {
    ServiceConfig config =
        ServiceConfig.of(
            Map.of(
                "kafka.security.protocol", "SSL",
                "kafka.streams.num.standby.replicas", "1",
                "kafka.producer.linger.ms", "77",
                "kafka.consumer.max.poll.records", "12",
                "kafka.admin.retries", "3"));
    KafkaSettings settings = new KafkaSettings(config);
    Properties streams = settings.streams();
    assertThat(streams)
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2)
        .containsEntry(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true)
        .containsEntry("security.protocol", "SSL")
        .containsEntry("num.standby.replicas", "1")
        .containsEntry("producer.linger.ms", "77")
        .containsEntry("consumer.max.poll.records", "12");
    assertThat(settings.producer())
        .containsEntry(ProducerConfig.LINGER_MS_CONFIG, "77")
        .containsEntry("security.protocol", "SSL");
    assertThat(settings.consumer())
        .containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "12")
        .containsEntry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false)
        .containsEntry("isolation.level", "read_committed");
    assertThat(settings.admin()).containsEntry("retries", "3");
  }

  @Test
  void shouldLeaveTheSettingsOfStoresToTheUser() {
    String setter = StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG;
    ServiceConfig given = ServiceConfig.of(Map.of("kafka.streams." + setter, "org.example.Setter"));
    assertThat(new KafkaSettings(given).streams()).containsEntry(setter, "org.example.Setter");
    assertThat(new KafkaSettings(ServiceConfig.defaults()).streams())
        .containsEntry(setter, StoreFiles.class);
  }

  @Test
  void shouldHaveEveryKeyInTheDocumentation() throws IOException {
    String home = System.getProperty("sidereus.home");
    String page = Files.readString(Path.of(home, "docs", "reference", "configuration.md"));
    Map<String, String> defaults = ServiceConfig.defaults().effective();
    ConfigBinder.documentedKeys()
        .forEach(
            (key, doc) -> {
              String row = "| `%s` | %s | %s |".formatted(key, shown(defaults.get(key)), doc);
              assertThat(page).contains(row);
            });
  }

  private static String shown(String value) {
    return value.isEmpty() ? "" : "`" + value + "`";
  }
}
