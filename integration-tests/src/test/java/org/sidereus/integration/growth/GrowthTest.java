package org.sidereus.integration.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.streams.ledger.LedgerCounts;

/**
 * One group with very many objects: every partition processes its share, only sums go to the
 * combination, and the state of the group does not grow with its objects beyond what replacement
 * needs.
 */
@Tag("slow")
class GrowthTest {
  private static final int OBJECTS = Integer.getInteger("growth.objects", 100_000);
  private static final int PARTITIONS = 4;
  private static final double INTERVAL_S = 0.5;
  private static final String GROUP = "one-galaxy";
  private static final Duration PATIENCE = Duration.ofMinutes(60);

  @TempDir private Path folder;
  private final TestLog log = new TestLog("growth");

  /** Live entries of a store, counted in its changelog. */
  private record Store(long entries, long bytes, long records, long recordBytes) {}

  @Test
  @Timeout(value = 120, unit = TimeUnit.MINUTES)
  void shouldServeOneLargeGroupByAllPartitionsWithStatePerObjectAndNotPerGroup() throws Exception {
    try (InProcess environment = InProcess.start()) {
      Map<String, String> overrides =
          Map.of(
              "topics.partitions",
              Integer.toString(PARTITIONS),
              "num.stream.threads",
              "2",
              "groups.interval",
              Math.round(1000 * INTERVAL_S) + "ms",
              "window.grace",
              "1d");
      ServiceKeys keys =
          ServiceKeys.of(environment, "growth", folder.resolve("state"), overrides).createTopics();
      try (SurveyClients clients = new SurveyClients(keys)) {
        Store halfGroup;
        double seconds;
        try (InstantStream stream =
            InstantStream.start(keys, InstantStream.realPosteriorsInTurn())) {
          long startCpuNs = processorNs();
          long startNs = System.nanoTime();
          publish(clients, 0, OBJECTS / 2);
          awaitObjects(clients, OBJECTS / 2);
          halfGroup = store(keys, "group-sums");
          publish(clients, OBJECTS / 2, OBJECTS);
          awaitObjects(clients, OBJECTS);
          seconds = 1e-9 * (System.nanoTime() - startNs);
          log.note(
              "%d objects of one group, publish to group posterior, with an engine that returns at"
                  + " once: %.0f per second, %.0f us of processor time each, broker and clients"
                  + " included",
              OBJECTS, OBJECTS / seconds, 1e-3 * (processorNs() - startCpuNs) / OBJECTS);
          assertEveryPartitionServes(stream);
        }
        noteSizesOfEvents(keys);
        assertSumsTravel(keys, seconds);
        assertStateIsPerObject(keys, halfGroup);
        restore(keys);
      }
    }
  }

  private static long processorNs() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void publish(SurveyClients clients, int from, int to) {
    DemoSurvey.Row row = DemoSurvey.first(1).rows().get(0);
    for (int i = from; i < to; i++) {
      clients.send(row.as("object-%09d".formatted(i), GROUP).observation());
    }
    clients.flush();
  }

  private static void awaitObjects(SurveyClients clients, long objects) {
    clients
        .groups()
        .await(
            PATIENCE,
            all -> {
              var group = RunningService.forAllTime(all).get(GROUP);
              return group != null && group.getObjects() == objects;
            });
  }

  private void assertEveryPartitionServes(InstantStream stream) {
    Map<Integer, Long> shares = new TreeMap<>();
    stream
        .meters()
        .ledgerCounts()
        .forEach((partition, ledger) -> shares.put(partition, posteriors(ledger)));
    log.note("objects by partition: %s", shares);
    assertThat(shares).hasSize(PARTITIONS);
    shares.forEach(
        (partition, share) ->
            assertThat(share.doubleValue())
                .as("partition %d", partition)
                .isBetween(0.8 * OBJECTS / PARTITIONS, 1.2 * OBJECTS / PARTITIONS));
  }

  private static long posteriors(LedgerCounts ledger) {
    return ledger.posteriors();
  }

  private void noteSizesOfEvents(ServiceKeys keys) {
    for (String topic : List.of(keys.topics().observations(), keys.topics().objectPosteriors())) {
      Store events = read(keys, topic);
      log.note(
          "topic %-25s %,d records of %d bytes, before compression",
          topic, events.records(), events.recordBytes() / events.records());
    }
  }

