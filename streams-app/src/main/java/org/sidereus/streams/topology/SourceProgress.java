package org.sidereus.streams.topology;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.topology.GroupMessage.Progress;

/**
 * How far the sources have come, and through which event time windows are closed because of it: the
 * least of all sources that are not idle. That time never goes back, and as long as a source has
 * not been heard at all, nothing closes.
 */
final class SourceProgress {
  private final KeyValueStore<Integer, byte[]> store;
  private final int sources;
  private final Map<Integer, State> states = new HashMap<>();
  private long closedThroughMs = Long.MIN_VALUE;

  private record State(long closedThroughMs, boolean idle) {}

  SourceProgress(KeyValueStore<Integer, byte[]> store, int sources) {
    this.store = store;
    this.sources = sources;
    try (KeyValueIterator<Integer, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Integer, byte[]> one = all.next();
        BinaryReader in = new BinaryReader(one.value);
        State state = new State(in.getLong(), in.getBoolean());
        if (one.key == StreamStores.CLOSED_KEY) {
          closedThroughMs = state.closedThroughMs();
        } else {
          states.put(one.key, state);
        }
      }
    }
  }

  /** Windows that end at or before this event time are closed. */
  long closedThroughMs() {
    return closedThroughMs;
  }

  /** Takes in a message, and says whether windows may have closed by it. */
  boolean advance(Progress message) {
    put(message.source(), new State(message.closedThroughMs(), message.idle()));
    if (states.size() < sources) {
      return false;
    }
    long least =
        states.values().stream()
            .filter(state -> !state.idle())
            .mapToLong(State::closedThroughMs)
            .min()
            .orElse(Long.MIN_VALUE);
    if (least <= closedThroughMs) {
      return false;
    }
    closedThroughMs = least;
    write(StreamStores.CLOSED_KEY, new State(least, false));
    return true;
  }

  private void put(int source, State state) {
    states.put(source, state);
    write(source, state);
  }

  private void write(int key, State state) {
    store.put(
        key,
        new BinaryWriter().putLong(state.closedThroughMs()).putBoolean(state.idle()).toBytes());
  }
}
