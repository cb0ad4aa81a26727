package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Detects whether a partition of the observations is idle: nothing was published to it for a time.
 * It is not enough that no event arrives, since the brokers may be away, the thread may be busy
 * with another partition, or the events may be behind an open transaction. So the end offset of the
 * partition is requested again and again, and the partition is idle as long as the brokers respond
 * at once and with the same offset, and the stream has read up to it. For one thread.
 */
final class IdlePartition {
  /** A broker that is there responds sooner. */
  private static final long PROMPT_MS = 2_000;

  private static final int PROBES = 10;

  private final EndOffsets ends;
  private final ClientWatch clients;
  private final int partition;
  private final long idleMs;
  private final long probeEveryMs;
  private long sinceMs;
  private long lastTickMs;
  private long probedMs = Long.MIN_VALUE;
  private @Nullable CompletableFuture<Long> probe;
  private @Nullable Long end;

  IdlePartition(
      EndOffsets ends, ClientWatch clients, int partition, Duration idleTime, long nowMs) {
    this.ends = ends;
    this.clients = clients;
    this.partition = partition;
    this.idleMs = idleTime.toMillis();
    this.probeEveryMs = Math.max(1, Math.min(PROMPT_MS, idleMs / PROBES));
    this.sinceMs = nowMs;
    this.lastTickMs = nowMs;
  }

  /** Records that an event has come. */
  void event(long nowMs) {
    sinceMs = nowMs;
    end = null;
  }

  /** Returns whether the partition is idle. Call it about every second. */
  boolean isIdle(long nowMs) {
    if (nowMs - lastTickMs > PROMPT_MS + probeEveryMs) {
      // The thread was busy: what came meanwhile may be unread.
      event(nowMs);
    }
    lastTickMs = nowMs;
    if (probe != null) {
      complete(probe, nowMs);
    }
    // The last probe must be complete: a probe under way proves nothing yet.
    boolean proven = end != null && nowMs - sinceMs >= idleMs;
    if (probe == null && !proven && nowMs - sinceMs >= probeEveryMs) {
      probe = ends.of(partition).toCompletableFuture();
      probedMs = nowMs;
      if (probe.isDone()) {
        complete(probe, nowMs);
      }
    }
    return end != null && nowMs - sinceMs >= idleMs;
  }

  /** Whether there are records before an offset that the stream has not reached. */
  private boolean isUnread(long offset) {
    OptionalLong position = clients.position(partition);
    return position.isPresent() && position.getAsLong() < offset;
  }

  private void complete(CompletableFuture<Long> probed, long nowMs) {
    boolean late = nowMs - probedMs > PROMPT_MS;
    if (!probed.isDone()) {
      if (late) {
        event(nowMs);
      }
      return;
    }
    if (late || probed.isCompletedExceptionally()) {
      event(nowMs);
    } else {
      Long now = probed.join();
      if ((end != null && !end.equals(now)) || isUnread(now)) {
        sinceMs = nowMs;
      }
      end = now;
    }
    probe = null;
  }
}
