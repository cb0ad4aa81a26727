package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.GroupKey;

/**
 * The posteriors of the groups whose state this instance holds: with several instances, each knows
 * its share. They may be ahead of what is committed. Safe for threads.
 */
public final class LocalGroups {
  private static final String REPARTITION = "-partial-sums-repartition";
  private static final HostInfo UNKNOWN = HostInfo.unavailable();

  /** Where {@link GroupPartitioner} sends the sums of a group. */
  private static final StreamPartitioner<byte[], Object> BY_GROUP =
      (topic, key, value, partitions) -> Optional.of(Set.of(KeyPartition.of(key, partitions)));

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
   * Some groups of this instance, for all time.
   *
   * @param posteriors of all bundles, one group after the other
   * @param next name of the last group, after which the next page begins; empty: there is no more
   */
  public record Page(List<GroupPosterior> posteriors, Optional<String> next) {}

  /**
   * Groups for all time: all posteriors of a group together, the groups by the length of their name
   * in UTF-8 and then by its bytes. A page costs what it holds, however many groups there are.
   *
   * @param after begins with the group after this one, which need not exist; null: with the first
   * @param most how many groups at most; a service may have millions
   * @throws InvalidStateStoreException if the stream is not running
   */
  public Page allTime(@Nullable String after, int most) {
    List<GroupPosterior> found = new ArrayList<>();
    PriorityQueue<Cursor> cursors = new PriorityQueue<>();
    List<Cursor> opened = new ArrayList<>();
    try {
      for (int partition : localPartitions()) {
        for (int i = 0; i < bundles.size(); i++) {
          Sums sums = sums(partition);
          Cursor cursor = new Cursor(range(sums.sums(), bundles.get(i), after), sums.parts(), i);
          opened.add(cursor);
          if (cursor.advance()) {
            cursors.add(cursor);
          }
        }
      }
      int groups = 0;
      String last = null;
      for (Cursor first = cursors.poll(); first != null; first = cursors.poll()) {
        SumKey key = first.key();
        String group = key.group().group();
        Optional<GroupPosterior> posterior =
            first.total().flatMap(total -> posteriors.posterior(key, total, false));
        if (posterior.isPresent() && !group.equals(last)) {
          if (groups == most) {
            return new Page(found, Optional.ofNullable(last));
          }
          groups++;
          last = group;
        }
        posterior.ifPresent(found::add);
        if (first.advance()) {
          cursors.add(first);
        }
      }
      return new Page(found, Optional.empty());
    } finally {
      opened.forEach(Cursor::close);
    }
  }

