package org.sidereus.streams.service;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.brokers.CommittedOffsets;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offsets that the brokers do not have any more, though the state is there. Brokers drop the
 * offsets of a consumer group {@code offsets.retention.minutes} (7 days) after its last instance
 * has left, and someone may delete the group. The stream would begin at the first observation and
 * publish all posteriors again. The state knows how far it has come: the offsets are set to that.
 */
final class DroppedOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(DroppedOffsets.class);

  private final ServiceConfig config;
  private final String observations;

  DroppedOffsets(ServiceConfig config) {
    this.config = config;
    this.observations = config.topics().observations();
  }

  /**
   * Sets the offsets that are missing, where the state knows them.
   *
   * @param partitions number of partitions of the observations
   * @throws SidereusException if the state cannot be read to its end
   */
  void restore(Admin admin, int partitions) {
    Set<TopicPartition> missing = missing(admin, partitions);
    if (missing.isEmpty()) {
      return;
    }
    SortedMap<Integer, StoredPositions.Known> stored =
        new StoredPositions(config).of(missing.stream().map(TopicPartition::partition).toList());
    Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
    Set<Integer> unknown = new TreeSet<>();
    stored.forEach(
        (partition, one) -> {
          if (one.nextOffset() >= 0) {
            known.put(
                new TopicPartition(observations, partition),
                new OffsetAndMetadata(one.nextOffset()));
          } else if (one.events() > 0) {
            unknown.add(partition);
          }
        });
    if (!unknown.isEmpty()) {
      LOG.warn(
          "the brokers have dropped the offsets of '{}' at the partitions {} of '{}', and the state"
              + " does not have them: observations there are read from the first one, and their"
              + " posteriors are published again; groups are not changed by it",
          config.applicationId(),
          unknown,
          observations);
    }
    if (!known.isEmpty()) {
      set(admin, known);
    }
  }

  private void set(Admin admin, Map<TopicPartition, OffsetAndMetadata> offsets) {
    String places =
        offsets.entrySet().stream()
            .map(one -> one.getKey().partition() + ": " + one.getValue().offset())
            .sorted()
            .collect(Collectors.joining(", "));
    try {
      Changelogs.result(admin.alterConsumerGroupOffsets(config.applicationId(), offsets).all());
      LOG.warn(
          "the brokers have dropped the offsets of '{}' (offsets.retention.minutes after its last"
              + " instance had stopped): the stream goes on where its state ends, at the offsets"
              + " {} of '{}'",
          config.applicationId(),
          places,
          observations);
    } catch (UnknownMemberIdException e) {
      LOG.debug("another instance has begun, which has set the offsets", e);
    }
  }

  private Set<TopicPartition> missing(Admin admin, int partitions) {
    Set<TopicPartition> all =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(observations, partition))
            .collect(Collectors.toSet());
    try {
      int timeoutMs = Math.toIntExact(config.startupTimeout().toMillis());
      Map<TopicPartition, OffsetAndMetadata> committed =
          Changelogs.result(new CommittedOffsets(admin, config.applicationId(), timeoutMs).of(all));
      all.removeIf(one -> committed.get(one) != null);
    } catch (GroupIdNotFoundException e) {
      LOG.debug("the brokers do not know the group any more", e);
    }
    return all;
  }
}
