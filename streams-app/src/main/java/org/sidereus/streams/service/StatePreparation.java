package org.sidereus.streams.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.brokers.BrokerConnection;
import org.sidereus.streams.config.Durations;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.state.StateFormatException;
import org.sidereus.streams.state.StateIdentity;
import org.sidereus.streams.topology.CombinedBundle;
import org.sidereus.streams.topology.SidereusTopology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the state of the application with what this instance reads and writes, before the stream
 * starts: an instance that does not fit joins no consumer group, reads no event and changes
 * nothing.
 *
 * <p>The identity of the state is in a compacted topic of one partition, {@code
 * APPLICATION-state-format-changelog}, as texts. Its name ends as those of changelogs do, so that
 * the reset tool of Kafka deletes it together with the state. A changelog of a store without that
 * topic is state of release 0.1.0.
 */
final class StatePreparation {
  private static final Logger LOG = LoggerFactory.getLogger(StatePreparation.class);

  /** The name of the text that says how many partitions of the group posteriors are used. */
  private static final String GROUP_PARTITIONS = "partitions of topic.group-posteriors";

  /** A broker that has just started may not know its topics yet. */
  private static final Duration BEFORE_GONE = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final ServiceConfig config;
  private final KafkaSettings settings;
  private final String topic;

  StatePreparation(ServiceConfig config) {
    this.config = config;
    this.settings = new KafkaSettings(config);
    this.topic = topic(config.applicationId());
  }

  /** The topic with the identity of the state of an application. */
  static String topic(String applicationId) {
    return applicationId + "-state-format-changelog";
  }

  /**
   * What the service must know of its state.
   *
   * @param cluster identifier of the Kafka cluster
   * @param groupPartitions how many partitions of the topic of the group posteriors are used: as
   *     many as it had at first
   * @param skipped events of the observations that the stream never reads, by partition
   * @param changelogs those that are there
   */
  record Prepared(
      String cluster,
      int groupPartitions,
      SortedMap<Integer, Long> skipped,
      KnownChangelogs changelogs) {}

  /**
   * Compares, and stores what is not stored yet.
   *
   * @param bundles all versions of bundles whose groups this instance combines
   * @param topics the topics of the contracts
   * @throws StateFormatException if the state is of another format or layout; nothing was changed
   * @throws SidereusException if the brokers refuse, or the state is empty and the observations are
   *     not complete
   */
  Prepared prepare(List<CombinedBundle> bundles, TopicPreparation.Prepared topics) {
    BrokerConnection.Topic observations = topics.observations();
    StateIdentity identity =
        StateIdentity.current()
            .withSetting("window.size", Durations.format(config.groups().windowSize()))
            .withSetting("topic.object-posteriors", config.topics().objectPosteriors())
            .withSetting("topic.group-posteriors", config.topics().groupPosteriors())
            .withSetting("topic.rejections", config.topics().rejections())
            .withTopic(config.topics().observations(), observations.id());
    for (CombinedBundle one : bundles) {
      identity =
          identity.with(one.manifest().name(), one.manifest().version(), one.combiner().layout());
    }
    try (Admin admin = Admin.create(settings.admin())) {
      String cluster = compareCluster(admin);
      List<String> changelogs = SidereusTopology.changelogs(config.applicationId());
      List<String> asked = new ArrayList<>(changelogs);
      asked.add(topic);
      Changelogs atBrokers =
          new Changelogs(admin, config.bootstrapServers(), settings.commandConfig());
      Map<String, Integer> partitionsByTopic = atBrokers.partitions(asked);
      Set<String> existing = partitionsByTopic.keySet();
      comparePartitions(partitionsByTopic, observations.partitions());
      boolean hasState = changelogs.stream().anyMatch(existing::contains);
      boolean hasIdentity = existing.contains(topic);
      List<Map.Entry<String, String>> stored = hasIdentity ? stored() : List.of();
      Map<String, String> ids = idsOfChangelogs(atBrokers, changelogs, stored);
      identity = identity.withChangelogs(ids);
      KnownChangelogs known = new KnownChangelogs();
      known.see(ids);
      SortedMap<String, String> missing = identity.missingFrom(stored, hasState);
      int groupPartitions = groupPartitions(stored, topics.groupPartitions());
      if (stored.stream().noneMatch(one -> one.getKey().equals(GROUP_PARTITIONS))) {
        missing.put(GROUP_PARTITIONS, Integer.toString(groupPartitions));
      }
      if (!hasState) {
        new BeginningAnew(config).check(admin);
      }
      takeState(atBrokers, partitionsByTopic);
      boolean hasLedgers =
          existing.contains(SidereusTopology.ledgerChangelog(config.applicationId()));
      if (hasLedgers) {
        new DroppedOffsets(config).restore(admin, observations.partitions());
      }
      Prepared prepared =
          new Prepared(
              cluster,
              groupPartitions,
              new SkippedEvents(config).find(admin, observations.partitions(), hasLedgers),
              known);
      if (missing.isEmpty()) {
        return prepared;
      }
      if (!hasIdentity) {
        create(admin);
      }
      store(missing);
      // Another instance may have started at the same time.
      identity.missingFrom(stored(), hasState);
      return prepared;
    } catch (StateFormatException e) {
      throw e;
    } catch (KafkaException e) {
      throw new SidereusException(
          "the topic '%s' at the brokers %s cannot be used: %s; check the rights of this service and kafka.*"
              .formatted(topic, config.bootstrapServers(), SidereusException.describe(e)),
          e);
    }
  }

