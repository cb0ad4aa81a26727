package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.LogCapture;
import org.sidereus.integration.environment.Metrics;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;

/** What a service says of the brokers, producers and topics around it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SurroundingsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROWS = 20;

  @TempDir private Path folder;
  private final DemoSurvey survey = DemoSurvey.first(3 * ROWS);
  private InProcess environment;
  private RunningService service;

  @BeforeAll
  void start(@TempDir Path state) throws InterruptedException {
    environment = InProcess.start();
    service =
        RunningService.start(
            environment, "surroundings", state, Map.of("brokers.absence.max", "3s"));
    survey.rows().subList(0, ROWS).forEach(row -> service.send(row.observation()));
    service.objects().await(ROWS);
  }

  @AfterAll
  void stop() {
    service.close();
    environment.close();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadlineNs);
      Thread.sleep(100);
    }
  }

  private Map<String, Object> client() {
    return new HashMap<>(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers()));
  }

  @Test
  @Order(1)
  void shouldCountWhatWaitsBehindAnOpenTransaction() throws Exception {
    await("no lag", () -> service.metrics().sum("sidereus_lag_events") == 0);
    Map<String, Object> settings = client();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "never-ends");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int partition = 0; partition < ServiceKeys.PARTITIONS; partition++) {
        producer.send(
            new ProducerRecord<>(
                service.topics().observations(), partition, new byte[] {1}, new byte[] {1}));
      }
      producer.flush();
      survey.rows().subList(ROWS, 2 * ROWS).forEach(row -> service.send(row.observation()));
      service.flush();
      double waiting = ROWS + ServiceKeys.PARTITIONS;
      await(
          "all that waits is lag",
          () ->
              service.metrics().sum("sidereus_lag_events") == waiting
                  && service.metrics().sum("sidereus_open_transaction_events") == waiting);
      assertThat(service.objects().poll()).hasSize(ROWS);
      producer.abortTransaction();
    }
    service.objects().await(2 * ROWS);
    await(
        "no lag, although the end of the transaction is an offset, too",
        () -> service.metrics().sum("sidereus_lag_events") == 0);
    assertThat(service.metrics().sum("sidereus_open_transaction_events")).isZero();
  }

  @Test
  @Order(2)
  void shouldWriteNothingAtRest() throws Exception {
    try (Admin admin = Admin.create(client())) {
      long[] before = {-1};
      // Whatever was under way has come to its end.
      await(
          "two seconds without a commit",
          () -> {
            try {
              long now = bookkeeping(admin);
              boolean rests = now == before[0];
              before[0] = now;
              Thread.sleep(2_000);
              return rests;
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
      assertThat(service.metrics().sum("sidereus_uncommitted_seconds")).isZero();
      assertThat(service.metrics().sum("sidereus_commit_age_seconds")).isGreaterThan(1);
    }
  }

  /** Records that the brokers keep of offsets and transactions. */
  private static long bookkeeping(Admin admin) throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (TopicDescription one :
        admin
            .describeTopics(List.of("__consumer_offsets", "__transaction_state"))
            .allTopicNames()
            .get()
            .values()) {
      one.partitions()
          .forEach(
              partition ->
                  asked.put(
                      new TopicPartition(one.name(), partition.partition()), OffsetSpec.latest()));
    }
    return admin.listOffsets(asked).all().get().values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  @Test
  @Order(3)
  void shouldSayHowManyEventsRetentionRemovedBeforeTheyWereRead() throws Exception {
    try (RunningService first = RunningService.start(environment, "gap", folder, Map.of())) {
      survey.rows().subList(0, ROWS).forEach(row -> first.send(row.observation()));
      first.objects().await(ROWS);
      first.stopInstance();
      survey.rows().subList(ROWS, 2 * ROWS).forEach(row -> first.send(row.observation()));
      first.flush();
      deleteAll(first.topics().observations());
      try (RunningService second = RunningService.start(environment, "gap", folder, Map.of())) {
        assertThat(second.metrics().sum("sidereus_lost_events_total")).isEqualTo(ROWS);
        survey.rows().subList(2 * ROWS, 3 * ROWS).forEach(row -> second.send(row.observation()));
        second.objects().await(2 * ROWS);
        await("no lag", () -> second.metrics().sum("sidereus_lag_events") == 0);
        assertThat(second.metrics().sum("sidereus_lost_events_total")).isEqualTo(ROWS);
        assertThat(second.objects().settled()).hasSize(2 * ROWS);
      }
    }
  }

  private void deleteAll(String topic) throws Exception {
    try (Admin admin = Admin.create(client())) {
      Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
      for (int partition = 0; partition < ServiceKeys.PARTITIONS; partition++) {
        all.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(-1));
      }
      admin.deleteRecords(all).all().get();
    }
  }

  @Tag("thorough")
  @Test
  @Order(4)
  void shouldRefuseStateOfWhichTheBrokersHaveRemovedRecords() throws Exception {
    try (RunningService first = RunningService.start(environment, "hollow", folder, Map.of())) {
      survey.rows().subList(0, ROWS).forEach(row -> first.send(row.observation()));
      first.objects().await(ROWS);
    }
    String changelog = "hollow-group-members-changelog";
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, changelog);
    try (Admin admin = Admin.create(client())) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  topic,
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET))))
          .all()
          .get();
      await(
          "the brokers know it",
          () -> {
            try {
              return admin
                  .describeConfigs(List.of(topic))
                  .all()
                  .get()
                  .get(topic)
                  .get("cleanup.policy")
                  .value()
                  .equals("delete");
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
      try (LogCapture log = LogCapture.of("org.sidereus.streams.service.StatePreparation")) {
        RunningService.start(environment, "hollow", folder, Map.of()).close();
        assertThat(log.of(Level.WARN))
            .singleElement()
            .asString()
            .contains(changelog, "cleanup.policy=delete", "--add-config cleanup.policy=compact");
      }
    }
    deleteAll(changelog);
    assertThatThrownBy(() -> RunningService.start(environment, "hollow", folder, Map.of()).close())
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(
            "the brokers have removed records of the state", changelog, "sidereus reset");
  }

  @Test
  @Order(5)
  void shouldSayThatNoBrokerRespondsAndStopWithoutOne() throws Exception {
    assertThat(service.get("/ready").statusCode()).isEqualTo(200);
    assertThat(service.metrics().sum("sidereus_brokers_connected")).isOne();
    environment.broker().stop();
    await("/ready says it", () -> service.get("/ready").statusCode() == 503);
    assertThat(service.get("/ready").body()).contains("no broker responds for ");
    assertThat(service.get("/liveness").statusCode()).isEqualTo(200);
    await("the connection", () -> service.metrics().sum("sidereus_brokers_connected") == 0);
    Metrics metrics = service.metrics();
    assertThat(metrics.sum("sidereus_lag_events")).isNaN();
    assertThat(metrics.sum("sidereus_brokers_response_age_seconds")).isGreaterThan(3);

    long startNs = System.nanoTime();
    service.stopInstance();
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(8));
  }
}
