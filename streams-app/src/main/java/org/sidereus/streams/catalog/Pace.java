package org.sidereus.streams.catalog;

import java.util.concurrent.locks.LockSupport;

/** Keeps a constant rate on average: a caller that is late catches up. For one thread. */
final class Pace {
  private final double perSecond;
  private final long startNs = System.nanoTime();
  private long steps;

  /**
   * A pace that begins now.
   *
   * @param perSecond steps per second; 0: full speed
   */
  Pace(double perSecond) {
    this.perSecond = perSecond;
  }

  /** Waits until the next step is due. */
  void await() {
    if (perSecond > 0) {
      long dueNs = startNs + (long) (steps * 1e9 / perSecond);
      for (long leftNs = dueNs - System.nanoTime();
          leftNs > 0 && !Thread.currentThread().isInterrupted();
          leftNs = dueNs - System.nanoTime()) {
        LockSupport.parkNanos(leftNs);
      }
    }
    steps++;
  }
}
