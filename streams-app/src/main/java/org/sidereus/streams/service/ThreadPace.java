package org.sidereus.streams.service;

/**
 * How much of its time a stream thread waits for events, of about the last second.
 *
 * @param waitingShare of the time, 0 to 1
 * @param endNs when it has last received events
 */
record ThreadPace(double waitingShare, long endNs) {
  private static final double MEMORY_NS = 1e9;

  /** With less, the thread has no time for small batches and the shortest transactions. */
  private static final double LEAST_WAITING = 0.5;

  /** With less, the thread has no time for transactions shorter than those of its settings. */
  private static final double LEAST_SPARE = 0.1;

  /** A thread that has not worked yet. */
  static ThreadPace beginning(long nowNs) {
    return new ThreadPace(1, nowNs);
  }

  /**
   * The pace after the thread has asked for events.
   *
   * @param startNs when it asked
   * @param nowNs when it received them
   */
  ThreadPace after(long startNs, long nowNs) {
    long cycleNs = nowNs - endNs;
    if (cycleNs <= 0) {
      return this;
    }
    double kept = Math.exp(-cycleNs / MEMORY_NS);
    double share = (double) (nowNs - startNs) / cycleNs;
    return new ThreadPace(kept * waitingShare + (1 - kept) * share, nowNs);
  }

  /** Whether the thread waits for most of its time. */
  boolean waits() {
    return waitingShare >= LEAST_WAITING;
  }

  /** Whether the thread has some time left. */
  boolean keepsUp() {
    return waitingShare >= LEAST_SPARE;
  }
}
