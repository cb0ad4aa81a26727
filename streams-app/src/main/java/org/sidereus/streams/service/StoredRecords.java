package org.sidereus.streams.service;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;

/** What a topic of the service holds before the stream begins. */
final class StoredRecords {
  private static final Duration POLL = Duration.ofMillis(100);

  private final ServiceConfig config;
  private final String topic;

  StoredRecords(ServiceConfig config, String topic) {
    this.config = config;
    this.topic = topic;
  }

  /**
   * Reads partitions from their first record to where they end now.
   *
   * @param records takes each record that has a value, in the order of its partition
   * @throws SidereusException if that takes longer than {@code startup.timeout}
   */
  void read(Collection<Integer> partitions, Consumer<ConsumerRecord<byte[], byte[]>> records) {
    Set<Integer> unused = readEnd(partitions, Long.MAX_VALUE, records);
  }

  /**
   * Reads the last records of partitions to where they end now.
   *
   * @param last how many offsets before the end it begins
   * @param records takes each record that has a value, in the order of its partition
   * @return the partitions that have earlier records
   * @throws SidereusException if that takes longer than {@code startup.timeout}
   */
  Set<Integer> readEnd(
      Collection<Integer> partitions, long last, Consumer<ConsumerRecord<byte[], byte[]>> records) {
    Set<TopicPartition> asked = new HashSet<>();
    partitions.forEach(partition -> asked.add(new TopicPartition(topic, partition)));
    Set<Integer> longer = new HashSet<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(asked);
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(asked);
      Map<TopicPartition, Long> ends = consumer.endOffsets(asked);
      for (TopicPartition one : asked) {
        long start = Objects.requireNonNull(starts.get(one));
        long from = Math.max(start, Objects.requireNonNull(ends.get(one)) - last);
        consumer.seek(one, from);
        if (from > start) {
          longer.add(one.partition());
        }
      }
      readTo(
          consumer,
          ends,
          record -> {
            if (record.value() != null) {
              records.accept(record);
            }
          });
    }
    return longer;
  }

  /**
   * Finds the first record in some partitions that can be read between two offsets.
   *
   * @param from where to begin in each partition; what is no longer there is passed over
   * @param to where to end in each; beyond the end of a partition nothing is looked for
   * @return the offsets of the records that were found, by partition
   * @throws SidereusException if that takes longer than {@code startup.timeout}
   */
  Map<Integer, Long> first(Map<Integer, Long> from, Map<Integer, Long> to) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    to.forEach((partition, end) -> ends.put(new TopicPartition(topic, partition), end));
    Map<Integer, Long> found = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(ends.keySet());
      consumer.endOffsets(ends.keySet()).forEach((one, end) -> ends.merge(one, end, Math::min));
      consumer
          .beginningOffsets(ends.keySet())
          .forEach(
              (one, start) ->
                  consumer.seek(
                      one, Math.max(start, Objects.requireNonNull(from.get(one.partition())))));
      readTo(
          consumer,
          ends,
          record -> {
            TopicPartition one = new TopicPartition(topic, record.partition());
            long end = Objects.requireNonNull(ends.get(one));
            if (record.offset() < end
                && found.putIfAbsent(record.partition(), record.offset()) == null) {
              consumer.seek(one, end);
            }
          });
    }
    return found;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        new KafkaSettings(config).consumer(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private void readTo(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> records) {
    long deadlineNs = System.nanoTime() + config.startupTimeout().toNanos();
    while (ends.entrySet().stream()
        .anyMatch(one -> consumer.position(one.getKey()) < one.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        records.accept(record);
      }
      if (System.nanoTime() > deadlineNs) {
        throw new SidereusException(
            "the topic '%s' at the brokers %s cannot be read to its end; check the brokers, or raise startup.timeout"
                .formatted(topic, config.bootstrapServers()));
      }
    }
  }
}