  /**
   * The ids of the changelogs that exist.
   *
   * @throws StateFormatException if one does not that the state has
   */
  private static Map<String, String> idsOfChangelogs(
      Changelogs atBrokers, List<String> changelogs, List<Map.Entry<String, String>> stored) {
    long deadlineNs = System.nanoTime() + BEFORE_GONE.toNanos();
    while (true) {
      Map<String, String> ids = atBrokers.ids(changelogs);
      SortedSet<String> gone = StateIdentity.changelogs(stored);
      gone.retainAll(changelogs);
      gone.removeAll(ids.keySet());
      if (gone.isEmpty()) {
        return ids;
      }
      if (System.nanoTime() > deadlineNs) {
        throw StateFormatException.lost(gone);
      }
      Changelogs.pause(PAUSE);
    }
  }

  /** Stores the ids of changelogs that have come into being since the start. */
  void storeChangelogs(Map<String, String> ids) {
    StateIdentity identity = StateIdentity.current().withChangelogs(ids);
    SortedMap<String, String> missing = identity.missingFrom(stored(), true);
    if (!missing.isEmpty()) {
      store(missing);
    }
  }

  private int groupPartitions(List<Map.Entry<String, String>> stored, int now) {
    int used = now;
    for (Map.Entry<String, String> one : stored) {
      if (one.getKey().equals(GROUP_PARTITIONS)) {
        used = Integer.parseInt(one.getValue());
      }
    }
    if (used < now) {
      LOG.info(
          "topic '{}' has {} partitions now; posteriors of groups go to the first {} as before,"
              + " since the last ones would stay in their old partitions; to use all, begin anew"
              + " under another application.id with another topic.group-posteriors",
          config.topics().groupPosteriors(),
          now,
          used);
    }
    return used;
  }

  private void takeState(Changelogs changelogs, Map<String, Integer> partitionsByTopic) {
    Map<String, Integer> ofStores = new HashMap<>(partitionsByTopic);
    ofStores.remove(topic);
    changelogs.requireWhole(ofStores);
    Optional<Changelogs.Settings> found = changelogs.settings(ofStores.keySet());
    if (found.isPresent()) {
      found.get().differences().forEach(one -> LOG.warn("{}", one));
    } else {
      LOG.warn(
          "the settings of the changelogs cannot be compared, since this service lacks the right"
              + " DESCRIBE_CONFIGS to them; 'sidereus acls' prints the rights");
    }
    new LocalState(config, Instant::now)
        .take(
            found
                .map(Changelogs.Settings::keptDeletions)
                .orElse(Changelogs.DEFAULT_DELETE_RETENTION));
  }

  /**
   * State on disk belongs to the cluster whose changelogs it has read: with those of another it
   * would be taken for complete, and objects would be missing.
   */
  private String compareCluster(Admin admin) {
    String cluster = Changelogs.result(admin.describeCluster().clusterId());
    Path folder = config.stateDir().toAbsolutePath();
    Path file = folder.resolve(config.applicationId() + ".cluster-id");
    try {
      Files.createDirectories(folder);
      if (!Files.exists(file)) {
        Files.writeString(file, cluster);
        return cluster;
      }
      String stored = Files.readString(file).strip();
      if (stored.equals(cluster)) {
        return cluster;
      }
      throw new SidereusException(
          ("the state in %s belongs to the Kafka cluster %s, but the brokers at %s are the cluster"
                  + " %s; correct bootstrap.servers, or delete %s and %s to begin with the state"
                  + " that these brokers have")
              .formatted(
                  folder,
                  stored,
                  config.bootstrapServers(),
                  cluster,
                  folder.resolve(config.applicationId()),
                  file));
    } catch (IOException e) {
      throw unwritable(folder, SidereusException.reason(e), e);
    }
  }

  /** The error for a folder of the state that this process cannot write. */
  static SidereusException unwritable(Path folder, String reason, Exception cause) {
    return new SidereusException(
        ("the folder of the state, %s, cannot be written (%s); give this user the right to write"
                + " there, make room there, or set state.dir to another folder")
            .formatted(folder, reason),
        cause);
  }

  private void comparePartitions(Map<String, Integer> partitionsByTopic, int partitions) {
    Integer before =
        partitionsByTopic.get(SidereusTopology.ledgerChangelog(config.applicationId()));
    if (before != null && before != partitions) {
      throw StreamWatchdog.partitionsAdded(config.topics().observations(), before, partitions);
    }
  }

  private void create(Admin admin) {
    Optional<Short> replication =
        config.topicCreation().replication() == -1
            ? Optional.empty()
            : Optional.of(config.topicCreation().replication());
    NewTopic compacted =
        new NewTopic(topic, Optional.of(1), replication)
            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    try {
      Changelogs.result(admin.createTopics(List.of(compacted)).all());
    } catch (TopicExistsException e) {
      // Another instance was faster.
    }
  }

  private void store(SortedMap<String, String> texts) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings.producer(), new StringSerializer(), new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      texts.forEach(
          (name, text) -> sent.add(producer.send(new ProducerRecord<>(topic, 0, name, text))));
      producer.flush();
      sent.forEach(Changelogs::result);
    }
  }

  private List<Map.Entry<String, String>> stored() {
    List<Map.Entry<String, String>> stored = new ArrayList<>();
    new StoredRecords(config, topic)
        .read(
            List.of(0), record -> stored.add(Map.entry(text(record.key()), text(record.value()))));
    return stored;
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
