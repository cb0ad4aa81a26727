package org.sidereus.streams.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.brokers.BrokerConnection;
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
   * @param observations the topic of the observations
   * @param groupPartitions number of partitions of the topic of the group posteriors
   * @param maxRejectionBytes largest message that the topic of the rejections accepts
   */
  public record Prepared(
      BrokerConnection.Topic observations, int groupPartitions, int maxRejectionBytes) {}

  /**
   * Creates the topics that are missing, if the configuration allows it, and says in the log how
   * the others differ from what they are meant to be.
   *
   * @throws SidereusException if the broker cannot be reached, or topics are missing
   */
  public Prepared prepare() {
    Topics topics = config.topics();
    try (Admin admin = admin()) {
      List<TopicIntent> intents = TopicIntent.of(config);
      Set<String> missing = create(admin, intents);
      BrokerConnection.@Nullable Topic observations = null;
      int groupPartitions = 0;
      int largestRejection = settings.maxMessageBytes();
      for (TopicIntent intent : intents) {
        TopicDescription found = described(admin, intent.name());
        Optional<Config> actual = settings(admin, intent.name());
        if (!missing.contains(intent.name())) {
          compare(intent, found.partitions().size(), actual);
        }
        if (intent.name().equals(topics.observations())) {
          observations =
              new BrokerConnection.Topic(found.topicId().toString(), found.partitions().size());
        }
        if (intent.name().equals(topics.groupPosteriors())) {
          groupPartitions = found.partitions().size();
        }
        if (intent.name().equals(topics.rejections()) && actual.isPresent()) {
          largestRejection =
              Integer.parseInt(actual.get().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
        }
      }
      return new Prepared(
          Objects.requireNonNull(observations, topics.observations()),
          groupPartitions,
          largestRejection);
    }
  }

  /**
   * Creates one topic of the contracts if it is missing and the configuration allows it. Needs no
   * right to any other topic.
   *
   * @throws SidereusException if the broker cannot be reached, or the topic is missing
   */
  public void require(String topic) {
    try (Admin admin = admin()) {
      List<TopicIntent> wanted =
          TopicIntent.of(config).stream().filter(one -> one.name().equals(topic)).toList();
      if (!create(admin, wanted).isEmpty()) {
        described(admin, topic);
      }
    }
  }

  /** Creates the topics that are missing, and returns their names. */
  private Set<String> create(Admin admin, List<TopicIntent> intents) {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(intents.stream().map(TopicIntent::name).toList()).topicNameValues();
    List<TopicIntent> missing = new ArrayList<>();
    for (TopicIntent intent : intents) {
      if (found(Objects.requireNonNull(described.get(intent.name()), intent.name())).isEmpty()) {
        missing.add(intent);
      }
    }
    if (!missing.isEmpty()) {
      createAll(admin, missing);
    }
    return missing.stream().map(TopicIntent::name).collect(Collectors.toSet());
  }

  private List<String> differences(TopicIntent intent, Config found) {
    return intent
        .differences(
            key -> {
              ConfigEntry entry = found.get(key);
              return entry == null ? null : entry.value();
            })
        .stream()
        .map(one -> one.sentence(config.bootstrapServers(), settings.commandConfig()))
        .toList();
  }

  /**
   * How the topics differ now from what they are meant to be, one sentence for each setting.
   * Nothing is said of a topic whose settings this service may not see.
   *
   * @throws SidereusException if the brokers do not say it
   */
  SortedSet<String> differences(Admin admin) {
    SortedSet<String> sentences = new TreeSet<>();
    for (TopicIntent intent : TopicIntent.of(config)) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, intent.name());
      KafkaFuture<Config> asked =
          Objects.requireNonNull(
              admin.describeConfigs(List.of(resource)).values().get(resource), intent.name());
      try {
        sentences.addAll(differences(intent, result(asked)));
      } catch (SidereusException e) {
        if (!isUnauthorized(e)) {
          throw e;
        }
      }
    }
    return sentences;
  }

  private static boolean isUnauthorized(SidereusException failure) {
    return failure.getCause() != null
        && failure.getCause().getCause() instanceof AuthorizationException;
  }

  private void compare(TopicIntent intent, int partitions, Optional<Config> actual) {
    actual.ifPresent(found -> differences(intent, found).forEach(one -> LOG.warn("{}", one)));
    if (partitions != config.topicCreation().partitions()) {
      LOG.info(
          "topic '{}' has {} partitions and topics.partitions is {}: set topics.partitions={}{}",
          intent.name(),
          partitions,
          config.topicCreation().partitions(),
          partitions,
          partitions < config.topicCreation().partitions()
              ? "; or, while nothing is in the topic, kafka-topics.sh --bootstrap-server %s%s --alter --topic %s --partitions %d"
                  .formatted(
                      config.bootstrapServers(),
                      settings.commandConfig(),
                      intent.name(),
                      config.topicCreation().partitions())
              : "");
    }
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

  private void createAll(Admin admin, List<TopicIntent> missing) {
    List<String> names = missing.stream().map(TopicIntent::name).toList();
    if (!config.topicCreation().isAllowed()) {
      throw new SidereusException(
          "the brokers %s lack the topics %s; create them, or set topics.create=true"
              .formatted(config.bootstrapServers(), names));
    }
    LOG.info("creating the topics {}", names);
    Collection<NewTopic> wanted = missing.stream().map(this::newTopic).toList();
    for (KafkaFuture<Void> created : admin.createTopics(wanted).values().values()) {
      try {
        result(created);
      } catch (TopicExistsException e) {
        LOG.info("another instance created a topic at the same time");
      }
    }
    awaitLeaders(admin, names);
  }

  /**
   * Waits until the leader of each partition serves it. A broker says that a new partition exists
   * before it can write to it. A producer that has several requests in flight in that moment can
   * lose its first batch: the broker refuses the first request and accepts the second (<a
   * href="https://issues.apache.org/jira/browse/KAFKA-15591">KAFKA-15591</a>).
   */
  private void awaitLeaders(Admin admin, List<String> topics) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (String topic : topics) {
      int partitions = described(admin, topic).partitions().size();
      for (int partition = 0; partition < partitions; partition++) {
        ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
    }
    result(admin.listOffsets(ends).all());
  }

  private NewTopic newTopic(TopicIntent intent) {
    Optional<Short> replication =
        config.topicCreation().replication() == -1
            ? Optional.empty()
            : Optional.of(config.topicCreation().replication());
    return new NewTopic(
            intent.name(), Optional.of(config.topicCreation().partitions()), replication)
        .configs(intent.settings());
  }

  private TopicDescription described(Admin admin, String topic) {
    return known(topic, () -> admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
  }

  /** The settings of a topic; empty: this service has no right to see them. */
  private Optional<Config> settings(Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return Optional.of(
          known(topic, () -> admin.describeConfigs(List.of(resource)).values().get(resource)));
    } catch (SidereusException e) {
      if (!isUnauthorized(e)) {
        throw e;
      }
      LOG.warn(
          "the settings of topic '{}' cannot be compared, since this service lacks the right"
              + " DESCRIBE_CONFIGS to it",
          topic);
      return Optional.empty();
    }
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
      if (e.getCause() instanceof AuthorizationException) {
        throw new SidereusException(
            "the brokers %s refuse: %s; 'sidereus acls' prints the rights that are needed"
                .formatted(config.bootstrapServers(), e.getCause().getMessage()),
            e);
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
