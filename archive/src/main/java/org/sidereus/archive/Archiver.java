package org.sidereus.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the committed posteriors of objects and groups into an {@link ArchiveFolder}. The folder
 * holds the offsets, so each record is archived once, whatever kills the process. Withdrawn
 * posteriors stay in the archive, which is history.
 */
public final class Archiver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Rows of a batch, at most; it bounds the memory. */
  private static final int MOST_ROWS = 50_000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Topics topics;
  private final Deserializer<ObjectPosterior> objects;
  private final Deserializer<GroupPosterior> groups;
  private final ArchiveFolder folder;
  private final Duration every;
  private final Map<TopicPartition, Batch> batches = new HashMap<>();
  private long archived;
  private volatile boolean closed;

  /**
   * An archiver.
   *
   * @param settings of a consumer
   * @param every time after which a batch is written though it is not full
   */
  public Archiver(
      Map<String, Object> settings,
      Topics topics,
      Deserializer<ObjectPosterior> objects,
      Deserializer<GroupPosterior> groups,
      ArchiveFolder folder,
      Duration every) {
    Map<String, Object> own = new HashMap<>(settings);
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.topics = topics;
    this.objects = objects;
    this.groups = groups;
    this.folder = folder;
    this.every = every;
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(topics.objectPosteriors(), topics.groupPosteriors())) {
      for (PartitionInfo one : consumer.partitionsFor(topic)) {
        partitions.add(new TopicPartition(one.topic(), one.partition()));
      }
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> positions = folder.positions();
    for (TopicPartition one : partitions) {
      Long position = positions.get(one);
      if (position == null) {
        consumer.seekToBeginning(List.of(one));
      } else {
        consumer.seek(one, position);
      }
    }
  }

  /** A file that a batch will have, and its rows. */
  private record File(ParquetRows table, Map<String, String> types, Map<String, String> metadata) {}

  /** Records of one partition that are not yet archived. */
  private static final class Batch {
    private final long first;
    private final long startedNs = System.nanoTime();
    private final Map<String, File> files = new LinkedHashMap<>();
    private long next;
    private int rows;

    Batch(long first) {
      this.first = first;
    }
  }

  /**
   * Archives until it is closed.
   *
   * @param untilEnd whether to end at what is there now
   * @throws SidereusException if a record cannot be read or a file cannot be written
   */
  public void run(boolean untilEnd) {
    Map<TopicPartition, Long> ends =
        untilEnd ? consumer.endOffsets(consumer.assignment()) : Map.of();
    while (!closed) {
      try {
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
          take(one);
        }
      } catch (org.apache.kafka.common.errors.WakeupException e) {
        break;
      }
      boolean atEnd =
          untilEnd
              && ends.entrySet().stream()
                  .allMatch(one -> consumer.position(one.getKey()) >= one.getValue());
      commit(atEnd);
      if (atEnd) {
        return;
      }
    }
    commit(true);
  }

  /** Number of posteriors that this process has archived. */
  public long archived() {
    return archived;
  }

  private void take(ConsumerRecord<byte[], byte[]> one) {
    TopicPartition partition = new TopicPartition(one.topic(), one.partition());
    Batch batch = batches.computeIfAbsent(partition, key -> new Batch(one.offset()));
    batch.next = one.offset() + 1;
    if (one.value() != null) {
      add(batch, one);
      batch.rows++;
    }
    if (batch.rows >= MOST_ROWS) {
      write(partition, batch);
      batches.remove(partition);
    }
  }

  private void add(Batch batch, ConsumerRecord<byte[], byte[]> one) {
    ArchivedRows.Place place =
        new ArchivedRows.Place(one.partition(), one.offset(), one.timestamp());
    try {
      if (one.topic().equals(topics.objectPosteriors())) {
        ObjectPosterior posterior = objects.deserialize(one.topic(), one.value());
        if (posterior.getParameters().isEmpty()) {
          return; // withdrawn
        }
        add(
            batch,
            one,
            "objects",
            posterior.getBundle(),
            posterior.getBundleVersion(),
            ArchivedRows.of(posterior, place));
      } else {
        GroupPosterior posterior = groups.deserialize(one.topic(), one.value());
        add(
            batch,
            one,
            "groups",
            posterior.getBundle(),
            posterior.getBundleVersion(),
            ArchivedRows.of(posterior, place));
      }
    } catch (KafkaException e) {
      throw new SidereusException(
          "topic %s, partition %d, offset %d cannot be archived: %s"
              .formatted(one.topic(), one.partition(), one.offset(), e.getMessage()),
          e);
    }
  }

  private void add(
      Batch batch,
      ConsumerRecord<byte[], byte[]> one,
      String kind,
      String bundle,
      String version,
      Map<String, Object> row) {
    LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(one.timestamp()), ZoneOffset.UTC);
    String name =
        "%s/bundle=%s/day=%s/%s-%d-%020d-v%s.parquet"
            .formatted(
                kind,
                legal(bundle),
                day,
                one.topic(),
                one.partition(),
                batch.first,
                legal(version));
    batch
        .files
        .computeIfAbsent(
            name,
            key ->
                new File(
                    new ParquetRows(),
                    ArchivedRows.types(row),
                    Map.of(
                        "bundle",
                        bundle,
                        "bundle_version",
                        version,
                        "topic",
                        one.topic(),
                        "partition",
                        Integer.toString(one.partition()))))
        .table()
        .add(row);
  }

  /** A name as part of a path. */
  private static String legal(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }

  private void commit(boolean all) {
    long now = System.nanoTime();
    batches
        .entrySet()
        .removeIf(
            one -> {
              boolean due = all || now - one.getValue().startedNs > every.toNanos();
              if (due) {
                write(one.getKey(), one.getValue());
              }
              return due;
            });
  }

  private void write(TopicPartition partition, Batch batch) {
    try {
      for (Map.Entry<String, File> one : batch.files.entrySet()) {
        Path path = folder.unfinished(one.getKey());
        one.getValue().table().write(path, one.getValue().types(), one.getValue().metadata());
        archived += one.getValue().table().size();
      }
      folder.commit(
          new ArchiveFolder.Commit(
              partition.topic(),
              partition.partition(),
              batch.first,
              batch.next,
              List.copyOf(batch.files.keySet())));
      LOG.info(
          "{} posteriors of {} up to offset {} are archived", batch.rows, partition, batch.next);
    } catch (IOException e) {
      throw new SidereusException(
          "the archive cannot be written: %s; make room or correct the rights, and start it again (it goes on where it was)"
              .formatted(SidereusException.reason(e)),
          e);
    }
  }

  /** Ends {@link #run}; may be called from another thread. */
  public void stop() {
    closed = true;
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
