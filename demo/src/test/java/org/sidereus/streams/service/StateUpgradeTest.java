package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.state.StateFormat;
import org.sidereus.streams.state.StateFormatException;
import org.sidereus.testing.LinearGaussianBundle;

/** The service on state that another release wrote, or the same one with another combination. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StateUpgradeTest {
  private static final String REMEDY =
      "; start under a new application.id and replay the observations, or start the release that"
          + " wrote the state";
  private static final String IDENTITY = "-state-format-changelog";

  /** Events of the observations that the earlier release has read, and that are there. */
  private static final long COMMITTED = 5;

  private static final int EVENTS = 7;

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static EmbeddedRegistry registry;

  @BeforeAll
  static void start() {
    LinearGaussianBundle.write(folder.resolve("bundle"));
    broker = EmbeddedBroker.start();
    registry = EmbeddedRegistry.start(0);
  }

  @AfterAll
  static void stop() {
    registry.close();
    broker.close();
  }

  @Test
  void shouldRefuseTheStateOfTheReleaseBeforeFormatsAndTouchNothing() throws Exception {
    ServiceConfig config = config("before-formats", "polynomial");
    writeStateWithoutFormat(config);
    Map<TopicPartition, Long> before = offsets(config);
    assertThat(before).hasSizeGreaterThan(8);

    assertThatThrownBy(() -> startAndClose(config))
        .isInstanceOf(StateFormatException.class)
        .hasMessage(
            "the state has no format number, as release 0.1.0 wrote it, and this release reads"
                + " format "
                + StateFormat.CURRENT
                + REMEDY);
    assertThat(offsets(config)).containsAllEntriesOf(before);
  }

  @Test
  void shouldRefuseTheStateOfALaterReleaseAndTouchNothing() throws Exception {
    ServiceConfig config = config("later", "polynomial");
    run(config);
    int later = StateFormat.CURRENT + 1;
    produce(config.applicationId() + IDENTITY, "format", Integer.toString(later));
    Map<TopicPartition, Long> before = offsets(config);

    assertThatThrownBy(() -> startAndClose(config))
        .isInstanceOf(StateFormatException.class)
        .hasMessage(
            "the state is of format %d, and this release reads format %d"
                    .formatted(later, StateFormat.CURRENT)
                + REMEDY);
    assertThat(offsets(config)).isEqualTo(before);
  }

  @Test
  void shouldRefuseAnotherCombinationAndGoOnWithTheFirst() throws Exception {
    ServiceConfig config = config("combined", "polynomial");
    run(config);
    Map<TopicPartition, Long> before = offsets(config);

    assertThatThrownBy(() -> startAndClose(config("combined", "gaussian")))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContainingAll(
            "the contributions of bundle linear-gaussian version 1 are stored as",
            "polynomial of degree 8, population of degree 4 at",
            "in [a of mean -2.30000 and sd 0.300000,",
            "but would now be 'layout 5, gaussian in [a of mean",
            "start under a new application.id");
    assertThat(offsets(config)).isEqualTo(before);

    run(config);
  }

  @Tag("thorough")
  @ParameterizedTest
  @CsvSource({"leave-out, left out, count, count", "count, count, leave-out, left out"})
  void shouldRefuseToChangeWhatBecomesOfFlaggedObjects(
      String first, String stored, String second, String current) throws Exception {
    String name = "flagged-" + first;
    ServiceConfig config = config(name, "gaussian", Map.of("combination.flagged", first));
    run(config);
    Map<TopicPartition, Long> before = offsets(config);

    assertThatThrownBy(
            () -> startAndClose(config(name, "gaussian", Map.of("combination.flagged", second))))
        .isInstanceOf(StateFormatException.class)
        .hasMessageMatching(
            "the contributions of bundle linear-gaussian version 1 are stored as"
                + " 'layout 5, gaussian in \\[[^\\]]*\\], flagged objects "
                + stored
                + "' but would now be 'layout 5, gaussian in \\[[^\\]]*\\], flagged objects "
                + current
                + "'; start under a new application.id and replay the observations, or go back to"
                + " the combination, bundle and release that wrote the state");
    assertThat(offsets(config)).isEqualTo(before);

    run(config);
  }

  @Test
  void shouldRefuseAnotherDegree() throws Exception {
    ServiceConfig config = config("degree", "polynomial");
    run(config);
    produce(
        config.applicationId() + IDENTITY,
        "contributions of bundle linear-gaussian version 1",
        "layout 1, polynomial of degree 4 in [a of mean -2.30000 and sd 0.300000]");

    assertThatThrownBy(() -> startAndClose(config))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContainingAll("polynomial of degree 4", "polynomial of degree 8");
  }

  /** Groups that do not change would be missing there. */
  @Tag("thorough")
  @Test
  void shouldRefuseOtherTopicsOfResults() throws Exception {
    run(config("results", "polynomial"));
    for (String key : List.of("topic.object-posteriors", "topic.group-posteriors")) {
      String other = "others-" + key;
      assertThatThrownBy(() -> startAndClose(config("results", "polynomial", Map.of(key, other))))
          .isInstanceOf(StateFormatException.class)
          .hasMessageContainingAll(key + "=results.", key + "=" + other, "application.id");
    }
    run(config("results", "polynomial"));
  }

  /** For example, because an earlier release was started again under the same application.id. */
  @Test
  void shouldStopTheStreamAtAStoreOfAnotherFormatAndTouchNothing() throws Exception {
    ServiceConfig config = config("mixed", "polynomial");
    try (OpenBundles bundles = OpenBundles.open(config)) {
      new StatePreparation(config)
          .prepare(bundles.combined(), new TopicPreparation(config).prepare());
    }
    writeStateWithoutFormat(config);
    Map<TopicPartition, Long> before = offsets(config);
    // The identifiers of the changelogs are added to what the state is.
    before.remove(new TopicPartition(config.applicationId() + IDENTITY, 0));

    try (SidereusService service = SidereusService.start(config, OpenBundles.open(config))) {
      Optional<Throwable> failure = service.awaitEnd();
      assertThat(failure)
          .get()
          .isInstanceOf(StateFormatException.class)
          .extracting(Throwable::getMessage)
          .asString()
          .endsWith(
              " has no format number, as release 0.1.0 wrote it, and this release reads format "
                  + StateFormat.CURRENT
                  + REMEDY);
    }
    assertThat(offsets(config)).containsAllEntriesOf(before);
  }

  @Test
  void shouldRefuseTheStateOfAnotherClusterAndGoOnWithItsOwn() throws Exception {
    ServiceConfig config = config("moved", "polynomial");
    run(config);
    Path identity = config.stateDir().resolve("moved.cluster-id");
    String own = Files.readString(identity);
    Files.writeString(identity, "cluster-of-another-site");
    Map<TopicPartition, Long> before = offsets(config);

    assertThatThrownBy(() -> startAndClose(config))
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(
            "belongs to the Kafka cluster cluster-of-another-site, but the brokers at "
                + config.bootstrapServers()
                + " are the cluster "
                + own,
            "delete " + config.stateDir().resolve("moved"));
    assertThat(offsets(config)).isEqualTo(before);

    Files.writeString(identity, own);
    run(config);
  }

  @Test
  void shouldStopWhenPartitionsAreAddedAndSayWhatToDo() throws Exception {
    ServiceConfig config = config("grown", "polynomial");
    String sentence =
        "the topic 'grown.observations' has 3 partitions now and had 1 when the state of this"
            + " service began";
    try (SidereusService service = SidereusService.start(config, OpenBundles.open(config))) {
      assertThat(service.awaitReady(Duration.ofSeconds(60))).isTrue();
      try (Admin admin = Admin.create(new KafkaSettings(config).admin())) {
        admin
            .createPartitions(Map.of("grown.observations", NewPartitions.increaseTo(3)))
            .all()
            .get();
      }
      assertThat(service.awaitEnd())
          .get()
          .isInstanceOf(SidereusException.class)
          .extracting(Throwable::getMessage)
          .asString()
          .contains(sentence, "another application.id");
    }
    assertThatThrownBy(() -> startAndClose(config))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(sentence);
  }

  /** The last posterior of a group would stay in its old partition. */
  @Test
  void shouldLeavePartitionsThatAreAddedToTheGroupPosteriorsEmpty() throws Exception {
    ServiceConfig config = config("grown-groups", "polynomial");
    run(config);
    try (Admin admin = Admin.create(new KafkaSettings(config).admin())) {
      admin
          .createPartitions(Map.of(config.topics().groupPosteriors(), NewPartitions.increaseTo(7)))
          .all()
          .get();
    }
    try (OpenBundles bundles = OpenBundles.open(config)) {
      StatePreparation state = new StatePreparation(config);
      TopicPreparation.Prepared topics = new TopicPreparation(config).prepare();
      assertThat(topics.groupPartitions()).isEqualTo(7);
      assertThat(state.prepare(bundles.combined(), topics).groupPartitions()).isOne();
    }
  }

  /** Kafka Streams would make it anew, and groups would lose the objects that it had. */
  @Test
  void shouldRefuseStateOfWhichAChangelogWasDeleted() throws Exception {
    ServiceConfig config = config("deleted", "polynomial");
    String changelog = "deleted-group-members-changelog";
    run(config);
    run(config);
    try (Admin admin = Admin.create(new KafkaSettings(config).admin())) {
      admin.deleteTopics(List.of(changelog)).all().get();
      assertThatThrownBy(() -> startAndClose(config))
          .isInstanceOf(StateFormatException.class)
          .hasMessageContainingAll(changelog, "sidereus reset");
      admin
          .createTopics(
              List.of(
                  new NewTopic(changelog, 1, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get();
      assertThatThrownBy(() -> startAndClose(config))
          .isInstanceOf(StateFormatException.class)
          .hasMessageContainingAll(changelog, "sidereus reset");
    }
  }

  @Test
  void shouldStopWhenTheTopicIsMadeAnewAndSayWhatToDo() throws Exception {
    ServiceConfig config = config("anew", "polynomial");
    String sentence = "the topic 'anew.observations' was deleted and made anew";
    try (SidereusService service = SidereusService.start(config, OpenBundles.open(config))) {
      assertThat(service.awaitReady(Duration.ofSeconds(60))).isTrue();
      try (Admin admin = Admin.create(new KafkaSettings(config).admin())) {
        admin.deleteTopics(List.of("anew.observations")).all().get();
        new TopicPreparation(config).prepare();
      }
      assertThat(service.awaitEnd())
          .get()
          .isInstanceOf(StateFormatException.class)
          .extracting(Throwable::getMessage)
          .asString()
          .contains(sentence, "sidereus reset");
    }
    assertThatThrownBy(() -> startAndClose(config))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContaining(sentence);
  }

  private static ServiceConfig config(String name, String combination) {
    return config(name, combination, Map.of());
  }

  private static ServiceConfig config(
      String name, String combination, Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>();
    keys.put("application.id", name);
    keys.put("bundles", folder.resolve("bundle").toString());
    keys.put("bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", registry.url());
    keys.put("topic.observations", name + ".observations");
    keys.put("topic.object-posteriors", name + ".object-posteriors");
    keys.put("topic.group-posteriors", name + ".group-posteriors");
    keys.put("topic.rejections", name + ".rejections");
    keys.put("topics.partitions", "1");
    keys.put("combination", combination);
    keys.put("http.port", "0");
    keys.put("startup.timeout", "10s");
    keys.put("state.dir", folder.resolve("state-" + name).toString());
    keys.putAll(overrides);
    return ServiceConfig.of(keys);
  }

  private static void run(ServiceConfig config) throws InterruptedException {
    try (SidereusService service = SidereusService.start(config, OpenBundles.open(config))) {
      assertThat(service.awaitReady(Duration.ofSeconds(60))).isTrue();
    }
  }

  private static void startAndClose(ServiceConfig config) {
    SidereusService.start(config, OpenBundles.open(config)).close();
  }

  /** The internal topics of release 0.1.0, its committed offset, and events beyond it. */
  private static void writeStateWithoutFormat(ServiceConfig config) throws Exception {
    List<String[]> records =
        Files.readAllLines(
                Path.of(
                    System.getProperty("sidereus.home"),
                    "streams-app/src/test/resources/state/v0/records.tsv"))
            .stream()
            .map(line -> line.split("\t", -1))
            .toList();
    assertThat(records).hasSizeGreaterThan(20);
    Set<String> topics = new LinkedHashSet<>();
    records.forEach(columns -> topics.add(config.applicationId() + "-" + columns[0]));
    new TopicPreparation(config).prepare();
    try (Admin admin = Admin.create(new KafkaSettings(config).admin());
        KafkaProducer<byte[], byte[]> producer = producer()) {
      admin
          .createTopics(topics.stream().map(one -> new NewTopic(one, 1, (short) 1)).toList())
          .all()
          .get();
      HexFormat hex = HexFormat.of();
      for (String[] columns : records) {
        producer.send(
            new ProducerRecord<>(
                config.applicationId() + "-" + columns[0],
                0,
                hex.parseHex(columns[1]),
                hex.parseHex(columns[2])));
      }
      for (int i = 0; i < EVENTS; i++) {
        producer.send(new ProducerRecord<>(config.topics().observations(), new byte[] {1}));
      }
      producer.flush();
      admin
          .alterConsumerGroupOffsets(
              config.applicationId(),
              Map.of(
                  new TopicPartition(config.topics().observations(), 0),
                  new OffsetAndMetadata(COMMITTED)))
          .all()
          .get();
    }
  }

  private static void produce(String topic, String key, String value) {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.send(
          new ProducerRecord<>(
              topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
      producer.flush();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Ends of all topics of an application, and what it has committed, as {@code NAME committed}. */
  private static Map<TopicPartition, Long> offsets(ServiceConfig config) throws Exception {
    String name = config.applicationId();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    try (Admin admin = Admin.create(new KafkaSettings(config).admin())) {
      Set<String> topics =
          admin.listTopics().names().get().stream()
              .filter(one -> one.startsWith(name))
              .collect(Collectors.toSet());
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      for (TopicDescription one : admin.describeTopics(topics).allTopicNames().get().values()) {
        one.partitions()
            .forEach(
                partition ->
                    asked.put(
                        new TopicPartition(one.name(), partition.partition()),
                        OffsetSpec.latest()));
      }
      admin.listOffsets(asked).all().get().forEach((at, end) -> offsets.put(at, end.offset()));
      admin
          .listConsumerGroupOffsets(name)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (at, committed) ->
                  offsets.put(
                      new TopicPartition(at.topic() + " committed", at.partition()),
                      committed.offset()));
    }
    return offsets;
  }
}
