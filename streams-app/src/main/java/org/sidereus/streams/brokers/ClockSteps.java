package org.sidereus.streams.brokers;

import java.time.Duration;

/** Notices that the clock of the machine was set. For one thread. */
public final class ClockSteps {
  /** Heartbeats that are late by less do no harm. */
  private static final Duration LEAST = Duration.ofSeconds(2);

  private final MachineClock clock;
  private long lastMs;
  private long lastNs;

  /**
   * Begins to look.
   *
   * @param clock the clocks of the machine
   */
  public ClockSteps(MachineClock clock) {
    this.clock = clock;
    this.lastMs = clock.epochMs().getAsLong();
    this.lastNs = clock.elapsedNs().getAsLong();
  }

  /** By how much the clock was set since the last call; negative: back; zero: not, or by little. */
  public Duration next() {
    long nowMs = clock.epochMs().getAsLong();
    long nowNs = clock.elapsedNs().getAsLong();
    Duration step = Duration.ofMillis(nowMs - lastMs).minusNanos(nowNs - lastNs);
    lastMs = nowMs;
    lastNs = nowNs;
    return step.abs().compareTo(LEAST) < 0 ? Duration.ZERO : step;
  }
}
