package org.sidereus.benchmarks.stream;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.topology.Inference;

/**
 * When each event of a measurement passes which place, ns as {@link System#nanoTime()}. The engine
 * sees rows of features only; an event is found there by its row, so no two rows may be equal.
 */
final class EventTimes {
  private enum Place {
    INTENDED,
    SENT,
    STORED,
    INFERENCE_BEGINS,
    INFERENCE_ENDS,
    READ
  }

  /**
   * Features by their values. (A {@code FloatBuffer} as a key would cut off the digits behind the
   * point for its hash code, so most rows would have the same one.)
   */
  private record Row(float[] features) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Row row && Arrays.equals(features, row.features);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(features);
    }
  }

  private final int events;
  private final AtomicLongArray times;
  private final Map<String, Integer> byObject = new HashMap<>();
  private final Map<Row, Integer> byRow = new HashMap<>();

  /**
   * No times yet.
   *
   * @param rows [N][F] features of the observations
   * @throws SidereusException if two events have the same object or row
   */
  EventTimes(List<Observation> observations, List<float[]> rows) {
    events = observations.size();
    times = new AtomicLongArray(events * Place.values().length);
    for (int i = 0; i < events; i++) {
      byObject.put(observations.get(i).getObject(), i);
      byRow.put(new Row(rows.get(i)), i);
    }
    if (byObject.size() < events || byRow.size() < events) {
      throw new SidereusException(
          "two of the %d events have the same object or features; their times cannot be told apart"
              .formatted(events));
    }
  }

  /** Times without those of the engine, for a service in another process. */
  EventTimes(List<Observation> observations) {
    events = observations.size();
    times = new AtomicLongArray(events * Place.values().length);
    for (int i = 0; i < events; i++) {
      byObject.put(observations.get(i).getObject(), i);
    }
  }

  void sent(int event, long intendedNs, long ns) {
    set(event, Place.INTENDED, intendedNs);
    set(event, Place.SENT, ns);
  }

  void stored(int event, long ns) {
    set(event, Place.STORED, ns);
  }

  /** The posterior of an object was read. Others than those of the measurement are ignored. */
  void read(String object, long ns) {
    Integer event = byObject.get(object);
    if (event != null) {
      times.compareAndSet(index(event, Place.READ), 0, ns);
    }
  }

  /** The same inference, which notes when it begins and ends. */
  Inference around(Inference inference) {
    return (rows, sharedFit) -> {
      long begin = System.nanoTime();
      List<ObjectSummary> summaries = inference.infer(rows, sharedFit);
      long end = System.nanoTime();
      for (float[] row : rows) {
        Integer event = byRow.get(new Row(row));
        if (event != null) {
          set(event, Place.INFERENCE_BEGINS, begin);
          set(event, Place.INFERENCE_ENDS, end);
        }
      }
      return summaries;
    };
  }

  /** From the intended time to the reader, ns; empty: the posterior was not read. */
  OptionalLong latencyNs(int event) {
    long read = times.get(index(event, Place.READ));
    return read == 0 ? OptionalLong.empty() : OptionalLong.of(read - get(event, Place.INTENDED));
  }

  private void set(int event, Place place, long ns) {
    times.set(index(event, place), ns);
  }

  private long get(int event, Place place) {
    long ns = times.get(index(event, place));
    if (ns == 0) {
      throw new IllegalStateException("event %d did not pass %s".formatted(event, place));
    }
    return ns;
  }

  private static int index(int event, Place place) {
    return event * Place.values().length + place.ordinal();
  }

  /**
   * The latencies of all events after the first ones.
   *
   * @param first number of events that belong to the warm-up
   */
  LatencyParts after(int first) {
    LatencyParts parts = new LatencyParts();
    for (int i = first; i < events; i++) {
      long sent = get(i, Place.SENT);
      long begin = get(i, Place.INFERENCE_BEGINS);
      long end = get(i, Place.INFERENCE_ENDS);
      // The service may have the event before the publisher hears that it is stored.
      long stored = Math.min(get(i, Place.STORED), begin);
      parts.add(get(i, Place.INTENDED), sent, stored, begin, end, get(i, Place.READ));
    }
    return parts;
  }
}
