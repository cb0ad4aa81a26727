package org.sidereus.explorer.store;

import java.time.Duration;

/** Steps of time in which rejections are counted, from the shortest to the longest. */
public enum TimeStep {
  MINUTE(Duration.ofMinutes(1)),
  HOUR(Duration.ofHours(1)),
  DAY(Duration.ofDays(1));

  private final long widthMs;

  TimeStep(Duration width) {
    widthMs = width.toMillis();
  }

  /** The shortest step of which at most so many are in an interval; the longest if none is. */
  public static TimeStep of(long intervalMs, int most) {
    for (TimeStep one : values()) {
      if (intervalMs / one.widthMs < most) {
        return one;
      }
    }
    return DAY;
  }

  /** Its length, ms. */
  public long widthMs() {
    return widthMs;
  }

  /** The start of the step that has a time, ms since 1970-01-01 UTC. */
  public long start(long timeMs) {
    return timeMs - timeMs % widthMs;
  }
}
