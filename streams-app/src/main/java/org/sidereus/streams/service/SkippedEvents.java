package org.sidereus.streams.service;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.brokers.CommittedOffsets;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.topology.SidereusTopology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events between the end of the state and the offset at which the stream goes on. There are none,
 * unless someone has set the offsets ahead, or has restored them from a copy: then the stream never
 * reads these events. They are counted and said; it may be what the operator wants.
 */
final class SkippedEvents {
  private static final Logger LOG = LoggerFactory.getLogger(SkippedEvents.class);

  /** How long an open transaction may hold back the end of the state, and some seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(35);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final ServiceConfig config;
  private final String observations;
  private final String changelog;

  SkippedEvents(ServiceConfig config) {
    this.config = config;
    this.observations = config.topics().observations();
    this.changelog = SidereusTopology.ledgerChangelog(config.applicationId());
  }

  /**
   * A gap at a partition.
   *
   * @param first its first event
   * @param kept where what is still there begins; what was before is gone from the topic
   * @param next at which the stream goes on
   */
  private record Gap(long first, long kept, long next) {}

  /**
   * Looks for events that the stream will not read, and says which.
   *
   * @param partitions number of partitions of the observations
   * @param hasState whether there is a changelog of the ledgers
   * @return how many at most, by partition, where there are some
   * @throws SidereusException if the state or the observations cannot be read to their end
   */
  SortedMap<Integer, Long> find(Admin admin, int partitions, boolean hasState) {
    // First, so that another instance that runs cannot have committed more than the state has.
    Map<Integer, Long> committed = committed(admin, partitions);
    SortedMap<Integer, Gap> gaps = new TreeMap<>();
    if (!committed.isEmpty()) {
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      gaps = gaps(admin, committed, hasState);
      while (hasState
          && !gaps.isEmpty()
          && hasOpenTransaction(admin, gaps.keySet())
          && System.nanoTime() < deadlineNs) {
        Changelogs.pause(PAUSE);
        gaps = gaps(admin, committed, true);
      }
    }
    SortedMap<Integer, Long> events = new TreeMap<>();
    gaps.forEach(
        (partition, gap) -> {
          warn(partition, gap);
          events.put(partition, gap.next() - gap.first());
        });
    return events;
  }

  private void warn(int partition, Gap gap) {
    if (gap.kept() > gap.first()) {
      LOG.warn(
          "the offset of '{}' at partition {} of '{}' was set ahead of its state, and the topic"
              + " does not have the offsets {} to {} any more: up to {} events, or ends of"
              + " transactions, are lost and get no posterior. Publish them again",
          config.applicationId(),
          partition,
          observations,
          gap.first(),
          gap.kept() - 1,
          gap.kept() - gap.first());
    }
    if (gap.kept() < gap.next()) {
      warnOfKept(partition, gap);
    }
  }

  private void warnOfKept(int partition, Gap gap) {
    LOG.warn(
        "the offset of '{}' at partition {} of '{}' was set ahead of its state: up to {} events"
            + " (offsets {} to {}) are not read and get no posterior. To read them, stop all"
            + " instances, set the offset back to {} (kafka-consumer-groups.sh --reset-offsets) and"
            + " start them again; objects that are read twice count once in their groups",
        config.applicationId(),
        partition,
        observations,
        gap.next() - gap.kept(),
        gap.kept(),
        gap.next() - 1,
        gap.kept());
  }

  private Map<Integer, Long> committed(Admin admin, int partitions) {
    Set<TopicPartition> all =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(observations, partition))
            .collect(Collectors.toSet());
    Map<Integer, Long> committed = new HashMap<>();
    try {
      int timeoutMs = Math.toIntExact(config.startupTimeout().toMillis());
      Map<TopicPartition, OffsetAndMetadata> found =
          Changelogs.result(new CommittedOffsets(admin, config.applicationId(), timeoutMs).of(all));
      found.forEach(
          (one, offset) -> {
            if (offset != null) {
              committed.put(one.partition(), offset.offset());
            }
          });
    } catch (GroupIdNotFoundException e) {
      LOG.debug("the brokers do not know the group", e);
    }
    return committed;
  }

  private SortedMap<Integer, Gap> gaps(
      Admin admin, Map<Integer, Long> committed, boolean hasState) {
    Map<Integer, Long> starts =
        offsets(
            admin,
            observations,
            committed.keySet(),
            OffsetSpec.earliest(),
            IsolationLevel.READ_UNCOMMITTED);
    SortedMap<Integer, StoredPositions.Known> known =
        hasState ? new StoredPositions(config).of(committed.keySet()) : new TreeMap<>();
    Map<Integer, Long> from = new HashMap<>();
    Map<Integer, Long> to = new HashMap<>();
    SortedMap<Integer, Gap> gaps = new TreeMap<>();
    committed.forEach(
        (partition, next) -> {
          StoredPositions.Known one = known.get(partition);
          // An earlier release has not stored how far it had come.
          boolean unknown = one != null && one.nextOffset() < 0 && one.events() > 0;
          long end = one == null ? 0 : Math.max(0, one.nextOffset());
          if (!unknown && end < next) {
            from.put(partition, end);
            to.put(partition, next);
            long start = Math.min(next, starts.getOrDefault(partition, 0L));
            // Where nothing was read, the stream began at what was there.
            if (one != null && one.events() > 0 && end < start) {
              gaps.put(partition, new Gap(end, start, start));
            }
          }
        });
    if (!to.isEmpty()) {
      // Ends of transactions and events that were aborted stand there, too.
      new StoredRecords(config, observations)
          .first(from, to)
          .forEach(
              (partition, first) -> {
                Gap removed = gaps.getOrDefault(partition, new Gap(first, first, first));
                gaps.put(
                    partition,
                    new Gap(
                        removed.first(),
                        removed.kept() > removed.first() ? removed.kept() : first,
                        to.getOrDefault(partition, first)));
              });
    }
    return gaps;
  }

  /** Whether what the state has of a partition cannot be read to its end now. */
  private boolean hasOpenTransaction(Admin admin, Collection<Integer> partitions) {
    return !ends(admin, partitions, IsolationLevel.READ_COMMITTED)
        .equals(ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED));
  }

  private Map<Integer, Long> ends(
      Admin admin, Collection<Integer> partitions, IsolationLevel isolation) {
    return offsets(admin, changelog, partitions, OffsetSpec.latest(), isolation);
  }

  private static Map<Integer, Long> offsets(
      Admin admin,
      String topic,
      Collection<Integer> partitions,
      OffsetSpec spec,
      IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(new TopicPartition(topic, partition), spec));
    Map<Integer, Long> offsets = new HashMap<>();
    Changelogs.result(admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all())
        .forEach((one, end) -> offsets.put(one.partition(), end.offset()));
    return offsets;
  }
}
