package org.sidereus.streams.ledger;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets a line into the log at most once in a time, whatever producers send. Safe for threads. */
final class LogInterval {
  private final long intervalNs;
  private final LongSupplier clockNs;
  private final AtomicLong lastNs;

  /**
   * An interval in which nothing was said yet.
   *
   * @param interval shortest time between two lines
   * @param clockNs nanoseconds by a clock that is never set
   */
  LogInterval(Duration interval, LongSupplier clockNs) {
    this.intervalNs = interval.toNanos();
    this.clockNs = clockNs;
    this.lastNs = new AtomicLong(clockNs.getAsLong() - intervalNs);
  }

  /** Whether a line may be said now. Only one of several threads may. */
  boolean begin() {
    long before = lastNs.get();
    long nowNs = clockNs.getAsLong();
    return nowNs - before >= intervalNs && lastNs.compareAndSet(before, nowNs);
  }
}
