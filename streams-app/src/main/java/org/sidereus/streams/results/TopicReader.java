package org.sidereus.streams.results;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;

/** Reads the committed records of all partitions of a topic, without a consumer group. */
public final class TopicReader<T> implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<T> deserializer;

  /** Where the committed records of each partition ended when the reader was made. */
  private final Map<TopicPartition, Long> ends;

  /**
   * A reader at the beginning or at the end of a topic.
   *
   * @param fromBeginning whether to read the records that exist already
   */
  public TopicReader(
      ServiceConfig config, String topic, Deserializer<T> deserializer, boolean fromBeginning) {
    this.deserializer = deserializer;
    this.consumer =
        new KafkaConsumer<>(
            new KafkaSettings(config).consumer(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(one -> new TopicPartition(one.topic(), one.partition()))
            .toList();
    consumer.assign(partitions);
    ends = Map.copyOf(consumer.endOffsets(partitions));
    if (fromBeginning) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
    }
  }

  /**
   * Waits a moment for records.
   *
   * @return the new records; may be empty
   * @throws SidereusException if a record cannot be read, or the registry does not respond
   */
  public List<T> poll() {
    return poll(Long.MAX_VALUE, Map.of());
  }

  /** The same, without records that came after the reader was made. */
  public List<T> pollUntilEnd() {
    return poll(0, ends);
  }

  /**
   * Reads up to the end at which the reader was made.
   *
   * @param records takes key and value of each record, in the order of its partition; the value is
   *     null where the record has none, which takes back what its key said
   */
  public void readUntilEnd(BiConsumer<byte @Nullable [], @Nullable T> records) {
    while (!isAtEnd()) {
      for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
        if (one.offset()
            < ends.getOrDefault(new TopicPartition(one.topic(), one.partition()), 0L)) {
          records.accept(one.key(), one.value() == null ? null : read(one));
        }
      }
    }
  }

  /** Whether all records have been read that were there when the reader was made. */
  public boolean isAtEnd() {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private List<T> poll(long endOfOthers, Map<TopicPartition, Long> until) {
    List<T> values = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
      long end = until.getOrDefault(new TopicPartition(one.topic(), one.partition()), endOfOthers);
      if (one.value() != null && one.offset() < end) {
        values.add(read(one));
      }
    }
    return values;
  }

  private T read(ConsumerRecord<byte[], byte[]> one) {
    try {
      return deserializer.deserialize(one.topic(), one.value());
    } catch (KafkaException e) {
      throw new SidereusException(
          "topic %s, partition %d, offset %d: %s"
              .formatted(one.topic(), one.partition(), one.offset(), e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
