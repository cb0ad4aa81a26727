package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.LeftTransaction;
import org.sidereus.integration.environment.LogCapture;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.streams.brokers.CommittedOffsets;
import org.sidereus.streams.brokers.TransactionEnds;

/** Transactions that a real coordinator takes for over and that are open in their partitions. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LeftTransactionsTest {
  private static final String GROUP = "night";
  private static final String TOPIC = "stars";
  private static final int PARTITIONS = 6;
  private static final int ROWS = 12;

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();
  private InProcess environment;
  private Admin admin;

  @BeforeEach
  void start() {
    environment = InProcess.start();
    admin = Admin.create(settings());
  }

  @AfterEach
  void stop() {
    admin.close();
    environment.close();
  }

  private Map<String, Object> settings() {
    return Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
  }

  private void restart() {
    environment.broker().stop();
    environment.broker().restart();
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition(TOPIC, number);
  }

  /** Begins one that has a record in some partitions and an offset of the first of them. */
  private LeftTransaction begin(String id, Integer... partitions) {
    LeftTransaction one = new LeftTransaction(settings(), id);
    List<TopicPartition> data =
        Arrays.stream(partitions).map(LeftTransactionsTest::partition).toList();
    one.begin(data, GROUP, Map.of(data.get(0), new OffsetAndMetadata(9)));
    return one;
  }

  private long readable(int partition) throws Exception {
    return admin
        .listOffsets(
            Map.of(partition(partition), OffsetSpec.latest()),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .partitionResult(partition(partition))
        .get()
        .offset();
  }

  private List<TopicPartition> partitions() {
    return IntStream.range(0, PARTITIONS).mapToObj(LeftTransactionsTest::partition).toList();
  }

  private Set<TopicPartition> heldBack() throws Exception {
    return new CommittedOffsets(admin, GROUP, 10_000)
        .heldBack(Set.copyOf(partitions()))
        .get()
        .keySet();
  }

  private OffsetAndMetadata committed(int partition) throws Exception {
    return new CommittedOffsets(admin, GROUP, 10_000)
        .of(Set.of(partition(partition)))
        .get()
        .get(partition(partition));
  }

  /** The partitions of the records that can be read. */
  private List<Integer> read() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                environment.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions());
      consumer.seekToBeginning(partitions());
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions());
      List<Integer> found = new ArrayList<>();
      while (partitions().stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer.poll(Duration.ofMillis(200)).forEach(one -> found.add(one.partition()));
      }
      return found;
    }
  }

  @Test
  void shouldEndThemAsTheyEnded() throws Exception {
    admin.createTopics(Set.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
    begin("night-7d-1", 0, 1).record(true);
    begin("night-7d-2", 2, 3).record(false);
    begin("nightly-7d-1", 4).record(true);
    begin("night-7d-3", 5);
    restart();
    assertThat(admin.describeTransactions(List.of("night-7d-1")).all().get().get("night-7d-1"))
        .extracting(TransactionDescription::state)
        .isEqualTo(TransactionState.COMPLETE_COMMIT);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(readable(partition)).as("partition %d is held up", partition).isZero();
    }
    assertThat(heldBack())
        .containsExactlyInAnyOrder(partition(0), partition(2), partition(4), partition(5));

    try (TransactionEnds ends = new TransactionEnds(admin, settings(), GROUP, warnings::add)) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        ends.end(partition(partition));
      }
      assertThat(ends.finding(partition(0))).isEmpty();
      assertThat(ends.finding(partition(2))).isEmpty();
      assertThat(ends.finding(partition(4))).contains("it is of another program, 'nightly-7d-1'");
      assertThat(ends.finding(partition(5)))
          .contains("the coordinator of 'night-7d-3' has no record of how it ended");
    }
    assertThat(warnings)
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .contains("'night-7d-1' was committed", "left it open in 3 of 3 partitions"),
            one ->
                assertThat(one)
                    .contains("'night-7d-2' was aborted", "left it open in 3 of 3 partitions"));
    assertThat(read()).as("only what was committed").containsExactlyInAnyOrder(0, 1);
    assertThat(committed(0)).isEqualTo(new OffsetAndMetadata(9));
    assertThat(committed(2)).isNull();
    assertThat(readable(3)).as("record and end").isEqualTo(2);
    assertThat(readable(4)).isZero();
    assertThat(readable(5)).isZero();
    assertThat(heldBack()).containsExactlyInAnyOrder(partition(4), partition(5));
  }

  /** The whole service, whose offsets are held back. */
  @Test
  @Tag("slow")
  void shouldGoOnByItself() throws Exception {
    List<DemoSurvey.Row> rows = DemoSurvey.first(2 * ROWS).rows();
    ServiceKeys keys = ServiceKeys.of(environment, "left", folder, Map.of());
    try (RunningService service = RunningService.start(keys)) {
      rows.subList(0, ROWS).forEach(row -> service.send(row.observation()));
      service.objects().await(ROWS);
    }
    LeftTransaction left = new LeftTransaction(settings(), "left-7d-1");
    left.begin(
        List.of(),
        keys.name(),
        admin.listConsumerGroupOffsets(keys.name()).partitionsToOffsetAndMetadata().get());
    left.record(true);
    restart();
    try (LogCapture log = LogCapture.of("org.sidereus");
        RunningService service = RunningService.start(keys)) {
      rows.subList(ROWS, 2 * ROWS).forEach(row -> service.send(row.observation()));
      service.objects().await(2 * ROWS);
      assertThat(service.objects().settled())
          .extracting(ObjectPosterior::getObject)
          .hasSize(2 * ROWS)
          .doesNotHaveDuplicates();
      assertThat(log.of(Level.WARN))
          .anySatisfy(line -> assertThat(line).contains("'left-7d-1' was committed"));
    }
  }
}
