package org.sidereus.streams.topology;

import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;

/**
 * A window of the event time of one survey. Surveys have windows of their own, so that the replay
 * of an old survey and a night that is observed now do not close each other's.
 *
 * @param survey the survey whose objects are in the window
 * @param startMs first millisecond
 * @param endMs millisecond after the last
 */
record TimeWindow(String survey, long startMs, long endMs) {

  /** The tumbling window of the given size that holds a time; windows begin at multiples of it. */
  static TimeWindow holding(String survey, long timeMs, long sizeMs) {
    long start = Math.floorDiv(timeMs, sizeMs) * sizeMs;
    return new TimeWindow(survey, start, start + sizeMs);
  }

  BinaryWriter write(BinaryWriter out) {
    return out.putString(survey).putLong(startMs).putLong(endMs);
  }

  static TimeWindow read(BinaryReader in) {
    return new TimeWindow(in.getString(), in.getLong(), in.getLong());
  }
}
