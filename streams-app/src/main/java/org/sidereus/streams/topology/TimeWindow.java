package org.sidereus.streams.topology;

/**
 * A window of event time.
 *
 * @param startMs first millisecond
 * @param endMs millisecond after the last
 */
record TimeWindow(long startMs, long endMs) {

  /** The tumbling window of the given size that holds a time; windows begin at multiples of it. */
  static TimeWindow holding(long timeMs, long sizeMs) {
    long start = Math.floorDiv(timeMs, sizeMs) * sizeMs;
    return new TimeWindow(start, start + sizeMs);
  }
}
