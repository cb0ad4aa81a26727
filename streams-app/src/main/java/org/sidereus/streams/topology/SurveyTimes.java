package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far each survey has come at one partition of the observations. Each survey has an event time
 * of its own: the replay of an old survey does not make a new one late, nor the other way round.
 * For one thread.
 */
final class SurveyTimes {
  /** Bound of the memory, whatever names producers make up. */
  static final int MOST = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(SurveyTimes.class);

  private final KeyValueStore<Bytes, byte[]> store;
  private final StreamRules.Windows windows;
  private final Map<String, SurveyTime> known = new HashMap<>();
  private final Set<String> unstored = new LinkedHashSet<>();
  private final Set<String> unsent = new LinkedHashSet<>();
  private final Set<String> unclosed = new LinkedHashSet<>();
  private boolean full;

  /** Producers may set older timestamps than those of events before: log time never goes back. */
  private long logMs;

  /** Reads what is stored. */
  SurveyTimes(KeyValueStore<Bytes, byte[]> store, StreamRules.Windows windows) {
    this.store = store;
    this.windows = windows;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> one = all.next();
        known.put(new String(one.key.get(), StandardCharsets.UTF_8), SurveyTime.of(one.value));
      }
    }
    logMs = known.values().stream().mapToLong(SurveyTime::lastMs).max().orElse(0);
    unsent.addAll(known.keySet());
    unclosed.addAll(known.keySet());
  }

  /**
   * An observation with a time.
   *
   * @param timestampMs Kafka's timestamp of it
   */
  void observed(String survey, long timeMs, long timestampMs) {
    logMs = Math.max(logMs, timestampMs);
    if (isKnowable(survey)) {
      put(
          survey,
          known
              .getOrDefault(survey, SurveyTime.NONE)
              .observed(timeMs, logMs, windows.grace().toMillis(), windows.idle().toMillis()));
    }
  }

  /** The marker of the end of a survey. */
  void marked(String survey, long timeMs) {
    if (isKnowable(survey)) {
      put(
          survey,
          known.getOrDefault(survey, SurveyTime.NONE).marked(timeMs, windows.size().toMillis()));
    }
  }

  private void put(String survey, SurveyTime time) {
    SurveyTime before = known.put(survey, time);
    if (!time.equals(before)) {
      unstored.add(survey);
      unsent.add(survey);
      if (before == null || before.closedThroughMs() < time.closedThroughMs()) {
        unclosed.add(survey);
      }
    }
  }

  /** False: there are too many surveys, and those of this one count for all time only. */
  private boolean isKnowable(String survey) {
    boolean knowable = known.size() < MOST || known.containsKey(survey);
    if (!knowable && !full) {
      full = true;
      LOG.warn(
          "a partition has observations of more than {} surveys; those of survey '{}' and of others"
              + " that are new count for all time and are in no window",
          MOST,
          survey);
    }
    return knowable;
  }

  /** Whether a window of a survey still takes observations. */
  boolean isOpen(TimeWindow window) {
    SurveyTime time = known.get(window.survey());
    return time == null ? known.size() < MOST : window.endMs() > time.closedThroughMs();
  }

  /** Log time of the latest observation; 0: there is none. */
  long latestLogMs() {
    return logMs;
  }

  /** Writes what changed to the store. Call this at the end of every batch. */
  void store() {
    for (String survey : unstored) {
      store.put(
          Bytes.wrap(survey.getBytes(StandardCharsets.UTF_8)),
          known.getOrDefault(survey, SurveyTime.NONE).toBytes());
    }
    unstored.clear();
  }

  /** What changed since the last call. */
  SortedMap<String, SurveyTime> takeUnsent() {
    SortedMap<String, SurveyTime> changed = new TreeMap<>();
    for (String survey : unsent) {
      changed.put(survey, known.getOrDefault(survey, SurveyTime.NONE));
    }
    unsent.clear();
    return changed;
  }

  /** Surveys whose windows may have closed since the last call, with the time through which. */
  SortedMap<String, Long> takeClosed() {
    SortedMap<String, Long> closed = new TreeMap<>();
    for (String survey : unclosed) {
      closed.put(survey, known.getOrDefault(survey, SurveyTime.NONE).closedThroughMs());
    }
    unclosed.clear();
    return closed;
  }

  boolean hasUnsent() {
    return !unsent.isEmpty();
  }
}
