package org.sidereus.streams.brokers;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * The offsets that a consumer group has committed, and those that an open transaction commits. The
 * brokers hold the latter back: a consumer that asks for them, as Kafka Streams does before it
 * begins a partition, waits.
 */
public final class CommittedOffsets {
  private final Admin admin;
  private final String group;
  private final int timeoutMs;

  /**
   * Of a group.
   *
   * @param timeoutMs how long the brokers are asked
   */
  public CommittedOffsets(Admin admin, String group, int timeoutMs) {
    this.admin = admin;
    this.group = group;
    this.timeoutMs = timeoutMs;
  }

  /**
   * The offsets that are committed now, without those that an open transaction commits.
   *
   * @param partitions that are asked for
   * @return null as the value where there is none
   */
  public KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> of(Set<TopicPartition> partitions) {
    return offsets(partitions, false);
  }

  /**
   * The partitions whose offsets are held back now, each with the last offset that is committed; -1
   * where there is none.
   *
   * @param partitions that are asked for
   */
  public KafkaFuture<Map<TopicPartition, Long>> heldBack(Set<TopicPartition> partitions) {
    KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> given = offsets(partitions, true);
    KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed = of(partitions);
    return KafkaFuture.allOf(given, committed)
        .thenApply(done -> difference(partitions, now(given), now(committed)));
  }

  private KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> offsets(
      Set<TopicPartition> partitions, boolean stable) {
    ListConsumerGroupOffsetsSpec spec =
        new ListConsumerGroupOffsetsSpec().topicPartitions(partitions);
    return admin
        .listConsumerGroupOffsets(
            Map.of(group, spec),
            new ListConsumerGroupOffsetsOptions().requireStable(stable).timeoutMs(timeoutMs))
        .partitionsToOffsetAndMetadata(group);
  }

  /** The client leaves partitions out of which the brokers do not give the offset. */
  private static Map<TopicPartition, Long> difference(
      Set<TopicPartition> partitions,
      Map<TopicPartition, OffsetAndMetadata> given,
      Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, Long> heldBack = new HashMap<>();
    for (TopicPartition one : partitions) {
      if (!given.containsKey(one) && committed.containsKey(one)) {
        OffsetAndMetadata last = committed.get(one);
        heldBack.put(one, last == null ? -1 : last.offset());
      }
    }
    return heldBack;
  }

  private static Map<TopicPartition, OffsetAndMetadata> now(
      KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> done) {
    try {
      return done.getNow(Map.of());
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("a future that is done has no value", e);
    }
  }
}
