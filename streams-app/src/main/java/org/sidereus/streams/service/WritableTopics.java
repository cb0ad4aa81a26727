package org.sidereus.streams.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.sidereus.streams.brokers.Refusals.Refusal;

/**
 * Whether topics can be written. After the loss of two of three brokers those that are left
 * respond, but take no record of a topic that wants two replicas in sync: a producer then waits
 * until it times out, and cannot say why. Nor does it name a topic that was deleted. For one
 * thread.
 */
final class WritableTopics {
  /** A broker that has just started may not know its topics yet. */
  private static final int LOOKS_BEFORE_GONE = 3;

  private final Admin admin;
  private final Set<String> results;
  private final List<String> topics;

  /** At how many looks in succession topics of results were not there. */
  private final Map<String, Integer> missed = new HashMap<>();

  private Map<String, Integer> wanted = Map.of();

  /**
   * Topics at brokers.
   *
   * @param results the topics of results, which must be there
   * @param others further ones; those that this service may not see, or that are not there, are
   *     left out
   */
  WritableTopics(Admin admin, Collection<String> results, Collection<String> others) {
    this.admin = admin;
    this.results = Set.copyOf(results);
    List<String> all = new ArrayList<>(results);
    all.addAll(others);
    this.topics = List.copyOf(all);
  }

  /** Reads how many replicas the topics want; that changes seldom. */
  void readSettings() {
    Map<String, Integer> found = new HashMap<>();
    List<ConfigResource> asked =
        topics.stream().map(one -> new ConfigResource(ConfigResource.Type.TOPIC, one)).toList();
    admin
        .describeConfigs(asked)
        .values()
        .forEach(
            (topic, settings) ->
                known(settings)
                    .map(WritableTopics::replicas)
                    .ifPresent(replicas -> found.put(topic.name(), replicas)));
    wanted = found;
  }

  private static int replicas(Config settings) {
    ConfigEntry entry = settings.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    return entry == null || entry.value() == null ? 1 : Integer.parseInt(entry.value());
  }

  /** The first topic that takes no records; empty: all do, as far as is known. */
  Optional<Refusal> lacking() {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(topics).topicNameValues();
    for (String topic : topics) {
      Future<TopicDescription> one = Objects.requireNonNull(described.get(topic));
      if (results.contains(topic) && isGone(topic, one)) {
        return Optional.of(
            new Refusal(
                "the brokers do not have the topic '%s'".formatted(topic),
                "If it was deleted, start the service again, which creates it"));
      }
      Optional<TopicDescription> found = known(one);
      if (found.isPresent()) {
        int least = wanted.getOrDefault(topic, 1);
        for (TopicPartitionInfo partition : found.get().partitions()) {
          if (partition.leader() == null || partition.leader().isEmpty()) {
            return Optional.of(refusal(topic, partition, "has no leader"));
          }
          // Brokers want no more than there can be.
          int needed = Math.min(least, partition.replicas().size());
          if (partition.isr().size() < needed) {
            return Optional.of(
                refusal(
                    topic,
                    partition,
                    "has %d replicas in sync and wants %d (min.insync.replicas)"
                        .formatted(partition.isr().size(), needed)));
          }
        }
      }
    }
    return Optional.empty();
  }

  private boolean isGone(String topic, Future<TopicDescription> asked) {
    try {
      Changelogs.result(asked);
    } catch (UnknownTopicOrPartitionException e) {
      return missed.merge(topic, 1, Integer::sum) >= LOOKS_BEFORE_GONE;
    } catch (KafkaException e) {
      return false;
    }
    missed.remove(topic);
    return false;
  }

  private static Refusal refusal(String topic, TopicPartitionInfo partition, String what) {
    return new Refusal(
        "the brokers take no records of topic '%s', whose partition %d %s"
            .formatted(topic, partition.partition(), what),
        "Bring back the brokers that have its replicas");
  }

  /** What the brokers say; empty: they refuse it, or there is no such topic. */
  private static <T> Optional<T> known(Future<T> asked) {
    try {
      return Optional.of(asked.get());
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    }
  }
}
