package org.sidereus.streams.topology;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;
import org.sidereus.streams.topology.GroupMessage.ProgressReport;

/**
 * How far each survey has come at the partitions of the observations, and the event time through
 * which its windows are closed because of it: the least of all partitions that hold it. That time
 * never goes back. Nothing closes before every partition has reported once.
 *
 * <p>A partition does not hold a survey if it is idle, or if other surveys go on there and this one
 * does not: its log has come {@code window.idle} further since the survey became active anywhere,
 * and had no observation of the survey for that long. Times of the log are compared and not times
 * of arrival, so a partition that is behind holds the survey until it has caught up.
 */
final class PartitionProgress {
  /** In place of a partition: the time through which the windows of a survey are closed. */
  private static final int CLOSED = -1;

  private final KeyValueStore<Bytes, byte[]> store;
  private final int partitions;
  private final long pauseMs;
  private final Map<Integer, Reached> reached = new HashMap<>();
  private final Map<String, Map<Integer, SurveyTime>> surveys = new HashMap<>();
  private final Map<String, Long> closedThroughMs = new HashMap<>();

  /**
   * The last report of a partition, as it is stored.
   *
   * @param idle whether nothing is published to the partition
   * @param logMs log time that it has reached
   */
  record Reached(boolean idle, long logMs) {

    byte[] toBytes() {
      return StateFormat.begin().putBoolean(idle).putLong(logMs).toBytes();
    }

    static Reached of(byte[] bytes) {
      BinaryReader in = StateFormat.open(bytes, "the progress of a partition");
      return new Reached(in.getBoolean(), in.getLong());
    }
  }

  /**
   * Reads what is stored.
   *
   * @param partitions number of partitions of the observations
   * @param pauseMs log time after which a survey without observations does not hold windows
   */
  PartitionProgress(KeyValueStore<Bytes, byte[]> store, int partitions, long pauseMs) {
    this.store = store;
    this.partitions = partitions;
    this.pauseMs = pauseMs;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> one = all.next();
        BinaryReader key = new BinaryReader(one.key.get());
        int partition = key.getInt();
        if (!key.hasMore()) {
          reached.put(partition, Reached.of(one.value));
        } else if (partition == CLOSED) {
          closedThroughMs.put(key.getString(), closed(one.value));
        } else {
          surveys
              .computeIfAbsent(key.getString(), name -> new HashMap<>())
              .put(partition, SurveyTime.of(one.value));
        }
      }
    }
  }

  private static long closed(byte[] bytes) {
    return StateFormat.open(bytes, "the closed windows of a survey").getLong();
  }

  static Bytes key(int partition) {
    return Bytes.wrap(new BinaryWriter().putInt(partition).toBytes());
  }

  static Bytes key(int partition, String survey) {
    return Bytes.wrap(new BinaryWriter().putInt(partition).putString(survey).toBytes());
  }

  /** All surveys, in the order of their names. */
  SortedSet<String> surveys() {
    return new TreeSet<>(surveys.keySet());
  }

  /** Windows of a survey that end at or before this event time are closed. */
  long closedThroughMs(String survey) {
    return closedThroughMs.getOrDefault(survey, Long.MIN_VALUE);
  }

  /** Windows of a survey that end at or before a time are closed from now on. */
  void close(String survey, long throughMs) {
    if (throughMs > closedThroughMs(survey)) {
      closedThroughMs.put(survey, throughMs);
      store.put(key(CLOSED, survey), StateFormat.begin().putLong(throughMs).toBytes());
    }
  }

  /** Stores a report. Returns the surveys whose windows may close by it. */
  Set<String> advance(ProgressReport message) {
    int partition = message.observationPartition();
    Reached there = new Reached(message.idle(), message.logMs());
    Reached before = reached.put(partition, there);
    if (!there.equals(before)) {
      store.put(key(partition), there.toBytes());
    }
    message
        .surveys()
        .forEach(
            (survey, time) -> {
              surveys.computeIfAbsent(survey, name -> new HashMap<>()).put(partition, time);
              store.put(key(partition, survey), time.toBytes());
            });
    if (reached.size() < partitions) {
      return Set.of();
    }
    return there.equals(before) ? message.surveys().keySet() : surveys();
  }

  /**
   * The event time through which the observations of a survey have passed everywhere; {@link
   * Long#MIN_VALUE}: none.
   */
  long passedMs(String survey) {
    Map<Integer, SurveyTime> times = surveys.getOrDefault(survey, Map.of());
    long activeSinceMs = activeSinceMs(times);
    long least = Long.MAX_VALUE;
    boolean held = false;
    for (Map.Entry<Integer, Reached> one : reached.entrySet()) {
      SurveyTime time = times.getOrDefault(one.getKey(), SurveyTime.NONE);
      if (!one.getValue().idle() && !pauses(one.getValue(), time, activeSinceMs)) {
        held = true;
        least = Math.min(least, time.closedThroughMs());
      }
    }
    return held && reached.size() == partitions ? least : Long.MIN_VALUE;
  }

  /**
   * The event time through which a survey has ended everywhere: all partitions that are not idle
   * have passed it, or its marker; {@link Long#MIN_VALUE}: none.
   */
  long endedMs(String survey) {
    Map<Integer, SurveyTime> times = surveys.getOrDefault(survey, Map.of());
    return reached.size() < partitions
        ? Long.MIN_VALUE
        : reached.entrySet().stream()
            .filter(one -> !one.getValue().idle())
            .map(one -> times.getOrDefault(one.getKey(), SurveyTime.NONE))
            .map(SurveyTime::endedThroughMs)
            .min(Comparator.naturalOrder())
            .orElse(Long.MIN_VALUE);
  }

  /** Log time since which a survey goes on without a pause at some partition. */
  private long activeSinceMs(Map<Integer, SurveyTime> times) {
    long since = Long.MIN_VALUE;
    for (Map.Entry<Integer, SurveyTime> one : times.entrySet()) {
      Reached there = reached.get(one.getKey());
      if (there != null && !isQuiet(there, one.getValue())) {
        since = Math.max(since, one.getValue().activeSinceMs());
      }
    }
    return since;
  }

  private boolean isQuiet(Reached there, SurveyTime time) {
    return time.lastMs() == Long.MIN_VALUE || there.logMs() - time.lastMs() >= pauseMs;
  }

  private boolean pauses(Reached there, SurveyTime time, long activeSinceMs) {
    return isQuiet(there, time)
        && (activeSinceMs == Long.MIN_VALUE || there.logMs() - activeSinceMs >= pauseMs);
  }
}
