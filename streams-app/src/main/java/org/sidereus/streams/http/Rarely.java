package org.sidereus.streams.http;

import java.util.function.LongSupplier;

/** Repeated work that is left out until it has taken no more than its part of the time. */
final class Rarely implements Runnable {
  private final Runnable work;
  private final long parts;
  private final LongSupplier clockNs;
  private long pauseNs;
  private long endedNs;

  /**
   * Work that may take one in so many parts of the time.
   *
   * @param clockNs time in nanoseconds that never runs backwards
   */
  Rarely(Runnable work, int parts, LongSupplier clockNs) {
    this.work = work;
    this.parts = parts;
    this.clockNs = clockNs;
    this.endedNs = clockNs.getAsLong();
  }

  @Override
  public void run() {
    long beganNs = clockNs.getAsLong();
    if (beganNs - endedNs < pauseNs) {
      return;
    }
    work.run();
    endedNs = clockNs.getAsLong();
    pauseNs = (parts - 1) * (endedNs - beganNs);
  }
}
