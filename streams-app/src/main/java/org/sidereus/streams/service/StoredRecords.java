package org.sidereus.streams.service;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    List<TopicPartition> asked =
        partitions.stream().map(partition -> new TopicPartition(topic, partition)).toList();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            new KafkaSettings(config).consumer(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(asked);
      consumer.seekToBeginning(asked);
      Map<TopicPartition, Long> ends = consumer.endOffsets(asked);
      long deadlineNs = System.nanoTime() + config.startupTimeout().toNanos();
      while (asked.stream()
          .anyMatch(one -> consumer.position(one) < Objects.requireNonNull(ends.get(one)))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.value() != null) {
            records.accept(record);
          }
        }
        if (System.nanoTime() > deadlineNs) {
          throw new SidereusException(
              "the topic '%s' at the brokers %s cannot be read to its end; check the brokers, or raise startup.timeout"
                  .formatted(topic, config.bootstrapServers()));
        }
      }
    }
  }
}
