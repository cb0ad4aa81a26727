package org.sidereus.streams.topology;

import java.time.Duration;

/**
 * When to say what has changed: once per interval as long as changes go on, and as soon as they
 * have rested for a tenth of it. A stream without an end costs no more for that, and the last word
 * of one that ends does not wait. For one thread.
 */
final class EmitSchedule {
  private static final int RESTS = 10;

  /** Clocks are looked at so often, however long the interval. */
  private static final long LONGEST_TICK_MS = 1_000;

  private final long intervalMs;
  private final long restMs;
  private long spokenMs;
  private long changedMs;
  private long askedMs;
  private boolean changed;

  EmitSchedule(Duration interval, long nowMs) {
    this.intervalMs = interval.toMillis();
    this.restMs = Math.max(1, intervalMs / RESTS);
    this.spokenMs = nowMs;
    this.askedMs = nowMs;
  }

  /** How often {@link #isDue} is to be asked. */
  Duration tick() {
    return Duration.ofMillis(Math.min(restMs, LONGEST_TICK_MS));
  }

  /** Something has changed, or is about to. */
  void change(long nowMs) {
    changed = true;
    changedMs = nowMs;
  }

  /**
   * Whether it is time; then the next interval begins.
   *
   * @param mayRest whether a pause may be the end; false: more is to come
   */
  boolean isDue(long nowMs, boolean mayRest) {
    if (2 * (nowMs - askedMs) > 3 * tick().toMillis()) {
      // The thread was busy elsewhere, or had no processor: what came meanwhile may be unread.
      changedMs = nowMs;
    }
    askedMs = nowMs;
    boolean rests = mayRest && changed && nowMs - changedMs >= restMs;
    if (!rests && nowMs - spokenMs < intervalMs) {
      return false;
    }
    spokenMs = nowMs;
    changed = changed && !rests;
    return true;
  }

  /** Whether nothing has changed since the last rest. */
  boolean rests() {
    return !changed;
  }
}
