package org.sidereus.streams.topology;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;

/**
 * The partial sums of a group by source. Merging them in the order of the sources gives the same
 * bits whatever the order in which they came.
 *
 * @param unpublished whether something changed since the last posterior
 */
record GroupSum(SortedMap<Integer, PartialSum> bySource, boolean unpublished) {

  static GroupSum empty() {
    return new GroupSum(new TreeMap<>(), false);
  }

  GroupSum with(int source, PartialSum sum) {
    SortedMap<Integer, PartialSum> changed = new TreeMap<>(bySource);
    changed.put(source, sum);
    return new GroupSum(changed, true);
  }

  GroupSum published() {
    return new GroupSum(bySource, false);
  }

  /** The sum over all sources; there must be at least one. */
  PartialSum total() {
    return bySource.values().stream().reduce(PartialSum::merge).orElseThrow();
  }

  byte[] toBytes() {
    BinaryWriter out = new BinaryWriter().putBoolean(unpublished).putInt(bySource.size());
    for (Map.Entry<Integer, PartialSum> one : bySource.entrySet()) {
      out.putInt(one.getKey());
      one.getValue().write(out);
    }
    return out.toBytes();
  }

  static GroupSum of(byte[] bytes) {
    BinaryReader in = new BinaryReader(bytes);
    boolean unpublished = in.getBoolean();
    int size = in.getInt();
    SortedMap<Integer, PartialSum> bySource = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      bySource.put(in.getInt(), PartialSum.read(in));
    }
    return new GroupSum(bySource, unpublished);
  }
}
