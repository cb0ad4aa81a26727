package org.sidereus.streams.topology;

import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * How far one survey has come at one partition of the observations. Times of the log are Kafka's
 * timestamps: they say when events were published, and are the same in every replay.
 *
 * @param streamTimeMs latest event time; {@link Long#MIN_VALUE}: none
 * @param closedThroughMs windows that end at or before this event time get nothing more
 * @param markedMs event time of the latest end-of-survey marker with no observation after it;
 *     {@link Long#MIN_VALUE}: none
 * @param activeSinceMs log time of the first observation after the last pause
 * @param lastMs log time of the latest observation
 */
record SurveyTime(
    long streamTimeMs, long closedThroughMs, long markedMs, long activeSinceMs, long lastMs) {
  static final SurveyTime NONE =
      new SurveyTime(
          Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

  /**
   * The survey after an observation.
   *
   * @param timeMs event time of the observation
   * @param logMs log time of the observation
   * @param graceMs how long after its end a window stays open
   * @param pauseMs log time without observations that is a pause
   */
  SurveyTime observed(long timeMs, long logMs, long graceMs, long pauseMs) {
    boolean resumes = lastMs == Long.MIN_VALUE || logMs - lastMs >= pauseMs;
    return new SurveyTime(
        Math.max(streamTimeMs, timeMs),
        Math.max(closedThroughMs, timeMs - graceMs),
        Long.MIN_VALUE,
        resumes ? logMs : activeSinceMs,
        Math.max(lastMs, logMs));
  }

  /**
   * The survey after its marker. Only windows up to the one that holds the latest observation get
   * nothing more: a survey that goes on after a marker has its later windows, whatever the time of
   * the marker.
   */
  SurveyTime marked(long timeMs, long windowSizeMs) {
    long through =
        streamTimeMs == Long.MIN_VALUE
            ? Long.MIN_VALUE
            : Math.min(timeMs, TimeWindow.holding("", streamTimeMs, windowSizeMs).endMs());
    return new SurveyTime(
        streamTimeMs,
        Math.max(closedThroughMs, through),
        Math.max(markedMs, timeMs),
        activeSinceMs,
        lastMs);
  }

  /** The event time through which windows are closed if the survey is not to go on. */
  long endedThroughMs() {
    return Math.max(closedThroughMs, markedMs);
  }

  BinaryWriter write(BinaryWriter out) {
    return out.putLong(streamTimeMs)
        .putLong(closedThroughMs)
        .putLong(markedMs)
        .putLong(activeSinceMs)
        .putLong(lastMs);
  }

  static SurveyTime read(BinaryReader in) {
    return new SurveyTime(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  byte[] toBytes() {
    return write(StateFormat.begin()).toBytes();
  }

  static SurveyTime of(byte[] bytes) {
    return read(StateFormat.open(bytes, "the progress of a survey"));
  }
}
