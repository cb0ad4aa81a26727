package org.sidereus.streams.topology;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * The partial sums of a group by partition of the observations. They are merged in the order of the
 * partitions, so the result has the same bits in whatever order they came.
 *
 * @param unpublished whether something changed since the last posterior
 */
record GroupSum(SortedMap<Integer, PartialSum> byPartition, boolean unpublished) {

  static GroupSum empty() {
    return new GroupSum(new TreeMap<>(), false);
  }

  /** A partition without objects of the group has no part in it. */
  GroupSum with(int observationPartition, PartialSum sum) {
    SortedMap<Integer, PartialSum> changed = new TreeMap<>(byPartition);
    if (sum.isEmpty()) {
      changed.remove(observationPartition);
    } else {
      changed.put(observationPartition, sum);
    }
    return new GroupSum(changed, true);
  }

  GroupSum published() {
    return new GroupSum(byPartition, false);
  }

  /** Whether the last object has left the group. */
  boolean isEmpty() {
    return byPartition.isEmpty();
  }

  /** The sum over all partitions; there must be at least one. */
  PartialSum total() {
    return byPartition.values().stream().reduce(PartialSum::merge).orElseThrow();
  }

  byte[] toBytes() {
    BinaryWriter out = StateFormat.begin().putBoolean(unpublished).putInt(byPartition.size());
    for (Map.Entry<Integer, PartialSum> one : byPartition.entrySet()) {
      out.putInt(one.getKey());
      one.getValue().write(out);
    }
    return out.toBytes();
  }

  static GroupSum of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "the sum of a group");
    boolean unpublished = in.getBoolean();
    int size = in.getInt();
    SortedMap<Integer, PartialSum> byPartition = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      byPartition.put(in.getInt(), PartialSum.read(in));
    }
    return new GroupSum(byPartition, unpublished);
  }
}
