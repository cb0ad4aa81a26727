package org.sidereus.streams.topology;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * Times of observations that have overtaken an event whose schema is not known yet. Stream time
 * must not pass them before that event is concluded, or the event could come too late for a window
 * for which it came in time. For one thread.
 *
 * <p>The latest times are stored beside the pending observations, so that they survive the process.
 */
final class HeldTimes {
  /** Key in the store of the pending observations, whose pages have keys from 0. */
  static final int KEY = -1;

  private final KeyValueStore<Integer, byte[]> store;

  /** By the number of the event that holds them, the latest time of each survey. */
  private final TreeMap<Long, Map<String, Long>> held = new TreeMap<>();

  private boolean changed;

  /**
   * The times that an earlier owner of the store left.
   *
   * @param holder number of the last event that can hold them; empty: none can
   */
  HeldTimes(KeyValueStore<Integer, byte[]> store, OptionalLong holder) {
    this.store = store;
    byte[] stored = store.get(KEY);
    if (stored != null && holder.isPresent()) {
      held.put(holder.getAsLong(), read(stored));
    }
  }

  /** The bytes of the latest time of each survey. */
  static byte[] toBytes(Map<String, Long> times) {
    BinaryWriter out = StateFormat.begin().putInt(times.size());
    new TreeMap<>(times).forEach((survey, timeMs) -> out.putString(survey).putLong(timeMs));
    return out.toBytes();
  }

  static Map<String, Long> read(byte[] stored) {
    BinaryReader in = StateFormat.open(stored, "held times of observations");
    Map<String, Long> times = new HashMap<>();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      times.put(in.getString(), in.getLong());
    }
    return times;
  }

  /** Holds a time until an event is concluded. */
  void hold(long holder, String survey, long timeMs) {
    held.computeIfAbsent(holder, one -> new HashMap<>()).merge(survey, timeMs, Math::max);
    changed = true;
  }

  /**
   * An event is concluded.
   *
   * @param before the last event before it that can hold its times; empty: none
   * @return the latest time of each survey that is not held any more
   */
  Map<String, Long> release(long holder, OptionalLong before) {
    Map<String, Long> free = held.remove(holder);
    if (free == null) {
      return Map.of();
    }
    changed = true;
    if (before.isEmpty()) {
      return free;
    }
    free.forEach((survey, timeMs) -> hold(before.getAsLong(), survey, timeMs));
    return Map.of();
  }

  /** Writes what is held to the store if it has changed. */
  void store() {
    if (!changed) {
      return;
    }
    changed = false;
    Map<String, Long> latest = new HashMap<>();
    for (Map<String, Long> times : held.values()) {
      times.forEach((survey, timeMs) -> latest.merge(survey, timeMs, Math::max));
    }
    if (latest.isEmpty()) {
      store.delete(KEY);
      return;
    }
    store.put(KEY, toBytes(latest));
  }
}
