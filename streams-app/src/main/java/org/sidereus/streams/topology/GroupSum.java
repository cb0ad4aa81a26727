package org.sidereus.streams.topology;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * What the sum of a group consists of: the number of its objects at each partition of the
 * observations that has some. The partial sums themselves are stored one by one ({@link
 * GroupSums}), so a change of one costs the same however many there are.
 *
 * @param unpublished whether something changed since the last posterior
 */
record GroupSum(SortedMap<Integer, Long> objectsByPartition, boolean unpublished) {

  static GroupSum empty() {
    return new GroupSum(new TreeMap<>(), false);
  }

  /** A partition without objects of the group has no part in it. */
  GroupSum with(int observationPartition, long objects) {
    SortedMap<Integer, Long> changed = new TreeMap<>(objectsByPartition);
    if (objects == 0) {
      changed.remove(observationPartition);
    } else {
      changed.put(observationPartition, objects);
    }
    return new GroupSum(changed, true);
  }

  GroupSum published() {
    return new GroupSum(objectsByPartition, false);
  }

  /** Whether the last object has left the group. */
  boolean isEmpty() {
    return objectsByPartition.isEmpty();
  }

  /** Number of objects at all partitions. */
  long objects() {
    return objectsByPartition.values().stream().mapToLong(Long::longValue).sum();
  }

  byte[] toBytes() {
    BinaryWriter out =
        StateFormat.begin().putBoolean(unpublished).putInt(objectsByPartition.size());
    for (Map.Entry<Integer, Long> one : objectsByPartition.entrySet()) {
      out.putInt(one.getKey()).putLong(one.getValue());
    }
    return out.toBytes();
  }

  static GroupSum of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "the sum of a group");
    boolean unpublished = in.getBoolean();
    int size = in.getInt();
    SortedMap<Integer, Long> byPartition = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      byPartition.put(in.getInt(), in.getLong());
    }
    return new GroupSum(byPartition, unpublished);
  }
}
