package org.sidereus.explorer.follow;

import java.time.Clock;

/** Counts by second of the last minutes. Safe for threads. */
public final class Rates {
  /** Seconds that are kept. */
  public static final int SECONDS = 300;

  private final Clock clock;
  private final long[] second = new long[SECONDS + 1];
  private final long[] posteriors = new long[SECONDS + 1];
  private final long[] rejections = new long[SECONDS + 1];

  public Rates(Clock clock) {
    this.clock = clock;
  }

  /** Counts posteriors and rejections that arrive now. */
  public synchronized void add(long morePosteriors, long moreRejections) {
    long now = clock.millis() / 1000;
    int slot = (int) (now % second.length);
    if (second[slot] != now) {
      second[slot] = now;
      posteriors[slot] = 0;
      rejections[slot] = 0;
    }
    posteriors[slot] += morePosteriors;
    rejections[slot] += moreRejections;
  }

  /**
   * The counts of the last whole seconds, the oldest first.
   *
   * @param posteriors [SECONDS]
   * @param rejections [SECONDS]
   */
  public record Counts(long[] posteriors, long[] rejections) {}

  public synchronized Counts last() {
    long now = clock.millis() / 1000;
    Counts counts = new Counts(new long[SECONDS], new long[SECONDS]);
    for (int i = 0; i < SECONDS; i++) {
      long wanted = now - SECONDS + i;
      int slot = (int) (wanted % second.length);
      if (second[slot] == wanted) {
        counts.posteriors[i] = posteriors[slot];
        counts.rejections[i] = rejections[slot];
      }
    }
    return counts;
  }
}
