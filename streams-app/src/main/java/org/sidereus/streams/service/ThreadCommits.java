package org.sidereus.streams.service;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** When the stream threads commit. Each thread sees its own commits only. */
final class ThreadCommits {
  private final LongSupplier clockNs;
  private final long intervalNs;
  private final ThreadLocal<@Nullable Commit> last = new ThreadLocal<>();

  /**
   * A commit.
   *
   * @param told the partitions that were told that the next one is near; added to
   */
  private record Commit(long endNs, long tookNs, Set<Integer> told) {}

  /**
   * No commit yet.
   *
   * @param clockNs nanoseconds by a clock that is never set
   * @param interval the time from one commit to the next
   */
  ThreadCommits(LongSupplier clockNs, Duration interval) {
    this.clockNs = clockNs;
    this.intervalNs = interval.toNanos();
  }

  long nowNs() {
    return clockNs.getAsLong();
  }

  /**
   * The calling thread has ended a commit.
   *
   * @param tookNs the time that it has waited for it
   */
  void ended(long tookNs) {
    last.set(new Commit(nowNs(), tookNs, new HashSet<>()));
  }

  /** Whether the last commit of the calling thread ended less than its own length ago. */
  boolean isRecent() {
    Commit commit = last.get();
    return commit != null && nowNs() - commit.endNs() < commit.tookNs();
  }

  /**
   * Whether the calling thread commits within a tenth of the interval. True once for each commit
   * and each partition. False also where it is not known, because nothing was committed for long.
   */
  boolean isNear(int partition) {
    Commit commit = last.get();
    if (commit == null) {
      return false;
    }
    long sinceNs = nowNs() - commit.endNs();
    return sinceNs >= intervalNs - intervalNs / 10
        && sinceNs < 2 * intervalNs
        && commit.told().add(partition);
  }
}
