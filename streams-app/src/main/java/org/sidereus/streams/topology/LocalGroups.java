package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.state.GroupKey;

/**
 * The posteriors of the groups whose state this instance holds: with several instances, each knows
 * its share. They may be ahead of what is committed. Safe for threads.
 */
public final class LocalGroups {
  /** Windows in which one group is looked up; there can be any number of open ones. */
  private static final int MOST_WINDOWS = 1_000;

  private final KafkaStreams streams;
  private final List<CombinedBundle> bundles;
  private final GroupPosteriors posteriors;

  /** The groups of a stream that belong to some bundles. */
  public LocalGroups(KafkaStreams streams, List<CombinedBundle> bundles) {
    this.streams = streams;
    this.bundles = List.copyOf(bundles);
    this.posteriors = new GroupPosteriors(bundles);
  }

  /**
   * Groups for all time, in the order of group, bundle and version.
   *
   * @param most how many at most; a service may have millions
   * @throws InvalidStateStoreException if the stream is not running
   */
  public List<GroupPosterior> allTime(int most) {
    List<GroupPosterior> found = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> range =
        streams.store(sums()).range(SumKey.first(), SumKey.firstWindow())) {
      while (range.hasNext() && found.size() < most) {
        KeyValue<Bytes, byte[]> one = range.next();
        add(SumKey.of(one.key), GroupSum.of(one.value), found);
      }
    }
    return sorted(found);
  }

  /**
   * One group for all time and in its open windows, of which there can be at most 1,000; empty if
   * this instance does not have it. The group is looked up by its keys, however many others there
   * are.
   *
   * @throws InvalidStateStoreException if the stream is not running
   */
  public List<GroupPosterior> of(String group) {
    List<GroupPosterior> found = new ArrayList<>();
    for (int partition : partitions()) {
      ReadOnlyKeyValueStore<Bytes, byte[]> sums = streams.store(sums().withPartition(partition));
      find(group, Optional.empty(), sums, found);
      Optional<TimeWindow> window = firstAfter(SumKey.firstWindow(), sums);
      for (int i = 0; i < MOST_WINDOWS && window.isPresent(); i++) {
        find(group, window, sums, found);
        window =
            firstAfter(
                SumKey.afterWindowsEndingBy(window.get().survey(), window.get().endMs()), sums);
      }
    }
    return sorted(found);
  }

  private void find(
      String group,
      Optional<TimeWindow> window,
      ReadOnlyKeyValueStore<Bytes, byte[]> sums,
      List<GroupPosterior> found) {
    for (CombinedBundle bundle : bundles) {
      SumKey key =
          new SumKey(
              new GroupKey(bundle.manifest().name(), bundle.manifest().version(), group), window);
      byte[] sum = sums.get(key.toBytes());
      if (sum != null) {
        add(key, GroupSum.of(sum), found);
      }
    }
  }

  private void add(SumKey key, GroupSum sum, List<GroupPosterior> found) {
    if (!sum.isEmpty()) {
      posteriors.posterior(key, sum, false).ifPresent(found::add);
    }
  }

  /** The window of the first sum at or after a key. */
  private static Optional<TimeWindow> firstAfter(
      Bytes from, ReadOnlyKeyValueStore<Bytes, byte[]> sums) {
    try (KeyValueIterator<Bytes, byte[]> range = sums.range(from, SumKey.afterAll())) {
      return range.hasNext() ? SumKey.of(range.next().key).window() : Optional.empty();
    }
  }

  /** The partitions of the combination that this instance has. */
  private Set<Integer> partitions() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(one -> one.topic().endsWith(SidereusTopology.PARTIAL_SUMS + "-repartition"))
        .map(TopicPartition::partition)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static StoreQueryParameters<ReadOnlyKeyValueStore<Bytes, byte[]>> sums() {
    return StoreQueryParameters.fromNameAndType(
        StreamStores.GROUP_SUMS, QueryableStoreTypes.<Bytes, byte[]>keyValueStore());
  }

  /** Each partition's part comes in order, but the parts one after the other. */
  private static List<GroupPosterior> sorted(List<GroupPosterior> found) {
    found.sort(
        Comparator.comparing(GroupPosterior::getGroup)
            .thenComparing(GroupPosterior::getBundle)
            .thenComparing(GroupPosterior::getBundleVersion)
            .thenComparing(
                GroupPosterior::getWindowStart, Comparator.nullsFirst(Comparator.naturalOrder())));
    return found;
  }
}