  /**
   * The number of messages depends on the length of the run, and not on the objects. In each
   * interval a partition sends its sums, and its progress to each partition of the combination.
   */
  private void assertSumsTravel(ServiceKeys keys, double seconds) {
    long messages = written(keys, "growth-partial-sums-repartition");
    log.note(
        "%d records to the combination in %.0f s, ends of transactions included: one for %.0f"
            + " objects",
        messages, seconds, (double) OBJECTS / messages);
    int sums = 2; // for all time and for one window
    assertThat(messages)
        .as("at most one end of a transaction for each record")
        .isLessThan(Math.round(2 * PARTITIONS * (sums + PARTITIONS) * (seconds / INTERVAL_S + 10)));
  }

  /** Records that were ever written to a topic. */
  private static long written(ServiceKeys keys, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(keys)) {
      return consumer.endOffsets(partitions(consumer, topic)).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(ServiceKeys keys) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", keys.values().get("bootstrap.servers"));
    settings.put("isolation.level", "read_committed");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(one -> new TopicPartition(topic, one.partition()))
        .toList();
  }

  private void assertStateIsPerObject(ServiceKeys keys, Store halfGroup) throws IOException {
    for (String name :
        List.of(
            "group-members",
            "object-visits",
            "partial-sums",
            "group-sums",
            "pending-observations",
            "intake-ledger",
            "partition-progress")) {
      Store store = store(keys, name);
      log.note(
          "store %-20s %,9d entries of %4d bytes; changelog before compaction %,9d records, %.1f"
              + " MB",
          name,
          store.entries(),
          store.entries() == 0 ? 0 : store.bytes() / store.entries(),
          store.records(),
          1e-6 * store.recordBytes());
    }
    Store members = store(keys, "group-members");
    assertThat(members.entries()).as("one entry for each object").isEqualTo(OBJECTS);
    Store group = store(keys, "group-sums");
    assertThat(group.entries()).as("for all time and for one window").isEqualTo(2);
    assertThat(group.bytes())
        .as("with twice the objects the group has the same size")
        .isEqualTo(halfGroup.bytes());
    log.note(
        "per object %d bytes of state; per group and partition %d, per group at the combination %d,"
            + " whatever its objects",
        members.bytes() / members.entries(),
        store(keys, "partial-sums").bytes() / store(keys, "partial-sums").entries(),
        group.bytes() / group.entries());
    log.note(
        "local state on disk %.1f MB, %.0f bytes per object",
        1e-6 * size(InstantStream.stateOf(keys)),
        (double) size(InstantStream.stateOf(keys)) / OBJECTS);
  }

  private void restore(ServiceKeys keys) throws Exception {
    double warm;
    try (InstantStream stream = InstantStream.start(keys, (rows, sharedFit) -> List.of())) {
      warm = stream.startSeconds();
    }
    delete(InstantStream.stateOf(keys));
    try (InstantStream stream = InstantStream.start(keys, (rows, sharedFit) -> List.of())) {
      log.note(
          "start with its disk %.1f s; without %.1f s, of which %.1f s restore %d records: %.0f per"
              + " second",
          warm,
          stream.startSeconds(),
          stream.restoreSeconds(),
          stream.restored(),
          stream.restored() / stream.restoreSeconds());
      assertThat(stream.restored()).isGreaterThanOrEqualTo(OBJECTS);
    }
  }

  private static Store store(ServiceKeys keys, String name) {
    return read(keys, "growth-" + name + "-changelog");
  }

  /** Reads a topic from its beginning to its present end. */
  private static Store read(ServiceKeys keys, String topic) {
    Map<ByteBuffer, Integer> live = new HashMap<>();
    long records = 0;
    long recordBytes = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(keys)) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(200))) {
          int keyBytes = one.key() == null ? 0 : one.key().length;
          int bytes = keyBytes + (one.value() == null ? 0 : one.value().length);
          records++;
          recordBytes += bytes;
          ByteBuffer key =
              ByteBuffer.allocate(4 + keyBytes)
                  .putInt(one.partition())
                  .put(one.key() == null ? new byte[0] : one.key())
                  .flip();
          if (one.value() == null) {
            live.remove(key);
          } else {
            live.put(key, bytes);
          }
        }
      }
    }
    long bytes = live.values().stream().mapToLong(Integer::longValue).sum();
    return new Store(live.size(), bytes, records, recordBytes);
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
