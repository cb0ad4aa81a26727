package org.sidereus.streams.brokers;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * The clock of the machine, but one that never stands still and never goes back. When the clock of
 * the machine is set back, this one runs at half the speed until the other has caught up: what is
 * due at a time is then at most twice as late, and not as late as the clock was set back. Safe for
 * threads.
 */
public final class SteadyTime implements Time {
  private static final long NS_PER_MS = 1_000_000;

  private final LongSupplier machineMs;
  private final LongSupplier elapsedNs;
  private long steadyNs;
  private long lastNs;

  /**
   * A clock.
   *
   * @param clock the clocks that it follows
   */
  public SteadyTime(MachineClock clock) {
    this.machineMs = clock.epochMs();
    this.elapsedNs = clock.elapsedNs();
    this.lastNs = elapsedNs.getAsLong();
    this.steadyNs = machineMs.getAsLong() * NS_PER_MS;
  }

  @Override
  public synchronized long milliseconds() {
    long nowNs = elapsedNs.getAsLong();
    long passedNs = nowNs - lastNs;
    lastNs = nowNs;
    steadyNs = Math.max(machineMs.getAsLong() * NS_PER_MS, steadyNs + passedNs / 2);
    return steadyNs / NS_PER_MS;
  }

  /** How far this clock is ahead of that of the machine, milliseconds; 0: not at all. */
  public long aheadMs() {
    return Math.max(0, milliseconds() - machineMs.getAsLong());
  }

  @Override
  public long nanoseconds() {
    return elapsedNs.getAsLong();
  }

  @Override
  public void sleep(long ms) {
    SYSTEM.sleep(ms);
  }

  @Override
  public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs)
      throws InterruptedException {
    SYSTEM.waitObject(object, condition, deadlineMs - aheadMs());
  }
}
