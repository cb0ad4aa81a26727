package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.streams.brokers.CommittedOffsets;

/** Offsets that an open transaction commits, at a real broker. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CommittedOffsetsTest {
  private static final String GROUP = "night";
  private static final TopicPartition FIRST = new TopicPartition("stars", 0);
  private static final TopicPartition SECOND = new TopicPartition("stars", 1);

  @Test
  void shouldFindThePartitionsThatAnOpenTransactionCommits() throws Exception {
    try (InProcess environment = InProcess.start();
        Admin admin =
            Admin.create(
                Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers()));
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of(
                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    environment.bootstrapServers(),
                    ConsumerConfig.GROUP_ID_CONFIG,
                    GROUP),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    environment.bootstrapServers(),
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                    "one"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      CommittedOffsets offsets = new CommittedOffsets(admin, GROUP, 10_000);
      admin.createTopics(Set.of(new NewTopic(FIRST.topic(), 2, (short) 1))).all().get();
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, consumer, Map.of(FIRST, 7L));
      producer.commitTransaction();

      producer.beginTransaction();
      send(producer, consumer, Map.of(FIRST, 9L, SECOND, 3L));
      assertThat(offsets.heldBack(Set.of(FIRST, SECOND)).get())
          .isEqualTo(Map.of(FIRST, 7L, SECOND, -1L));
      assertThat(offsets.of(Set.of(FIRST)).get())
          .as("without the open transaction")
          .isEqualTo(Map.of(FIRST, new OffsetAndMetadata(7)));

      producer.commitTransaction();
      await(offsets);
      producer.beginTransaction();
      send(producer, consumer, Map.of(FIRST, 10L));
      assertThat(offsets.heldBack(Set.of(FIRST, SECOND)).get()).isEqualTo(Map.of(FIRST, 9L));

      producer.abortTransaction();
      await(offsets);
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>();
    offsets.forEach((partition, offset) -> sent.put(partition, new OffsetAndMetadata(offset)));
    producer.sendOffsetsToTransaction(sent, consumer.groupMetadata());
  }

  /** Brokers mark the end of a transaction a moment after they have confirmed it. */
  private static void await(CommittedOffsets offsets) throws Exception {
    while (!offsets.heldBack(Set.of(FIRST, SECOND)).get().isEmpty()) {
      Thread.sleep(20);
    }
  }
}
