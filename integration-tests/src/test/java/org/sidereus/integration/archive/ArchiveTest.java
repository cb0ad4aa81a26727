package org.sidereus.integration.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.OutlierShare;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.Population;
import org.sidereus.schemas.PopulationParameter;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.schemas.Source;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;

/** {@code sidereus archive} as a process, over a real broker. */
class ArchiveTest {
  private static final int KILLS = 20;

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static EmbeddedRegistry registry;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start();
    registry = EmbeddedRegistry.start(0);
  }

  @AfterAll
  static void stop() {
    registry.close();
    broker.close();
  }

  /** A stream of its own, by the prefix of its topics. */
  private static Map<String, String> keys(String prefix) {
    return Map.of(
        "bootstrap.servers",
        broker.bootstrapServers(),
        "schema.registry.url",
        registry.url(),
        "topics.replication",
        "1",
        "topics.partitions",
        "2",
        "topic.observations",
        prefix + ".observations",
        "topic.object-posteriors",
        prefix + ".object-posteriors",
        "topic.group-posteriors",
        prefix + ".group-posteriors",
        "topic.rejections",
        prefix + ".rejections");
  }

  @Test
  void shouldWriteEachPosteriorOnceAndGoOn() throws Exception {
    Map<String, String> keys = keys("once");
    Path out = folder.resolve("once");
    try (Posteriors posteriors = new Posteriors(keys)) {
      posteriors.publish(0, 1000);
      assertThat(archive(keys, out, "--until-end").waitFor()).isZero();
      assertThat(number(out, "objects", "count(*)")).isEqualTo(1000);
      posteriors.publish(1000, 1500);
      assertThat(archive(keys, out, "--until-end").waitFor()).isZero();
    }
    assertThat(number(out, "objects", "count(*)")).isEqualTo(1500);
    assertThat(number(out, "objects", "count(DISTINCT (kafka_partition, kafka_offset))"))
        .isEqualTo(1500);
    assertThat(number(out, "objects", "count(DISTINCT object)")).isEqualTo(1500);
    assertThat(number(out, "groups", "max(objects)")).isEqualTo(1500);
    assertThat(number(out, "objects", "count(DISTINCT bundle)")).isEqualTo(2);
    assertThat(number(out, "objects", "count(*) FILTER (rate_mean IS NULL)")).isZero();
    assertThat(number(out, "groups", "count(*) FILTER (rate_outliers_share_q50 IS NULL)"))
        .isEqualTo(1);
    assertThat(number(out, "groups", "1000 * max(rate_outliers_share_q84)")).isEqualTo(50);
    assertThat(number(out, "groups", "1000 * max(rate_population_scatter_q16)")).isEqualTo(100);
  }

  @Test
  void shouldRefuseTheArchiveOfAnotherCluster() throws Exception {
    Map<String, String> keys = keys("other");
    Path out = folder.resolve("other");
    Files.createDirectories(out.resolve("_sidereus"));
    Files.writeString(out.resolve("_sidereus/cluster"), "another-cluster\n");
    try (Posteriors posteriors = new Posteriors(keys)) {
      posteriors.publish(0, 1);
      Process process = archive(keys, out, "--until-end");
      assertThat(process.waitFor()).isEqualTo(1);
      assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("another-cluster")
          .contains("choose another --out");
    }
  }

  @Test
  @Tag("slow")
  void shouldHaveEachPosteriorOnceAfterTwentyKills() throws Exception {
    Map<String, String> keys = keys("killed");
    Path out = folder.resolve("killed");
    Random random = new Random(1);
    int published = 0;
    try (Posteriors posteriors = new Posteriors(keys)) {
      posteriors.publish(0, 1);
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = archive(keys, out, "--every", "0.05");
        long endNs = System.nanoTime() + 1_500_000_000L + random.nextInt(1_500) * 1_000_000L;
        while (System.nanoTime() < endNs) {
          posteriors.publish(published, published + 50);
          published += 50;
          Thread.sleep(10);
        }
        process.destroyForcibly().waitFor();
      }
      assertThat(archive(keys, out, "--until-end").waitFor()).isZero();
    }
    assertThat(published).isGreaterThan(10_000);
    // the first object was published twice
    assertThat(number(out, "objects", "count(*)")).isEqualTo(published + 1);
    assertThat(number(out, "objects", "count(DISTINCT (kafka_partition, kafka_offset))"))
        .isEqualTo(published + 1);
    assertThat(number(out, "objects", "count(DISTINCT object)")).isEqualTo(published);
  }

  private static Process archive(Map<String, String> keys, Path out, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dsidereus.home=" + System.getProperty("sidereus.home"));
    command.add("org.sidereus.cli.Sidereus");
    command.addAll(List.of("archive", "--out", out.toString()));
    keys.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  private static long number(Path out, String kind, String expression) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT %s FROM read_parquet('%s%s%s/**/*.parquet', hive_partitioning = true, union_by_name = true)"
                    .formatted(expression, out, File.separator, kind))) {
      return row.next() ? row.getLong(1) : -1;
    }
  }

  /** Publishes posteriors of two bundles. */
  private static final class Posteriors implements AutoCloseable {
    private static final OutlierShare OUTLIERS =
        new OutlierShare("rate", "", 0.04, List.of(0.01, 0.02, 0.03, 0.05, 0.09), 5.0, 1.0, 0.1);
    private static final Population POPULATION =
        new Population(
            List.of(
                new PopulationParameter(
                    "rate",
                    "",
                    1.0,
                    0.1,
                    List.of(0.8, 0.9, 1.0, 1.1, 1.2),
                    0.2,
                    List.of(0.0, 0.1, 0.2, 0.3, 0.4))),
            List.of(0.01),
            5.0);

    private final ServiceConfig config;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Serializer<ObjectPosterior> objects;
    private final Serializer<GroupPosterior> groups;

    Posteriors(Map<String, String> keys) {
      config = ServiceConfig.of(keys);
      new TopicPreparation(config).prepare();
      SerdeFactory serdes = RegistryPreparation.serdes(config);
      objects = serdes.valueSerde(ObjectPosterior.class).serializer();
      groups = serdes.valueSerde(GroupPosterior.class).serializer();
      producer =
          new KafkaProducer<>(
              new KafkaSettings(config).producer(),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }

    void publish(int from, int to) throws Exception {
      String topic = config.topics().objectPosteriors();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = from; i < to; i++) {
        byte[] key = ("star-" + i).getBytes(StandardCharsets.UTF_8);
        sent.add(
            producer.send(
                new ProducerRecord<>(topic, key, objects.serialize(topic, posterior(i)))));
      }
      String ofGroups = config.topics().groupPosteriors();
      byte[] galaxy = "galaxy".getBytes(StandardCharsets.UTF_8);
      sent.add(
          producer.send(
              new ProducerRecord<>(ofGroups, galaxy, groups.serialize(ofGroups, group(to)))));
      for (Future<RecordMetadata> one : sent) {
        one.get(150, TimeUnit.SECONDS);
      }
    }

    private static ObjectPosterior posterior(int number) {
      String bundle = number % 2 == 0 ? "even" : "odd";
      return ObjectPosterior.newBuilder()
          .setSurvey("survey")
          .setObject("star-" + number)
          .setGroup("galaxy")
          .setTime(Instant.EPOCH)
          .setBundle(bundle)
          .setBundleVersion("1")
          .setParameters(
              List.of(new ParameterPosterior("rate", "", (double) number, 1.0, 0.0, 0.5, 1.0)))
          .setCovariance(List.of(1.0))
          .setSamples(100)
          .setSource(new Source("observations", 0, (long) number))
          .build();
    }

    private static GroupPosterior group(long objects) {
      return GroupPosterior.newBuilder()
          .setGroup("galaxy")
          .setBundle("even")
          .setBundleVersion("1")
          .setTime(Instant.EPOCH)
          .setObjects(objects)
          .setParameters(
              List.of(
                  SharedParameter.newBuilder()
                      .setName("rate")
                      .setUnit("")
                      .setMean(1)
                      .setSd(1)
                      .build()))
          .setCovariance(List.of(1.0))
          .setOutliers(objects > 1000 ? List.of(OUTLIERS) : List.of())
          .setPopulation(objects > 1000 ? POPULATION : null)
          .build();
    }

    @Override
    public void close() {
      producer.close();
    }
  }
}
