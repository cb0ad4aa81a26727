package org.sidereus.streams.topology;

import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * The sums of groups over all partitions of the observations, in two stores: what a sum consists of
 * ({@link GroupSum}), by {@link SumKey}; and its partial sums, by that key and the partition. For
 * one thread.
 */
final class GroupSums {
  private final KeyValueStore<Bytes, byte[]> sums;
  private final KeyValueStore<Bytes, byte[]> parts;

  private GroupSums(KeyValueStore<Bytes, byte[]> sums, KeyValueStore<Bytes, byte[]> parts) {
    this.sums = sums;
    this.parts = parts;
  }

  static GroupSums of(ProcessorContext<?, ?> context) {
    return new GroupSums(
        context.getStateStore(StreamStores.GROUP_SUMS),
        context.getStateStore(StreamStores.GROUP_PARTS));
  }

  /**
   * Puts the partial sum of a partition in the place of its last one.
   *
   * @return the sum now; empty: the partial sum is the same as before
   */
  Optional<GroupSum> put(SumKey key, int observationPartition, PartialSum partial) {
    Bytes part = partKey(key, observationPartition);
    byte @Nullable [] before = parts.get(part);
    byte[] now = partial.isEmpty() ? null : partBytes(partial);
    if (Arrays.equals(before, now)) {
      return Optional.empty();
    }
    if (now == null) {
      parts.delete(part);
    } else {
      parts.put(part, now);
    }
    GroupSum old = get(key).orElseGet(GroupSum::empty);
    GroupSum sum = old.with(observationPartition, partial.state().objects());
    if (!sum.equals(old)) {
      sums.put(key.toBytes(), sum.toBytes());
    }
    return Optional.of(sum);
  }

  Optional<GroupSum> get(SumKey key) {
    return Optional.ofNullable(sums.get(key.toBytes())).map(GroupSum::of);
  }

  /** All sums, by their keys. */
  KeyValueIterator<Bytes, byte[]> all() {
    return sums.all();
  }

  /** The sums from a key on, before another. */
  KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    return sums.range(from, to);
  }

  /** The same, the last one first. */
  KeyValueIterator<Bytes, byte[]> reverseRange(Bytes from, Bytes to) {
    return sums.reverseRange(from, to);
  }

  /** The total of a sum that is not empty. */
  PartialSum total(SumKey key, GroupSum sum) {
    return total(key, sum, parts)
        .orElseThrow(
            () -> new IllegalStateException("a part of the sum of %s is lost".formatted(key)));
  }

  /** The posterior of a sum is published. */
  void publish(SumKey key, GroupSum sum) {
    if (sum.isEmpty()) {
      sums.delete(key.toBytes());
    } else {
      sums.put(key.toBytes(), sum.published().toBytes());
    }
  }

  void delete(SumKey key, GroupSum sum) {
    sum.objectsByPartition().keySet().forEach(one -> parts.delete(partKey(key, one)));
    sums.delete(key.toBytes());
  }

  /**
   * The total of a sum. The partial sums are merged in the order of the partitions, so the result
   * has the same bits in whatever order they came.
   *
   * @param parts store of the partial sums; another thread may change it
   * @return empty: the sum has no part, or a part has been removed meanwhile
   */
  static Optional<PartialSum> total(
      SumKey key, GroupSum sum, ReadOnlyKeyValueStore<Bytes, byte[]> parts) {
    PartialSum total = null;
    for (int partition : sum.objectsByPartition().keySet()) {
      byte[] part = parts.get(partKey(key, partition));
      if (part == null) {
        return Optional.empty();
      }
      PartialSum one = part(part);
      total = total == null ? one : total.merge(one);
    }
    return Optional.ofNullable(total);
  }

  static Bytes partKey(SumKey key, int observationPartition) {
    return Bytes.wrap(
        new BinaryWriter().putBytes(key.toBytes().get()).putInt(observationPartition).toBytes());
  }

  static byte[] partBytes(PartialSum partial) {
    return partial.write(StateFormat.begin()).toBytes();
  }

  static PartialSum part(byte[] bytes) {
    return PartialSum.read(StateFormat.open(bytes, "a part of the sum of a group"));
  }
}
