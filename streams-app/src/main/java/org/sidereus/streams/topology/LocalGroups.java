package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.sidereus.schemas.GroupPosterior;

/**
 * The posteriors of the groups whose state this instance holds: with several instances, each knows
 * its share. They may be ahead of what is committed. Safe for threads.
 */
public final class LocalGroups {
  private final KafkaStreams streams;
  private final GroupPosteriors posteriors;

  /** The groups of a stream that belong to some bundles. */
  public LocalGroups(KafkaStreams streams, List<CombinedBundle> bundles) {
    this.streams = streams;
    this.posteriors = new GroupPosteriors(bundles);
  }

  /**
   * Groups for all time, in the order of group, bundle and version.
   *
   * @param most how many at most; a service may have millions
   * @throws InvalidStateStoreException if the stream is not running
   */
  public List<GroupPosterior> allTime(int most) {
    return read(SumKey.first(), SumKey.firstWindow(), key -> true, most);
  }

  /**
   * One group for all time and in its open windows; empty if this instance does not have it.
   *
   * @throws InvalidStateStoreException if the stream is not running
   */
  public List<GroupPosterior> of(String group) {
    return read(
        SumKey.first(),
        SumKey.afterAll(),
        key -> key.group().group().equals(group),
        Integer.MAX_VALUE);
  }

  private List<GroupPosterior> read(Bytes from, Bytes to, Predicate<SumKey> wanted, int most) {
    ReadOnlyKeyValueStore<Bytes, byte[]> sums =
        streams.store(
            StoreQueryParameters.fromNameAndType(
                StreamStores.GROUP_SUMS, QueryableStoreTypes.<Bytes, byte[]>keyValueStore()));
    List<GroupPosterior> found = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> range = sums.range(from, to)) {
      while (range.hasNext() && found.size() < most) {
        KeyValue<Bytes, byte[]> one = range.next();
        SumKey key = SumKey.of(one.key);
        GroupSum sum = GroupSum.of(one.value);
        if (wanted.test(key) && !sum.isEmpty()) {
          posteriors.posterior(key, sum, false).ifPresent(found::add);
        }
      }
    }
    // Each partition's part comes in order, but the parts one after the other.
    found.sort(
        Comparator.comparing(GroupPosterior::getGroup)
            .thenComparing(GroupPosterior::getBundle)
            .thenComparing(GroupPosterior::getBundleVersion)
            .thenComparing(
                GroupPosterior::getWindowStart, Comparator.nullsFirst(Comparator.naturalOrder())));
    return found;
  }
}
