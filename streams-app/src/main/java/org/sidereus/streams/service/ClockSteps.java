package org.sidereus.streams.service;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Notices that the clock of the machine was set. For one thread. */
final class ClockSteps {
  /** Heartbeats that are late by less do no harm. */
  private static final Duration LEAST = Duration.ofSeconds(2);

  private final LongSupplier machineMs;
  private final LongSupplier elapsedNs;
  private long lastMs;
  private long lastNs;

  /**
   * Begins to look.
   *
   * @param machineMs milliseconds since 1970 by a clock that may be set
   * @param elapsedNs nanoseconds by a clock that is never set
   */
  ClockSteps(LongSupplier machineMs, LongSupplier elapsedNs) {
    this.machineMs = machineMs;
    this.elapsedNs = elapsedNs;
    this.lastMs = machineMs.getAsLong();
    this.lastNs = elapsedNs.getAsLong();
  }

  /** By how much the clock was set since the last call; negative: back; zero: not, or by little. */
  Duration next() {
    long nowMs = machineMs.getAsLong();
    long nowNs = elapsedNs.getAsLong();
    Duration step = Duration.ofMillis(nowMs - lastMs).minusNanos(nowNs - lastNs);
    lastMs = nowMs;
    lastNs = nowNs;
    return step.abs().compareTo(LEAST) < 0 ? Duration.ZERO : step;
  }
}
