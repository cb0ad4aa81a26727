package org.sidereus.streams.service;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;

/**
 * The time by which the stream does what it does again and again. It follows the clock of the
 * machine and never goes back: where that clock is set back, this one goes on from where it is.
 * Otherwise nothing would be due for as long as the clock was set back. Safe for threads.
 */
final class SteadyTime implements Time {
  private static final long NS_PER_MS = 1_000_000;

  private final LongSupplier clockMs;
  private final LongSupplier clockNs;
  private long lastMs;
  private long lastNs;

  /** The time of this machine. */
  SteadyTime() {
    this(System::currentTimeMillis, System::nanoTime);
  }

  /**
   * A time by two clocks.
   *
   * @param clockMs milliseconds since 1970, which may be set back
   * @param clockNs nanoseconds that never go back
   */
  SteadyTime(LongSupplier clockMs, LongSupplier clockNs) {
    this.clockMs = clockMs;
    this.clockNs = clockNs;
    this.lastMs = clockMs.getAsLong();
    this.lastNs = clockNs.getAsLong();
  }

  @Override
  public synchronized long milliseconds() {
    long elapsedMs = (nanoseconds() - lastNs) / NS_PER_MS;
    lastNs += elapsedMs * NS_PER_MS;
    lastMs = Math.max(lastMs + elapsedMs, clockMs.getAsLong());
    return lastMs;
  }

  @Override
  public long nanoseconds() {
    return clockNs.getAsLong();
  }

  @Override
  public void sleep(long ms) {
    SYSTEM.sleep(ms);
  }

  @Override
  public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs)
      throws InterruptedException {
    synchronized (object) {
      while (!condition.get()) {
        long nowMs = milliseconds();
        if (nowMs >= deadlineMs) {
          throw new TimeoutException("the condition was not met before its deadline");
        }
        object.wait(deadlineMs - nowMs);
      }
    }
  }
}
