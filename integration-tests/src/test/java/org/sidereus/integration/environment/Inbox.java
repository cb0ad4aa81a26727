package org.sidereus.integration.environment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * All committed records of a topic, read by a plain consumer.
 *
 * @param <T> type of the values
 */
public final class Inbox<T> implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration QUIET = Duration.ofMillis(700);

  private final String topic;
  private final Deserializer<T> deserializer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<Letter<T>> letters = new ArrayList<>();

  /**
   * A record.
   *
   * @param key as it is, may be null
   * @param value null: what the key stands for is withdrawn
   */
  public record Letter<T>(byte[] key, T value, long timestampMs) {}

  Inbox(Map<String, Object> client, String topic, Deserializer<T> deserializer) {
    this.topic = topic;
    this.deserializer = deserializer;
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(one -> new TopicPartition(topic, one.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /**
   * Waits until what has come so far is enough.
   *
   * @return all values so far, in the order of their arrival
   */
  public List<T> await(Predicate<List<T>> enough) {
    return await(PATIENCE, enough);
  }

  /**
   * Waits until what has come so far is enough.
   *
   * @param patience longest wait
   * @return all values so far, in the order of their arrival
   */
  public List<T> await(Duration patience, Predicate<List<T>> enough) {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (!enough.test(values())) {
      if (System.nanoTime() > deadlineNs) {
        throw new AssertionError(
            "after %d s topic %s has %d values, and these are not enough; the last is %s"
                .formatted(
                    patience.toSeconds(),
                    topic,
                    letters.size(),
                    letters.isEmpty() ? "none" : letters.get(letters.size() - 1).value()));
      }
      poll(Duration.ofMillis(100));
    }
    return values();
  }

  /** Waits for a number of values. */
  public List<T> await(int count) {
    return await(values -> values.size() >= count);
  }

  /** All values so far, after a short look for more. */
  public List<T> poll() {
    poll(Duration.ofMillis(50));
    return values();
  }

  /**
   * Waits until no more records come.
   *
   * @return all values so far
   */
  public List<T> settled() {
    long lastNs = System.nanoTime();
    while (System.nanoTime() - lastNs < QUIET.toNanos()) {
      if (poll(Duration.ofMillis(100))) {
        lastNs = System.nanoTime();
      }
    }
    return values();
  }

  /** The records behind the values. */
  public List<Letter<T>> letters() {
    return List.copyOf(letters);
  }

  private List<T> values() {
    return letters.stream().map(Letter::value).filter(Objects::nonNull).toList();
  }

  private boolean poll(Duration time) {
    boolean any = false;
    for (ConsumerRecord<byte[], byte[]> one : consumer.poll(time)) {
      T value = deserializer.deserialize(topic, one.value());
      letters.add(new Letter<>(one.key(), value, one.timestamp()));
      any = true;
    }
    return any;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
