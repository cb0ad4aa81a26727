package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.BrokerProcess;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.TestLog;

/** A single broker that is stopped in order while producers commit. */
@Tag("slow")
class StoppedBrokerTest {
  private static final String TOPIC = "night";
  private static final int PARTITIONS = 6;
  private static final int PRODUCERS = 4;
  private static final int STOPS = 3;

  /** Transactions that nobody commits are aborted after this time. */
  private static final Duration TRANSACTION = Duration.ofSeconds(3);

  @TempDir private Path folder;

  /** Nothing behind an open transaction can be read with {@code read_committed}, for ever. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldLeaveNoTransactionOpen() throws Exception {
    TestLog log = new TestLog("stops");
    ExecutorService threads = Executors.newCachedThreadPool();
    try (BrokerProcess brokers = BrokerProcess.start(folder)) {
      try (Admin admin = admin(brokers)) {
        admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
      }
      for (int stop = 0; stop < STOPS; stop++) {
        List<Committing> producers = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
          Committing one = new Committing(brokers, "producer-" + stop + "-" + i);
          producers.add(one);
          running.add(threads.submit(one));
        }
        ServiceProcess.pause(Duration.ofSeconds(3));
        brokers.stop();
        producers.forEach(one -> one.ends = true);
        for (int i = 0; i < PRODUCERS; i++) {
          producers.get(i).producer.close(Duration.ZERO);
          running.get(i).get();
        }
        brokers.restart();
        log.note(
            "stop %d after %d transactions",
            stop, producers.stream().mapToInt(one -> one.committed).sum());
        assertAllReadable(brokers, stop);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void assertAllReadable(BrokerProcess brokers, int stop) throws Exception {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (Admin admin = admin(brokers)) {
      Map<TopicPartition, Long> readable = ends(admin, IsolationLevel.READ_COMMITTED);
      Map<TopicPartition, Long> all = ends(admin, IsolationLevel.READ_UNCOMMITTED);
      while (!readable.equals(all) && System.nanoTime() < deadlineNs) {
        ServiceProcess.pause(Duration.ofMillis(200));
        // The ends of transactions are records, too.
        readable = ends(admin, IsolationLevel.READ_COMMITTED);
        all = ends(admin, IsolationLevel.READ_UNCOMMITTED);
      }
      assertThat(readable).as("after stop %d", stop).isEqualTo(all);
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel isolation)
      throws Exception {
    Map<TopicPartition, OffsetSpec> asked =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new TopicPartition(TOPIC, partition))
            .collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest()));
    return admin
        .listOffsets(asked, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().offset()));
  }

  private static Admin admin(BrokerProcess brokers) {
    return Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()));
  }

  /** Commits one transaction after another in all partitions. */
  private static final class Committing implements Runnable {
    private final KafkaProducer<byte[], byte[]> producer;
    private volatile boolean ends;
    private int committed;

    private Committing(BrokerProcess brokers, String name) {
      this.producer =
          new KafkaProducer<>(
              Map.of(
                  ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                  brokers.bootstrapServers(),
                  ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                  name,
                  ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                  (int) TRANSACTION.toMillis()),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }

    @Override
    public void run() {
      try {
        producer.initTransactions();
        while (!ends) {
          producer.beginTransaction();
          for (int partition = 0; partition < PARTITIONS; partition++) {
            producer.send(
                new ProducerRecord<>(
                    TOPIC, partition, null, "star".getBytes(StandardCharsets.UTF_8)));
          }
          producer.commitTransaction();
          committed++;
        }
      } catch (KafkaException | IllegalStateException e) {
        assertThat(ends).as("only the stop of the broker ends it: %s", e).isTrue();
      }
    }
  }
}
