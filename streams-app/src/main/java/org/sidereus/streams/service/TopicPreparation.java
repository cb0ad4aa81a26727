package org.sidereus.streams.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks that the topics of the contracts exist, and creates those that do not. */
public final class TopicPreparation {
  private static final Logger LOG = LoggerFactory.getLogger(TopicPreparation.class);

  private final ServiceConfig config;
  private final KafkaSettings settings;

  public TopicPreparation(ServiceConfig config) {
    this.config = config;
    this.settings = new KafkaSettings(config);
  }

  /**
   * Properties of the topics that the service needs.
   *
   * @param partitions number of partitions of the observations
   * @param maxRejectionBytes largest message that the topic of the rejections accepts
   */
  public record Prepared(int partitions, int maxRejectionBytes) {}

  /**
   * Creates the topics that are missing, if the configuration allows it.
   *
   * @throws SidereusException if the broker cannot be reached, or topics are missing
   */
  public Prepared prepare() {
    Topics topics = config.topics();
    try (Admin admin = admin()) {
      Map<String, KafkaFuture<TopicDescription>> described =
          admin.describeTopics(allOf(topics)).topicNameValues();
      List<String> missing = new ArrayList<>();
      for (String topic : allOf(topics)) {
        if (found(Objects.requireNonNull(described.get(topic), topic)).isEmpty()) {
          missing.add(topic);
        }
      }
      if (!missing.isEmpty()) {
        create(admin, missing);
      }
      int partitions = partitions(admin, topics.observations());
      return new Prepared(partitions, largestMessage(admin, topics.rejections()));
    }
  }

  private static List<String> allOf(Topics topics) {
    return List.of(
        topics.observations(),
        topics.objectPosteriors(),
        topics.groupPosteriors(),
        topics.rejections());
  }

  private Admin admin() {
    try {
      return Admin.create(settings.admin());
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new SidereusException(
          "no client for the brokers %s can be made: %s; check bootstrap.servers and kafka.*"
              .formatted(config.bootstrapServers(), cause.getMessage()),
          e);
    }
  }

  private void create(Admin admin, List<String> missing) {
    if (!config.createTopics()) {
      throw new SidereusException(
          "the brokers %s lack the topics %s; create them, or set topics.create=true"
              .formatted(config.bootstrapServers(), missing));
    }
    LOG.info("creating the topics {}", missing);
    Collection<NewTopic> wanted = missing.stream().map(this::newTopic).toList();
    for (KafkaFuture<Void> created : admin.createTopics(wanted).values().values()) {
      try {
        result(created);
      } catch (TopicExistsException e) {
        LOG.info("another instance created a topic at the same time");
      }
    }
  }

  private NewTopic newTopic(String name) {
    Optional<Short> replication =
        config.topicReplication() == -1 ? Optional.empty() : Optional.of(config.topicReplication());
    NewTopic topic = new NewTopic(name, Optional.of(config.topicPartitions()), replication);
    return name.equals(config.topics().rejections())
        ? topic.configs(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(settings.maxMessageBytes())))
        : topic;
  }

  private int partitions(Admin admin, String topic) {
    return known(topic, () -> admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
        .partitions()
        .size();
  }

  private int largestMessage(Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config found =
        known(topic, () -> admin.describeConfigs(List.of(resource)).values().get(resource));
    return Integer.parseInt(found.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
  }

  /** What the brokers say of a topic that exists; they may know a new topic only after a moment. */
  private <T> T known(String topic, Supplier<@Nullable KafkaFuture<T>> asked) {
    long deadlineNs = System.nanoTime() + config.startupTimeout().toNanos();
    while (true) {
      Optional<T> found = found(Objects.requireNonNull(asked.get(), topic));
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() > deadlineNs) {
        throw new SidereusException(
            "topic '%s' was created but the brokers do not know it yet; try again"
                .formatted(topic));
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new InterruptException("interrupted while waiting for a topic", e);
      }
    }
  }

  private <T> Optional<T> found(KafkaFuture<T> described) {
    try {
      return Optional.of(result(described));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  private <T> T result(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException exists) {
        throw exists;
      }
      if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
        throw unknown;
      }
      if (e.getCause() instanceof TimeoutException) {
        throw new SidereusException(
            "no broker responds at %s; start Kafka there or correct bootstrap.servers"
                .formatted(config.bootstrapServers()),
            e);
      }
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new SidereusException(
          "the brokers %s refuse: %s; check their settings and kafka.*"
              .formatted(config.bootstrapServers(), cause.getMessage()),
          e);
    }
  }
}
