package org.sidereus.streams.topology;

import java.time.Duration;

/**
 * The times at which changes are emitted: once per interval as long as changes come, and as soon as
 * none has come for a tenth of the interval. So a continuous stream costs no more than one emission
 * per interval, and the last change of a stream does not wait for the interval. For one thread.
 */
final class EmitSchedule {
  private static final int RESTS_PER_INTERVAL = 10;

  /** Longest time between two checks, however long the interval. */
  private static final long LONGEST_TICK_MS = 1_000;

  private final long intervalMs;
  private final long restMs;
  private long emittedMs;
  private long changedMs;
  private long checkedMs;
  private boolean changed;

  /** Whether there was a check since the last change. */
  private boolean checked;

  EmitSchedule(Duration interval, long nowMs) {
    this.intervalMs = interval.toMillis();
    this.restMs = restMs(interval);
    this.emittedMs = nowMs;
    this.checkedMs = nowMs;
  }

  /** Time without changes that is a rest. */
  static long restMs(Duration interval) {
    return Math.max(1, interval.toMillis() / RESTS_PER_INTERVAL);
  }

  /** Time between two calls of {@link #isDue}. */
  Duration tick() {
    return Duration.ofMillis(Math.min(restMs, LONGEST_TICK_MS));
  }

  /** There is a change, or there will be one soon. */
  void change(long nowMs) {
    changed = true;
    checked = false;
    changedMs = nowMs;
  }

  /**
   * Whether it is time to emit; then the next interval begins.
   *
   * @param mayRest whether a pause may be the end of the changes; false: more changes will come
   */
  boolean isDue(long nowMs, boolean mayRest) {
    if (2 * (nowMs - checkedMs) > 3 * tick().toMillis()) {
      // The thread was busy or had no processor: events of the meantime may still be unread.
      changedMs = nowMs;
    }
    checkedMs = nowMs;
    // Where the first check after a change comes late, the thread had other work since, and has not
    // looked for more. A timely one is earlier than a rest lasts.
    boolean rests = mayRest && changed && checked && nowMs - changedMs >= restMs;
    checked = true;
    if (!rests && nowMs - emittedMs < intervalMs) {
      return false;
    }
    emittedMs = nowMs;
    changed = changed && !rests;
    return true;
  }

  /** Whether nothing has changed since the last rest. */
  boolean rests() {
    return !changed;
  }
}
