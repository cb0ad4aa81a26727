package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the coordinators have written about transactions, {@code __transaction_state}. */
final class TransactionLog {
  private static final String TOPIC = "__transaction_state";
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long PATIENCE_S = 10;

  private final Admin admin;
  private final Map<String, Object> settings;

  /**
   * At some brokers.
   *
   * @param settings of the clients
   */
  TransactionLog(Admin admin, Map<String, Object> settings) {
    this.admin = admin;
    this.settings = new HashMap<>(settings);
    this.settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "sidereus-transactions");
  }

  /**
   * How a transaction ended; empty where the coordinator has not written it, or not yet.
   *
   * @param producerId of its producer
   * @param epoch of its producer
   * @throws ExecutionException what the brokers refuse
   */
  Optional<TransactionFate.End> end(String transactionalId, long producerId, short epoch)
      throws ExecutionException, InterruptedException, TimeoutException {
    TransactionFate fate = new TransactionFate(producerId, epoch);
    TopicPartition place = placeOf(transactionalId);
    long startNs = System.nanoTime();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(place));
      consumer.seekToBeginning(List.of(place));
      long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
      while (consumer.position(place) < end) {
        if (System.nanoTime() - startNs > LONGEST.toNanos()) {
          throw new TimeoutException("the records of %s take too long".formatted(place));
        }
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
          enter(one, transactionalId, fate);
        }
      }
    }
    return fate.end();
  }

  private static void enter(
      ConsumerRecord<byte[], byte[]> record, String transactionalId, TransactionFate fate) {
    if (record.key() != null
        && record.value() != null
        && TransactionEntry.transactionalId(record.key())
            .filter(transactionalId::equals)
            .isPresent()) {
      TransactionEntry.read(record.value()).ifPresent(fate::enter);
    }
  }

  private TopicPartition placeOf(String transactionalId)
      throws ExecutionException, InterruptedException, TimeoutException {
    return place(admin, TOPIC, transactionalId);
  }

  /** The partition of an internal topic of Kafka that has a name. */
  static TopicPartition place(Admin admin, String topic, String name)
      throws ExecutionException, InterruptedException, TimeoutException {
    int partitions =
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(PATIENCE_S, TimeUnit.SECONDS)
            .values()
            .iterator()
            .next()
            .partitions()
            .size();
    // as the brokers do it: also for the hash Integer.MIN_VALUE
    int hash = name.hashCode() == Integer.MIN_VALUE ? 0 : Math.abs(name.hashCode());
    return new TopicPartition(topic, hash % partitions);
  }
}
