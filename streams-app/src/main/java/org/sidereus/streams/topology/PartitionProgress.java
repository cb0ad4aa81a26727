package org.sidereus.streams.topology;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.StateFormat;
import org.sidereus.streams.topology.GroupMessage.ProgressReport;

/**
 * The event times that the partitions of the observations have reached, and the event time through
 * which windows are closed because of it: the least of all partitions that are not idle. That time
 * never goes back. Nothing closes before every partition has reported once.
 */
final class PartitionProgress {
  private final KeyValueStore<Integer, byte[]> store;
  private final int partitions;
  private final Map<Integer, Reached> reached = new HashMap<>();
  private long closedThroughMs = Long.MIN_VALUE;

  /** The last report of a partition, as it is stored. */
  record Reached(long closedThroughMs, boolean idle) {

    byte[] toBytes() {
      return StateFormat.begin().putLong(closedThroughMs).putBoolean(idle).toBytes();
    }

    static Reached of(byte[] bytes) {
      BinaryReader in = StateFormat.open(bytes, "the progress of a partition");
      return new Reached(in.getLong(), in.getBoolean());
    }
  }

  /**
   * Reads what is stored.
   *
   * @param partitions number of partitions of the observations
   */
  PartitionProgress(KeyValueStore<Integer, byte[]> store, int partitions) {
    this.store = store;
    this.partitions = partitions;
    try (KeyValueIterator<Integer, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Integer, byte[]> one = all.next();
        Reached there = Reached.of(one.value);
        if (one.key == StreamStores.CLOSED_KEY) {
          closedThroughMs = there.closedThroughMs();
        } else {
          reached.put(one.key, there);
        }
      }
    }
  }

  /** Windows that end at or before this event time are closed. */
  long closedThroughMs() {
    return closedThroughMs;
  }

  /** Stores a report. Returns whether windows may have closed by it. */
  boolean advance(ProgressReport message) {
    Reached there = new Reached(message.closedThroughMs(), message.idle());
    reached.put(message.observationPartition(), there);
    store.put(message.observationPartition(), there.toBytes());
    if (reached.size() < partitions) {
      return false;
    }
    long least =
        reached.values().stream()
            .filter(one -> !one.idle())
            .mapToLong(Reached::closedThroughMs)
            .min()
            .orElse(Long.MIN_VALUE);
    if (least <= closedThroughMs) {
      return false;
    }
    closedThroughMs = least;
    store.put(StreamStores.CLOSED_KEY, new Reached(least, false).toBytes());
    return true;
  }
}
