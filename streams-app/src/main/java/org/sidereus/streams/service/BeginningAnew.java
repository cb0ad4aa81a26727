package org.sidereus.streams.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service needs that begins with empty state: the observations from the first one on. Where
 * retention has removed some, groups lack their objects; and where the observation with the highest
 * revision of an object is gone, an older one would be published over its posterior.
 */
final class BeginningAnew {
  private static final Logger LOG = LoggerFactory.getLogger(BeginningAnew.class);

  /** Partitions that a message names. */
  private static final int NAMED = 4;

  private final ServiceConfig config;

  BeginningAnew(ServiceConfig config) {
    this.config = config;
  }

  /**
   * Checks that the earliest observations are there.
   *
   * @throws SidereusException if they are not, posteriors exist, and the configuration does not
   *     allow it
   */
  void check(Admin admin) {
    Topics topics = config.topics();
    Map<TopicPartition, Long> first = offsets(admin, topics.observations(), OffsetSpec.earliest());
    long removed = first.values().stream().mapToLong(Long::longValue).sum();
    if (removed == 0) {
      return;
    }
    String found =
        "the state of '%s' is empty, and the topic '%s' has no longer its first %d observations (%s)"
            .formatted(config.applicationId(), topics.observations(), removed, places(first));
    boolean overwrites =
        hasRecords(admin, topics.groupPosteriors()) || hasRecords(admin, topics.objectPosteriors());
    if (overwrites && !config.beginIncomplete()) {
      throw new SidereusException(
          found
              + ", so that groups with fewer objects and old revisions would be published over the"
              + " posteriors that exist; name other topics for the posteriors, or publish the"
              + " observations again from their catalogues and set begin.incomplete=true");
    }
    LOG.warn("{}; groups lack their objects until these are published again", found);
  }

  private static String places(Map<TopicPartition, Long> first) {
    List<String> places = new ArrayList<>();
    first.entrySet().stream()
        .filter(one -> one.getValue() > 0)
        .limit(NAMED)
        .forEach(
            one ->
                places.add(
                    "partition %d begins at offset %d"
                        .formatted(one.getKey().partition(), one.getValue())));
    long others = first.values().stream().filter(one -> one > 0).count() - places.size();
    return String.join(", ", places) + (others > 0 ? " and %d others".formatted(others) : "");
  }

  private static boolean hasRecords(Admin admin, String topic) {
    return !offsets(admin, topic, OffsetSpec.latest())
        .equals(offsets(admin, topic, OffsetSpec.earliest()));
  }

  private static Map<TopicPartition, Long> offsets(Admin admin, String topic, OffsetSpec spec) {
    try {
      TopicDescription description =
          Objects.requireNonNull(
              admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic), topic);
      Map<TopicPartition, OffsetSpec> asked =
          IntStream.range(0, description.partitions().size())
              .boxed()
              .collect(
                  Collectors.toMap(partition -> new TopicPartition(topic, partition), p -> spec));
      Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(asked).all().get();
      return found.entrySet().stream()
          .sorted((one, other) -> one.getKey().partition() - other.getKey().partition())
          .collect(
              Collectors.toMap(
                  Map.Entry::getKey,
                  one -> one.getValue().offset(),
                  (one, other) -> one,
                  LinkedHashMap::new));
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Map.of(); // it will be made, and nothing is missing
      }
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    }
  }
}
