package org.sidereus.integration.environment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A transaction that its coordinator takes for over and that is open in its partitions: as brokers
 * leave it that are stopped in the middle of a commit.
 */
public final class LeftTransaction {
  private static final String LOG = "__transaction_state";

  /** Places of the fields in the value of a record: version, producer, epoch, timeout, state. */
  private static final int EPOCH = Short.BYTES + Long.BYTES;

  private static final int STATE = EPOCH + Short.BYTES + Integer.BYTES;
  private static final byte COMPLETE_COMMIT = 4;
  private static final byte COMPLETE_ABORT = 5;

  private final Map<String, Object> client;
  private final String id;

  /**
   * Of a transactional id.
   *
   * @param client settings of a client that may do everything
   */
  public LeftTransaction(Map<String, Object> client, String id) {
    this.client = Map.copyOf(client);
    this.id = id;
  }

  /**
   * Begins it and leaves it open, and nobody has ended it.
   *
   * @param data partitions that get a record
   * @param group whose offsets it commits
   */
  public void begin(
      List<TopicPartition> data, String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<String, Object> settings = settings();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 600_000);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    for (TopicPartition one : data) {
      producer.send(
          new ProducerRecord<>(
              one.topic(), one.partition(), null, "star".getBytes(StandardCharsets.UTF_8)));
    }
    Map<String, Object> ofGroup = settings();
    ofGroup.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(ofGroup, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
    }
    producer.flush();
    producer.close(Duration.ZERO);
  }

  /**
   * Writes for the coordinator that it is over. The broker believes it after its next start, and
   * nobody marks its end in the partitions.
   */
  public void record(boolean committed) throws Exception {
    ConsumerRecord<byte[], byte[]> last = last();
    byte[] over = last.value().clone();
    ByteBuffer fields = ByteBuffer.wrap(over);
    fields.putShort(EPOCH, (short) (fields.getShort(EPOCH) + 1));
    fields.put(STATE, committed ? COMPLETE_COMMIT : COMPLETE_ABORT);
    Map<String, Object> settings = settings();
    // the only name whose records brokers take into their own topics
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "__admin_client");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(LOG, last.partition(), last.key(), over)).get();
    }
  }

  private ConsumerRecord<byte[], byte[]> last() {
    ConsumerRecord<byte[], byte[]> last = null;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(LOG).stream()
              .map(one -> new TopicPartition(LOG, one.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(200))) {
          last =
              new String(one.key(), StandardCharsets.UTF_8).endsWith(id) && one.value() != null
                  ? one
                  : last;
        }
      }
    }
    if (last == null) {
      throw new AssertionError("the coordinator does not know " + id);
    }
    return last;
  }

  private Map<String, Object> settings() {
    return new HashMap<>(client);
  }
}
