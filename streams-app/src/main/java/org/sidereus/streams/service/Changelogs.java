package org.sidereus.streams.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.sidereus.streams.state.StateFormatException;

/**
 * The changelogs of an application, which are its state. Brokers must keep the last record of each
 * of their keys. If someone sets a retention for them, state is lost without a sign: sums would
 * lack objects after the next restoring.
 */
final class Changelogs {
  /** That of Kafka. */
  static final Duration DEFAULT_DELETE_RETENTION = Duration.ofDays(1);

  private final Admin admin;
  private final String bootstrapServers;
  private final String commandConfig;

  /**
   * Changelogs at brokers.
   *
   * @param commandConfig what Kafka's own tools need beside the address
   */
  Changelogs(Admin admin, String bootstrapServers, String commandConfig) {
    this.admin = admin;
    this.bootstrapServers = bootstrapServers;
    this.commandConfig = commandConfig;
  }

  /** Those of some topics that exist, with the number of their partitions. */
  Map<String, Integer> partitions(Collection<String> topics) {
    return existing(topics, one -> one.partitions().size());
  }

  /** Those of some topics that exist, with their ids. */
  Map<String, String> ids(Collection<String> topics) {
    return existing(topics, one -> one.topicId().toString());
  }

  private <T> Map<String, T> existing(
      Collection<String> topics, Function<TopicDescription, T> what) {
    Map<String, T> existing = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> one :
        admin.describeTopics(topics).topicNameValues().entrySet()) {
      try {
        existing.put(one.getKey(), what.apply(result(one.getValue())));
      } catch (UnknownTopicOrPartitionException e) {
        // It does not exist.
      }
    }
    return existing;
  }

  /**
   * Checks that nothing was removed.
   *
   * @param partitionsByTopic changelogs that exist, with the number of their partitions
   * @throws StateFormatException if records were removed that may be the last of their key
   */
  void requireWhole(Map<String, Integer> partitionsByTopic) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitionsByTopic.forEach(
        (topic, partitions) -> {
          for (int partition = 0; partition < partitions; partition++) {
            asked.put(new TopicPartition(topic, partition), OffsetSpec.earliest());
          }
        });
    Map<TopicPartition, ListOffsetsResultInfo> starts = result(admin.listOffsets(asked).all());
    Map<String, Long> removed = new TreeMap<>();
    starts.forEach((one, start) -> removed.merge(one.topic(), start.offset(), Long::sum));
    removed.values().removeIf(records -> records == 0);
    if (!removed.isEmpty()) {
      throw StateFormatException.removed(removed);
    }
  }

  /**
   * The settings of changelogs.
   *
   * @param differences what brokers do beside compacting them, one sentence for each topic
   * @param keptDeletions the shortest time for which the record that deletes a key is kept
   */
  record Settings(SortedSet<String> differences, Duration keptDeletions) {}

  /**
   * The settings of changelogs that exist; empty: this service may not see them.
   *
   * @throws KafkaException if the brokers do not say it
   */
  Optional<Settings> settings(Collection<String> topics) {
    List<ConfigResource> asked = new ArrayList<>();
    topics.forEach(topic -> asked.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    Map<ConfigResource, Config> found;
    try {
      found = result(admin.describeConfigs(asked).all());
    } catch (AuthorizationException e) {
      return Optional.empty();
    }
    SortedSet<String> differences = new TreeSet<>();
    Duration shortest = DEFAULT_DELETE_RETENTION;
    for (Map.Entry<ConfigResource, Config> one : found.entrySet()) {
      String policy = value(one.getValue(), TopicConfig.CLEANUP_POLICY_CONFIG);
      if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
        differences.add(
            "topic '%1$s' has cleanup.policy=%2$s and should have compact, or the brokers delete the state of this service: kafka-configs.sh --bootstrap-server %3$s%4$s --alter --entity-type topics --entity-name %1$s --add-config cleanup.policy=compact"
                .formatted(one.getKey().name(), policy, bootstrapServers, commandConfig));
      }
      Duration kept =
          Duration.ofMillis(
              Long.parseLong(value(one.getValue(), TopicConfig.DELETE_RETENTION_MS_CONFIG)));
      shortest = kept.compareTo(shortest) < 0 ? kept : shortest;
    }
    return Optional.of(new Settings(differences, shortest));
  }

  private static String value(Config config, String key) {
    ConfigEntry entry = Objects.requireNonNull(config.get(key), key);
    return Objects.requireNonNull(entry.value(), key);
  }

  /**
   * Waits until the brokers may know more.
   *
   * @throws KafkaException if the thread is interrupted
   */
  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    }
  }

  /**
   * Waits for a response of the brokers.
   *
   * @throws KafkaException if they refuse, or the thread is interrupted
   */
  static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    }
  }
}
