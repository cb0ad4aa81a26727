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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the committed records of the posteriors and rejections, of all partitions and without a
 * consumer group, into the database. The database holds the offsets, so the follower goes on where
 * it was. A broker that is away is waited for; a record that cannot be decoded is skipped, counted
 * and named in the log.
 */
public final class TopicFollower implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long REFRESH_NS = Duration.ofSeconds(30).toNanos();
  private static final long PAUSE_MS = 1000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Topics topics;
  private final Deserializer<ObjectPosterior> objects;
  private final Deserializer<GroupPosterior> groups;
  private final Deserializer<Rejection> rejections;
  private final Deserializer<PosteriorSamples> samples;
  private final Optional<String> samplesTopic;
  private final PosteriorWriter writer;
  private final ChangeFeed feed;
  private final Rates rates;
  private final Map<TopicPartition, Long> positions;
  private long refreshedNs;
  private volatile boolean closed;
  private volatile boolean failed;

  /** The decoders of the three topics. */
  public record Decoders(
      Deserializer<ObjectPosterior> objects,
      Deserializer<GroupPosterior> groups,
      Deserializer<Rejection> rejections,
      Deserializer<PosteriorSamples> samples) {}

  /**
   * A follower.
   *
   * @param settings of a consumer
   * @param samplesTopic topic of posterior samples, where there is one
   */
  public TopicFollower(
      Map<String, Object> settings,
      Topics topics,
      Optional<String> samplesTopic,
      Decoders decoders,
      PosteriorWriter writer,
      ChangeFeed feed,
      Rates rates) {
    Map<String, Object> own = new HashMap<>(settings);
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
    consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.topics = topics;
    objects = decoders.objects();
    groups = decoders.groups();
    rejections = decoders.rejections();
    samples = decoders.samples();
    this.samplesTopic = samplesTopic;
    this.writer = writer;
    this.feed = feed;
    this.rates = rates;
    positions = writer.positions();
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        try {
          refresh();
          take(consumer.poll(POLL));
        } catch (WakeupException e) {
          continue; // closed
        } catch (KafkaException e) {
          LOG.warn("the topics cannot be read: {}; the explorer tries again", e.getMessage());
          Thread.sleep(PAUSE_MS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed = true;
      LOG.error("the explorer no longer follows the topics: {}", e.getMessage(), e);
    } finally {
      consumer.close();
    }
  }

  /** Whether the follower reads; false after an error that does not pass, such as a full disk. */
  public boolean isAlive() {
    return !failed && !closed;
  }

  /** Takes partitions that exist now; the topics may be made later, and partitions may be added. */
  private void refresh() {
    long now = System.nanoTime();
    boolean all = !consumer.assignment().isEmpty();
    if (all && now - refreshedNs < REFRESH_NS) {
      return;
    }
    List<TopicPartition> found = new ArrayList<>();
    List<String> names = new ArrayList<>();
    names.addAll(List.of(topics.objectPosteriors(), topics.groupPosteriors(), topics.rejections()));
    samplesTopic.ifPresent(names::add);
    for (String topic : names) {
      Collection<PartitionInfo> partitions = consumer.partitionsFor(topic);
      if (partitions != null) {
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
    refreshedNs = found.isEmpty() ? now - REFRESH_NS + PAUSE_MS * 1_000_000 : now;
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty()) {
      return;
    }
    Set<String> changed = new HashSet<>();
    long[] counts = new long[Tally.values().length];
    for (TopicPartition partition : records.partitions()) {
      long next = 0;
      for (ConsumerRecord<byte[], byte[]> one : records.records(partition)) {
        Tally tally = take(partition, one, changed);
        if (tally != null) {
          counts[tally.ordinal()]++;
        }
        next = one.offset() + 1;
      }
      writer.position(partition, next);
      positions.put(partition, next);
    }
    for (Tally tally : Tally.values()) {
      writer.count(tally, counts[tally.ordinal()]);
    }
    writer.commit();
    rates.add(counts[Tally.OBJECT_POSTERIORS.ordinal()], counts[Tally.REJECTIONS.ordinal()]);
    feed.changed(changed);
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
        writer.object(record, objects.deserialize(topic, one.value()));
        return Tally.OBJECT_POSTERIORS;
      }
      if (topic.equals(topics.groupPosteriors())) {
        GroupPosterior posterior = groups.deserialize(topic, one.value());
        writer.group(record, posterior);
        changed.add(posterior.getGroup());
        return Tally.GROUP_POSTERIORS;
      }
      if (samplesTopic.filter(topic::equals).isPresent()) {
        writer.samples(record, samples.deserialize(topic, one.value()));
        return null;
      }
      writer.rejection(record, rejections.deserialize(topic, one.value()));
      return Tally.REJECTIONS;
    } catch (KafkaException e) {
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