  /**
   * One group for all time and in its open windows; empty if this instance does not have it.
   *
   * @throws InvalidStateStoreException if the stream is not running
   */
  public List<GroupPosterior> of(String group) {
    List<GroupPosterior> found = new ArrayList<>();
    for (int partition : localPartitions()) {
      Sums sums = sums(partition);
      for (CombinedBundle bundle : bundles) {
        add(SumKey.allTime(key(bundle, group)), sums, found);
      }
      if (!found.isEmpty()) {
        // One partition has all sums of a group, and with a window there is one for all time.
        addWindows(group, sums, found);
        break;
      }
    }
    found.sort(
        Comparator.comparing(GroupPosterior::getBundle)
            .thenComparing(GroupPosterior::getBundleVersion)
            .thenComparing(
                GroupPosterior::getWindowStart, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(
                GroupPosterior::getSurvey, Comparator.nullsFirst(Comparator.naturalOrder())));
    return found;
  }

  /**
   * The address {@code host:port} of the other instance whose state has the group, as that instance
   * gives it by {@code application.server}; empty: it is this one, or it is not known.
   *
   * @throws InvalidStateStoreException if the stream is not running
   */
  public Optional<String> elsewhere(String group) {
    KeyQueryMetadata place = place(group);
    if (place.equals(KeyQueryMetadata.NOT_AVAILABLE)
        || place.activeHost().equals(UNKNOWN)
        || localPartitions().contains(place.partition())) {
      return Optional.empty();
    }
    return Optional.of(place.activeHost().host() + ":" + place.activeHost().port());
  }

  private KeyQueryMetadata place(String group) {
    return streams.queryMetadataForKey(
        StreamStores.GROUP_SUMS, group.getBytes(StandardCharsets.UTF_8), BY_GROUP);
  }

  /** The partitions of the combination that this instance has. */
  private SortedSet<Integer> localPartitions() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(one -> one.topic().endsWith(REPARTITION))
        .map(one -> one.partition())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Sums sums(int partition) {
    return new Sums(
        store(StreamStores.GROUP_SUMS, partition), store(StreamStores.GROUP_PARTS, partition));
  }

  private ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, int partition) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
                name, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
            .withPartition(partition));
  }

  /** The sums of one partition of the combination. */
  private record Sums(
      ReadOnlyKeyValueStore<Bytes, byte[]> sums, ReadOnlyKeyValueStore<Bytes, byte[]> parts) {}

  private static GroupKey key(CombinedBundle bundle, String group) {
    return new GroupKey(bundle.manifest().name(), bundle.manifest().version(), group);
  }

  /** The sums of a bundle for all time, after a group. */
  private static KeyValueIterator<Bytes, byte[]> range(
      ReadOnlyKeyValueStore<Bytes, byte[]> sums, CombinedBundle bundle, @Nullable String after) {
    Bytes empty = SumKey.allTime(key(bundle, "")).toBytes();
    // An empty name is four bytes of its length.
    Bytes prefix = Bytes.wrap(Arrays.copyOf(empty.get(), empty.get().length - Integer.BYTES));
    Bytes from = prefix;
    if (after != null) {
      byte[] key = SumKey.allTime(key(bundle, after)).toBytes().get();
      from = Bytes.wrap(Arrays.copyOf(key, key.length + 1));
    }
    return sums.range(from, after(prefix));
  }

  /** Looks once into each open window, however many groups it has. */
  private void addWindows(String group, Sums sums, List<GroupPosterior> found) {
    Bytes from = SumKey.firstWindow();
    Bytes end = after(SumKey.firstWindow());
    for (Optional<Bytes> one = first(sums.sums(), from, end);
        one.isPresent();
        one = first(sums.sums(), from, end)) {
      SumKey key = SumKey.of(one.get());
      for (CombinedBundle bundle : bundles) {
        add(SumKey.in(key.window().orElseThrow(), key(bundle, group)), sums, found);
      }
      from = after(windowOf(one.get(), key));
    }
  }

  private void add(SumKey key, Sums sums, List<GroupPosterior> found) {
    byte[] sum = sums.sums().get(key.toBytes());
    if (sum != null) {
      GroupSums.total(key, GroupSum.of(sum), sums.parts())
          .flatMap(total -> posteriors.posterior(key, total, false))
          .ifPresent(found::add);
    }
  }

  private static Optional<Bytes> first(
      ReadOnlyKeyValueStore<Bytes, byte[]> sums, Bytes from, Bytes end) {
    try (KeyValueIterator<Bytes, byte[]> range = sums.range(from, end)) {
      return range.hasNext() ? Optional.of(range.peekNextKey()) : Optional.empty();
    }
  }

  /** The least key that is greater than all that begin with the prefix; not all are 0xff. */
  private static Bytes after(Bytes prefix) {
    int length = prefix.get().length;
    while (prefix.get()[length - 1] == (byte) 0xff) {
      length--;
    }
    byte[] next = Arrays.copyOf(prefix.get(), length);
    next[length - 1]++;
    return Bytes.wrap(next);
  }

  /** The part of a key before its group. */
  private static Bytes windowOf(Bytes bytes, SumKey key) {
    int length = bytes.get().length - key.group().write(new BinaryWriter()).length();
    return Bytes.wrap(Arrays.copyOf(bytes.get(), length));
  }

  /** The sums of one bundle at one partition, in the order of their groups. */
  private static final class Cursor implements Comparable<Cursor> {
    private final KeyValueIterator<Bytes, byte[]> sums;
    private final ReadOnlyKeyValueStore<Bytes, byte[]> parts;
    private final int bundle;
    private @Nullable KeyValue<Bytes, byte[]> current;
    private byte[] group = {};

    private Cursor(
        KeyValueIterator<Bytes, byte[]> sums,
        ReadOnlyKeyValueStore<Bytes, byte[]> parts,
        int bundle) {
      this.sums = sums;
      this.parts = parts;
      this.bundle = bundle;
    }

    /** Goes to the next sum; false: there is none. */
    private boolean advance() {
      current = sums.hasNext() ? sums.next() : null;
      if (current == null) {
        return false;
      }
      group = new BinaryWriter().putString(key().group().group()).toBytes();
      return true;
    }

    private SumKey key() {
      return SumKey.of(one().key);
    }

    /** Empty: the last object has left the group. */
    private Optional<PartialSum> total() {
      return GroupSums.total(key(), GroupSum.of(one().value), parts);
    }

    private KeyValue<Bytes, byte[]> one() {
      if (current == null) {
        throw new IllegalStateException("the cursor is at no sum");
      }
      return current;
    }

    private void close() {
      sums.close();
    }

    @Override
    public int compareTo(Cursor other) {
      int byGroup = Arrays.compareUnsigned(group, other.group);
      return byGroup != 0 ? byGroup : Integer.compare(bundle, other.bundle);
    }
  }
}
