package org.sidereus.streams.service;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** When the stream threads commit. Each thread sees its own commits only. */
final class ThreadCommits {
  /** A thread works for so many times as long as its last commit took before the next one. */
  private static final int WORK_PER_COMMIT = 3;

  private final LongSupplier clockNs;
  private final long intervalNs;
  private final long longestNs;
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
   * @param interval the time from one commit to the next, where commits are short
   * @param longest the time after which Kafka Streams commits by itself
   */
  ThreadCommits(LongSupplier clockNs, Duration interval, Duration longest) {
    this.clockNs = clockNs;
    this.intervalNs = interval.toNanos();
    this.longestNs = longest.toNanos();
  }

  /** The time from a commit to the next one: commits take a quarter of the time at most. */
  private long untilNextNs(Commit commit) {
    return Math.min(longestNs, Math.max(intervalNs, WORK_PER_COMMIT * commit.tookNs()));
  }

  /**
   * Whether the calling thread must ask for a commit, because Kafka Streams commits too late by
   * itself.
   */
  boolean isDue() {
    Commit commit = last.get();
    return longestNs > intervalNs
        && commit != null
        && nowNs() - commit.endNs() >= untilNextNs(commit);
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

  /** Whether the calling thread has ended no commit in the time before now. */
  boolean isPast(Duration time) {
    Commit commit = last.get();
    return commit == null || nowNs() - commit.endNs() >= time.toNanos();
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
    long untilNextNs = untilNextNs(commit);
    return sinceNs >= untilNextNs - untilNextNs / 10
        && sinceNs < 2 * untilNextNs
        && commit.told().add(partition);
  }
}
