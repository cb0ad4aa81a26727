package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.LogCapture;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;

/** Someone sets the offsets of the stream ahead of its state. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SkippedEventsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int ROWS = 16;
  private static final String NEVER_READ = "sidereus_lost_events_total";

  private static InProcess environment;

  @TempDir private Path folder;

  private final List<DemoSurvey.Row> rows = DemoSurvey.first(3 * ROWS).rows();

  @BeforeAll
  static void start() throws Exception {
    environment = InProcess.start();
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  @Test
  void shouldSayWhichEventsAreNeverReadAndReadThemWhenTheOffsetsAreSetBack() throws Exception {
    ServiceKeys keys = ServiceKeys.of(environment, "skipped", folder, Map.of());
    Map<TopicPartition, OffsetAndMetadata> before;
    try (Admin admin = admin();
        LogCapture log = LogCapture.of("org.sidereus")) {
      inferAPartAndPublishAnother(keys);
      before = committed(admin, keys);
      setTo(admin, keys, ends(admin, keys));
      try (RunningService second = RunningService.start(keys)) {
        assertThat(neverRead(second)).isEqualTo(ROWS);
        assertThat(log.of(Level.WARN))
            .filteredOn(line -> line.contains("was set ahead of its state"))
            .isNotEmpty()
            .allSatisfy(line -> assertThat(line).contains("'skipped.observations'", "set the"));
        send(second, 2);
        second.objects().await(2 * ROWS);
        assertThat(second.objects().settled()).hasSize(2 * ROWS);
        second.stopInstance();
      }
      setTo(admin, keys, before);
      try (RunningService third = RunningService.start(keys)) {
        third.objects().await(all -> objects(all) == 3 * ROWS);
        third.groups().await(all -> inGroups(all) == 3L * ROWS);
        assertThat(neverRead(third)).isZero();
      }
    }
  }

  /** A topic whose records were removed does not have what was passed over. */
  @Test
  void shouldSayWhatWasPassedOverAndIsGoneFromTheTopic() throws Exception {
    ServiceKeys keys = ServiceKeys.of(environment, "gone", folder, Map.of());
    try (Admin admin = admin();
        LogCapture log = LogCapture.of("org.sidereus")) {
      inferAPartAndPublishAnother(keys);
      Map<TopicPartition, OffsetAndMetadata> ends = ends(admin, keys);
      Map<TopicPartition, RecordsToDelete> removed = new HashMap<>();
      ends.forEach((one, end) -> removed.put(one, RecordsToDelete.beforeOffset(end.offset())));
      admin.deleteRecords(removed).all().get();
      setTo(admin, keys, ends);
      try (RunningService second = RunningService.start(keys)) {
        assertThat(neverRead(second)).isEqualTo(ROWS);
        assertThat(log.of(Level.WARN))
            .filteredOn(line -> line.contains("are lost and get no posterior"))
            .isNotEmpty()
            .allSatisfy(line -> assertThat(line).contains("'gone.observations'"));
        send(second, 2);
        second.objects().await(2 * ROWS);
      }
    }
    // It is not said again when more was read since.
    try (LogCapture log = LogCapture.of("org.sidereus");
        RunningService third = RunningService.start(keys)) {
      assertThat(neverRead(third)).isZero();
      assertThat(log.of(Level.WARN)).noneMatch(line -> line.contains("are lost"));
    }
  }

  @Test
  void shouldSayWhichEventsAreNeverReadWhereNothingWasReadBefore() throws Exception {
    ServiceKeys keys = ServiceKeys.of(environment, "ahead", folder, Map.of()).createTopics();
    try (Admin admin = admin()) {
      sendInTransactions(keys, "written", ROWS);
      setTo(admin, keys, ends(admin, keys));
      try (RunningService service = RunningService.start(keys)) {
        assertThat(neverRead(service))
            .isBetween((double) ROWS, 2.0 * (ROWS + ServiceKeys.PARTITIONS));
      }
    }
  }

  /** Ends of transactions and what was aborted have offsets, too, and are no events. */
  @Test
  void shouldNotTakeWhatCannotBeReadForSkipped() throws Exception {
    ServiceKeys keys = ServiceKeys.of(environment, "markers", folder, Map.of());
    try (Admin admin = admin()) {
      try (RunningService first = RunningService.start(keys)) {
        sendInTransactions(keys, "read", ROWS);
        first.rejections().await(ROWS);
        first.stopInstance();
      }
      setTo(admin, keys, ends(admin, keys));
      try (RunningService second = RunningService.start(keys)) {
        assertThat(neverRead(second)).isZero();
      }
    }
  }

  /** A counter of partitions appears when there is something to count. */
  /** The second part is published when the service is down. */
  private void inferAPartAndPublishAnother(ServiceKeys keys) throws Exception {
    try (RunningService first = RunningService.start(keys)) {
      send(first, 0);
      first.objects().await(ROWS);
      first.stopInstance();
      send(first, 1);
      first.flush();
    }
  }

  private static double neverRead(RunningService service) {
    return service.metrics().totals().getOrDefault(NEVER_READ, 0.0);
  }

  private void send(RunningService service, int part) {
    rows.subList(part * ROWS, (part + 1) * ROWS).forEach(row -> service.send(row.observation()));
  }

  /**
   * Sends records that are no observations, in a transaction, and others in one that is aborted.
   */
  private static void sendInTransactions(ServiceKeys keys, String text, int records) {
    Map<String, Object> settings = client();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, keys.name() + "-" + text);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      for (boolean commit : new boolean[] {true, false}) {
        producer.beginTransaction();
        for (int i = 0; i < records; i++) {
          byte[] value = (text + i).getBytes(StandardCharsets.UTF_8);
          producer.send(new ProducerRecord<>(keys.topics().observations(), value, value));
        }
        if (commit) {
          producer.commitTransaction();
        } else {
          producer.flush();
          producer.abortTransaction();
        }
      }
    }
  }

  private static long objects(List<ObjectPosterior> all) {
    return all.stream().map(ObjectPosterior::getObject).distinct().count();
  }

  private static long inGroups(List<GroupPosterior> all) {
    return RunningService.forAllTime(all).values().stream()
        .mapToLong(GroupPosterior::getObjects)
        .sum();
  }

  private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, ServiceKeys keys)
      throws Exception {
    return admin.listConsumerGroupOffsets(keys.name()).partitionsToOffsetAndMetadata().get();
  }

  private static Map<TopicPartition, OffsetAndMetadata> ends(Admin admin, ServiceKeys keys)
      throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < ServiceKeys.PARTITIONS; partition++) {
      asked.put(new TopicPartition(keys.topics().observations(), partition), OffsetSpec.latest());
    }
    Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
    admin
        .listOffsets(asked)
        .all()
        .get()
        .forEach((one, end) -> ends.put(one, new OffsetAndMetadata(end.offset())));
    return ends;
  }

  private static void setTo(
      Admin admin, ServiceKeys keys, Map<TopicPartition, OffsetAndMetadata> offsets)
      throws Exception {
    Map<TopicPartition, OffsetAndMetadata> own = new HashMap<>(offsets);
    own.keySet().removeIf(one -> !one.topic().equals(keys.topics().observations()));
    // The members of the group are gone when their session has ended.
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        admin.alterConsumerGroupOffsets(keys.name(), own).all().get();
        return;
      } catch (ExecutionException e) {
        if (System.nanoTime() > deadlineNs) {
          throw e;
        }
        Thread.sleep(200);
      }
    }
  }

  private static Admin admin() {
    return Admin.create(client());
  }

  private static Map<String, Object> client() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
    return settings;
  }
}
