package org.sidereus.streams.topology;

import java.time.Instant;
import org.sidereus.schemas.Observation;

/** The event time of an observation in milliseconds since 1970, and how its absence is written. */
final class EventTime {
  /** The observation is not dated. It is earlier than every time, so that it moves no maximum. */
  static final long UNKNOWN = Long.MIN_VALUE;

  private EventTime() {}

  /** The time of an observation, or {@link #UNKNOWN}. */
  static long ofMs(Observation observation) {
    return observation.getDated() ? observation.getTime().toEpochMilli() : UNKNOWN;
  }

  /** What the contracts carry for a time: the epoch where it is unknown. */
  static Instant instant(long timeMs) {
    return timeMs == UNKNOWN ? Instant.EPOCH : Instant.ofEpochMilli(timeMs);
  }

  static boolean isKnown(long timeMs) {
    return timeMs != UNKNOWN;
  }
}
