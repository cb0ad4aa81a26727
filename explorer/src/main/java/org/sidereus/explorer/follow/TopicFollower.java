package org.sidereus.explorer.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.sidereus.explorer.store.PosteriorWriter;
import org.sidereus.explorer.store.StoredRecord;
import org.sidereus.explorer.store.Tally;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the committed records of the posteriors and rejections, of all partitions and without a
 * consumer group, into the database. The database holds the offsets, so the follower goes on where
 * it was. A broker or a registry that is away is waited for; a record that cannot be decoded is
 * skipped, counted and named in the log.
 */
public final class TopicFollower implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long REFRESH_NS = Duration.ofSeconds(30).toNanos();
  private static final long PAUSE_MS = 1000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Topics topics;
  private final Decoders decoders;
  private final Optional<String> samplesTopic;
  private final Cluster cluster;
  private final PosteriorWriter writer;
  private final Signals signals;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private long refreshedNs = System.nanoTime() - REFRESH_NS;
  private boolean isComplete;
  private volatile boolean closed;
  private volatile boolean failed;

  /** Asks which Kafka cluster the brokers are. */
  @FunctionalInterface
  public interface Cluster {
    /**
     * Its identifier.
     *
     * @return null: no broker responds
     */
    @Nullable String id() throws InterruptedException;
  }

  /**
   * Where the follower says what it does.
   *
   * @param feed to the open pages
   * @param rates of posteriors and rejections
   * @param notices of what keeps it from reading
   */
  public record Signals(ChangeFeed feed, Rates rates, Notices notices) {}

  /** The decoders of the topics. */
  public record Decoders(
      Deserializer<ObjectPosterior> objects,
      Deserializer<GroupPosterior> groups,
      Deserializer<Rejection> rejections,
      Deserializer<PosteriorSamples> samples) {}

  /**
   * A follower.
   *
   * @param config of the service: the settings of a consumer, and the topics
   */
  public TopicFollower(
      ServiceConfig config,
      Decoders decoders,
      Cluster cluster,
      PosteriorWriter writer,
      Signals signals) {
    Map<String, Object> own = new HashMap<>(new KafkaSettings(config).consumer());
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
    consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    topics = config.topics();
    samplesTopic = config.samplesTopic();
    this.decoders = decoders;
    this.cluster = cluster;
    this.writer = writer;
    this.signals = signals;
  }

  @Override
  public void run() {
    try {
      begin();
      while (!closed) {
        try {
          refresh();
          if (consumer.assignment().isEmpty()) {
            Thread.sleep(POLL.toMillis()); // there are no topics yet
            continue;
          }
          take(consumer.poll(POLL));
          signals.notices().set(Notices.Kind.READING, null);
        } catch (WakeupException e) {
          continue; // closed
        } catch (KafkaException e) {
          LOG.warn("the topics cannot be read: {}; the explorer tries again", e.getMessage());
          signals
              .notices()
              .set(
                  Notices.Kind.READING,
                  "The topics cannot be read, and the explorer tries again: " + e.getMessage());
          Thread.sleep(PAUSE_MS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed = true;
      signals
          .notices()
          .set(
              Notices.Kind.STOPPED,
              "The explorer no longer reads the topics, so that these pages stand still: its log"
                  + " says why. Start it again; it goes on where it was.");
      LOG.error("the explorer no longer follows the topics: {}", e.getMessage(), e);
    } finally {
      consumer.close();
    }
  }

  /** Waits for the cluster, and takes what the database keeps of it. */
  private void begin() throws InterruptedException {
    String id = cluster.id();
    while (id == null && !closed) {
      Thread.sleep(PAUSE_MS);
      id = cluster.id();
    }
    if (id != null) {
      writer.belongTo(id);
      positions.putAll(writer.positions());
    }
  }

  /** Whether the follower reads; false after an error that does not pass, such as a full disk. */
  public boolean isAlive() {
    return !failed && !closed;
  }

  /** Takes partitions that exist now; the topics may be made later, and partitions may be added. */
  private void refresh() {
    long now = System.nanoTime();
    if (now - refreshedNs < (isComplete ? REFRESH_NS : PAUSE_MS * 1_000_000)) {
      return;
    }
    List<TopicPartition> found = new ArrayList<>();
    List<String> names = new ArrayList<>();
    names.addAll(List.of(topics.objectPosteriors(), topics.groupPosteriors(), topics.rejections()));
    samplesTopic.ifPresent(names::add);
    List<String> absent = new ArrayList<>();
    for (String topic : names) {
      Collection<PartitionInfo> partitions = consumer.partitionsFor(topic);
      if (partitions == null || partitions.isEmpty()) {
        absent.add(topic);
      } else {
        partitions.forEach(one -> found.add(new TopicPartition(one.topic(), one.partition())));
      }
    }
    Set<TopicPartition> before = new HashSet<>(consumer.assignment());
    if (!before.equals(new HashSet<>(found))) {
      consumer.assign(found);
      for (TopicPartition one : found) {
        Long position = positions.get(one);
        if (position != null) {
          consumer.seek(one, position);
        } else if (!before.contains(one)) {
          consumer.seekToBeginning(List.of(one));
        }
      }
    }
    isComplete = absent.isEmpty();
    signals.notices().set(Notices.Kind.TOPICS, isComplete ? null : sentence(absent));
    refreshedNs = System.nanoTime();
  }

  private static String sentence(List<String> absent) {
    return absent.size() == 1
        ? "The topic " + absent.get(0) + " does not exist yet. The service makes it when it starts."
        : "The topics "
            + String.join(", ", absent)
            + " do not exist yet. The service makes them when it starts.";
  }

  private void take(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
    if (records.isEmpty()) {
      return;
    }
    try {
      keep(records);
      signals.notices().set(Notices.Kind.REGISTRY, null);
    } catch (KafkaException e) {
      // the registry, and not a record, is the cause: they are read again
      writer.rollBack();
      records.partitions().forEach(one -> consumer.seek(one, records.records(one).get(0).offset()));
      LOG.warn("the registry gives no schema: {}; the explorer tries again", e.getMessage());
      signals
          .notices()
          .set(
              Notices.Kind.REGISTRY,
              "The schema registry gives no schema, and the explorer tries again: "
                  + e.getMessage());
      Thread.sleep(PAUSE_MS);
    }
  }

  private void keep(ConsumerRecords<byte[], byte[]> records) {
    Set<String> changed = new HashSet<>();
    Map<TopicPartition, Long> next = new HashMap<>();
    long[] counts = new long[Tally.values().length];
    for (TopicPartition partition : records.partitions()) {
      for (ConsumerRecord<byte[], byte[]> one : records.records(partition)) {
        Tally tally = take(partition, one, changed);
        if (tally != null) {
          counts[tally.ordinal()]++;
        }
        next.put(partition, one.offset() + 1);
      }
    }
    next.forEach(writer::position);
    for (Tally tally : Tally.values()) {
      writer.count(tally, counts[tally.ordinal()]);
    }
    writer.commit();
    positions.putAll(next);
    signals
        .rates()
        .add(counts[Tally.OBJECT_POSTERIORS.ordinal()], counts[Tally.REJECTIONS.ordinal()]);
    signals.feed().changed(changed);
  }

  private @Nullable Tally take(
      TopicPartition partition, ConsumerRecord<byte[], byte[]> one, Set<String> changed) {
    String topic = partition.topic();
    if (one.value() == null) {
      withdraw(topic, one.key());
      return null;
    }
    StoredRecord record =
        new StoredRecord(partition, one.offset(), one.timestamp(), one.key(), one.value());
    try {
      if (topic.equals(topics.objectPosteriors())) {
        writer.object(record, decoders.objects().deserialize(topic, one.value()));
        return Tally.OBJECT_POSTERIORS;
      }
      if (topic.equals(topics.groupPosteriors())) {
        GroupPosterior posterior = decoders.groups().deserialize(topic, one.value());
        writer.group(record, posterior);
        changed.add(posterior.getGroup());
        return Tally.GROUP_POSTERIORS;
      }
      if (samplesTopic.filter(topic::equals).isPresent()) {
        writer.samples(record, decoders.samples().deserialize(topic, one.value()));
        return null;
      }
      writer.rejection(record, decoders.rejections().deserialize(topic, one.value()));
      return Tally.REJECTIONS;
    } catch (SerializationException e) {
      LOG.warn(
          "topic {}, partition {}, offset {} is skipped: {}",
          topic,
          partition.partition(),
          one.offset(),
          e.getMessage());
      return Tally.UNREADABLE;
    }
  }

  private void withdraw(String topic, byte @Nullable [] key) {
    if (key == null) {
      return;
    }
    if (topic.equals(topics.objectPosteriors())) {
      writer.withdrawObject(key);
    } else if (topic.equals(topics.groupPosteriors())) {
      writer.withdrawGroup(key);
    }
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
  }
}
