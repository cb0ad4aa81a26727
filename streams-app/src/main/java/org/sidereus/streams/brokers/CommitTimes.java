package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** When the stream threads have begun and committed their transactions. Safe for threads. */
public final class CommitTimes {
  private final LongSupplier clockNs;
  private final Map<Object, Long> begun = new ConcurrentHashMap<>();
  private volatile long committedNs;
  private volatile boolean anyCommit;

  /**
   * No transaction yet.
   *
   * @param clockNs nanoseconds of a clock that never goes back
   */
  public CommitTimes(LongSupplier clockNs) {
    this.clockNs = clockNs;
  }

  /** A producer has something to commit. */
  void begin(Object producer) {
    begun.putIfAbsent(producer, clockNs.getAsLong());
  }

  /** The brokers have confirmed what a producer had to commit. */
  void commit(Object producer) {
    begun.remove(producer);
    committedNs = clockNs.getAsLong();
    anyCommit = true;
  }

  /** A producer has dropped its transaction. What it held is still to be committed by another. */
  void end(Object producer) {
    begun.remove(producer);
  }

  /** Time since the last commit that the brokers confirmed; empty: there was none yet. */
  public Optional<Duration> sinceLastCommit() {
    return anyCommit
        ? Optional.of(Duration.ofNanos(clockNs.getAsLong() - committedNs))
        : Optional.empty();
  }

  /** For how long the oldest transaction is open that is not committed; zero: none is. */
  public Duration oldestOpen() {
    long nowNs = clockNs.getAsLong();
    return Duration.ofNanos(
        begun.values().stream().mapToLong(since -> nowNs - since).max().orElse(0));
  }
}
