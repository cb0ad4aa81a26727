package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.integration.environment.PatchyRegistry;
import org.sidereus.integration.environment.RawProducer;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.registry.HttpRegistry;
import org.sidereus.schemas.registry.RegistryConfig;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;
import org.sidereus.streams.topology.ServedBundle;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * Unlucky and hostile producers and registries, before one service: none stops it, holds others up,
 * or costs what others published.
 */
class HostileProducersTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Unknown to every registry; each test has its own. */
  private static final int SCHEMA = 70_000;

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static PatchyRegistry registry;
  private static ServiceKeys keys;
  private static SidereusService service;
  private static SurveyClients clients;

  @BeforeAll
  static void start() throws InterruptedException {
    broker = EmbeddedBroker.start();
    registry = PatchyRegistry.start();
    keys =
        ServiceKeys.of(
                new Surroundings(broker.bootstrapServers(), registry.url()),
                "hostile",
                folder,
                Map.of(
                    "schema.unknown.wait", "4s",
                    "num.stream.threads", "1",
                    "window.size", "1m",
                    "window.grace", "1s",
                    "window.idle", "2s"))
            .createTopics();
    // The first records of both partitions bear no timestamp.
    clients = new SurveyClients(keys);
    for (int partition = 0; partition < keys.partitions(); partition++) {
      try {
        RawProducer.send(
            broker.bootstrapServers(),
            keys.topics().observations(),
            partition,
            -1,
            new byte[] {1},
            clients.bytes(star("without-time-" + partition, Instant.now())));
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    Manifest manifest = Manifest.parse(LinearGaussianBundle.manifest("linear", "1"));
    ServedBundle bundle =
        ServedBundle.of(
            manifest,
            (rows, sharedFit) -> rows.stream().map(HostileProducersTest::posterior).toList());
    Map<String, String> values = new HashMap<>(keys.values());
    values.put("bundles", "linear");
    service = SidereusService.start(ServiceConfig.of(values), OpenBundles.of(List.of(bundle)));
    assertThat(service.awaitReady(Duration.ofSeconds(90))).isTrue();
  }

  @AfterAll
  static void stop() {
    clients.close();
    service.close();
    registry.close();
    broker.close();
  }

  private record Surroundings(String bootstrapServers, String registryUrl)
      implements TestEnvironment {
    @Override
    public void close() {}
  }

  private static ObjectSummary posterior(float[] row) {
    double[] y = new double[row.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = row[i];
    }
    double[][] covariance = LinearGaussianBundle.posteriorCovariance();
    int d = covariance.length;
    double[] flat = new double[d * d];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = covariance[i / d][i % d];
    }
    return new ObjectSummary(LinearGaussianBundle.posteriorMean(y), flat, new double[d][3], 64);
  }

  private static Observation star(String object, Instant time) {
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      measurements.add(new Measurement("y" + i, 0.1 * i, null));
    }
    return Observation.newBuilder()
        .setSurvey("survey")
        .setObject(object)
        .setTime(time)
        .setMeasurements(measurements)
        .build();
  }

  private static byte[] withSchema(int id, Observation observation) {
    byte[] bytes = clients.bytes(observation);
    ByteBuffer.wrap(bytes).putInt(1, id);
    return bytes;
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void awaitPosteriors(String prefix, int count) {
    clients.objects().await(SOON, all -> named(all, prefix).size() >= count);
    assertThat(named(clients.objects().poll(), prefix)).hasSize(count);
  }

  private static Set<String> named(List<ObjectPosterior> all, String prefix) {
    return all.stream()
        .map(ObjectPosterior::getObject)
        .filter(one -> one.startsWith(prefix))
        .collect(Collectors.toSet());
  }

  private static Rejection awaitRejection(Predicate<Rejection> wanted) {
    return clients.rejections().await(SOON, all -> all.stream().anyMatch(wanted)).stream()
        .filter(wanted)
        .findFirst()
        .orElseThrow();
  }

  private static void sendGood(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      clients.send(star(prefix + i, Instant.now()));
    }
    clients.flush();
  }

  @Test
  void shouldInferARecordWithoutATimestamp() {
    awaitPosteriors("without-time-", keys.partitions());
    sendGood("after-no-time-", 20);
    awaitPosteriors("after-no-time-", 20);
  }

  @Test
  void shouldRejectAnIdThatTheRegistryRefusesAndInferAllOthers() throws Exception {
    registry.fail(SCHEMA + 1, 400);
    RecordMetadata bad =
        clients.send(key("refused"), withSchema(SCHEMA + 1, star("refused", Instant.now()))).get();
    sendGood("beside-refused-", 20);
    awaitPosteriors("beside-refused-", 20);
    Rejection rejection =
        awaitRejection(
            one -> one.getPartition() == bad.partition() && one.getOffset() == bad.offset());
    assertThat(rejection.getReason()).isEqualTo(RejectionReason.UNKNOWN_SCHEMA);
    assertThat(rejection.getDetail()).contains("" + (SCHEMA + 1), "HTTP 400");
    assertThat(service.isReady()).isTrue();
  }

  @Test
  void shouldLetOthersGoOnWhileTheRegistryFailsForOneId() {
    int good = ByteBuffer.wrap(clients.bytes(star("x", Instant.now()))).getInt(1);
    registry.fail(SCHEMA + 2, 500);
    registry.fail(SCHEMA + 3, 429);
    clients.send(key("failing"), withSchema(SCHEMA + 2, star("failing", Instant.now())));
    clients.send(key("limited"), withSchema(SCHEMA + 3, star("limited", Instant.now())));
    sendGood("beside-failing-", 20);
    awaitPosteriors("beside-failing-", 20);
    assertThat(good).isLessThan(SCHEMA);
    // Now the registry says that it does not have them.
    registry.recover();
    awaitRejection(one -> one.getDetail().contains("" + (SCHEMA + 2)));
    awaitRejection(one -> one.getDetail().contains("" + (SCHEMA + 3)));
  }

  @Test
  void shouldInferObservationsWhoseSchemaIsUnknownForAMoment() throws InterruptedException {
    // Another contract, which the service has not seen: a field more.
    String text = Observation.getClassSchema().toString();
    String more =
        text.substring(0, text.lastIndexOf(']'))
            + ",{\"name\":\"note\",\"type\":\"int\",\"default\":0}"
            + text.substring(text.lastIndexOf(']'));
    int id = register(more);
    registry.fail(id, 404);
    for (int i = 0; i < 20; i++) {
      byte[] known = clients.bytes(star("moment-" + i, Instant.now()));
      ByteBuffer newer = ByteBuffer.allocate(known.length + 1).put(known).put((byte) 0);
      newer.putInt(1, id);
      clients.send(key("moment-" + i), newer.array());
    }
    clients.flush();
    Thread.sleep(1_500);
    registry.recover();
    awaitPosteriors("moment-", 20);
  }

  private static int register(String schema) {
    return new HttpRegistry(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())))
        .register("another-value", new Schema.Parser().parse(schema));
  }

  @Test
  void shouldRejectARecordThatUnpacksToTooMuchByItsOffset() throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "compression.type",
            "zstd",
            "max.request.size",
            300 << 20,
            "buffer.memory",
            300L << 20);
    RecordMetadata bomb;
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      bomb =
          producer
              .send(
                  new ProducerRecord<>(
                      keys.topics().observations(), 0, key("bomb"), new byte[96 << 20]))
              .get();
    }
    sendGood("beside-bomb-", 20);
    awaitPosteriors("beside-bomb-", 20);
    Rejection rejection =
        awaitRejection(
            one -> one.getPartition() == bomb.partition() && one.getOffset() == bomb.offset());
    assertThat(rejection.getReason()).isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(rejection.getDetail())
        .contains("offset " + bomb.offset(), "unpacks to " + (96 << 20) / 1_000_000);
    assertThat(rejection.getValue()).isNull();
  }

  @Test
  void shouldGiveResultsATimestampThatTheTopicTakes() throws Exception {
    ConfigResource topic =
        new ConfigResource(ConfigResource.Type.TOPIC, keys.topics().objectPosteriors());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  topic,
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry(
                              TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, "3600000"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    long old = Instant.now().minus(Duration.ofDays(30)).toEpochMilli();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < 10; i++) {
        producer.send(
            new ProducerRecord<>(
                keys.topics().observations(),
                null,
                old,
                key("old-" + i),
                clients.bytes(star("old-" + i, Instant.ofEpochMilli(old)))));
      }
    }
    awaitPosteriors("old-", 10);
    clients
        .objects()
        .letters()
        .forEach(
            one ->
                assertThat(one.timestampMs()).isGreaterThan(System.currentTimeMillis() - 600_000));
  }

  /** Events behind an open transaction are published, and the partition is not idle. */
  @Test
  void shouldKeepWindowsOpenForEventsBehindAnOpenTransaction() throws Exception {
    // Ahead of the times of all other tests, and no farther than is allowed.
    long base = Instant.now().plus(Duration.ofMinutes(3)).toEpochMilli() / 60_000 * 60_000;
    String group = "behind-a-transaction";
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "night");
    try (KafkaProducer<byte[], byte[]> night =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      night.initTransactions();
      night.beginTransaction();
      send(night, 1, "held", group, base + 1_000);
      night.flush();
      try (KafkaProducer<byte[], byte[]> other =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", broker.bootstrapServers()),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        send(other, 0, "free", group, base + 1_000);
        for (int i = 0; i < 10; i++) {
          send(other, 0, "later-" + i, group, base + 61_000 + 6_000L * i);
          other.flush();
          Thread.sleep(400);
        }
      }
      night.commitTransaction();
    }
    clients.sendEnd(Instant.ofEpochMilli(base + 600_000));
    GroupPosterior first =
        clients.groups().await(SOON, all -> closed(all, group, base).size() > 0).stream()
            .filter(one -> closed(List.of(one), group, base).size() > 0)
            .findFirst()
            .orElseThrow();
    assertThat(first.getObjects()).isEqualTo(2);
  }

  private static List<GroupPosterior> closed(List<GroupPosterior> all, String group, long startMs) {
    return all.stream()
        .filter(one -> one.getClosed() && one.getGroup().equals(group))
        .filter(one -> one.getWindowStart().toEpochMilli() == startMs)
        .toList();
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      int partition,
      String object,
      String group,
      long timeMs) {
    Observation observation = star(object, Instant.ofEpochMilli(timeMs));
    observation.setGroup(group);
    producer.send(
        new ProducerRecord<>(
            keys.topics().observations(), partition, key(object), clients.bytes(observation)));
  }
}
