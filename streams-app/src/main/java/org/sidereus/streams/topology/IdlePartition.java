package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Whether a partition of the observations is silent: nothing was published to it for a time. That
 * nothing arrives proves nothing, since the brokers may be away, or the thread may be busy with
 * another partition; so during a silence the brokers are asked again and again where the partition
 * ends, and the silence lasts as long as they answer at once and always the same. For one thread.
 */
final class IdlePartition {
  /** A broker that is there answers sooner. */
  private static final long PROMPT_MS = 2_000;

  private static final int PROBES = 10;

  private final EndOffsets ends;
  private final int partition;
  private final long neededMs;
  private final long probeEveryMs;
  private long sinceMs;
  private long lastTickMs;
  private long probedMs = Long.MIN_VALUE;
  private CompletableFuture<Long> probe;
  private Long end;

  IdlePartition(EndOffsets ends, int partition, Duration needed, long nowMs) {
    this.ends = ends;
    this.partition = partition;
    this.neededMs = needed.toMillis();
    this.probeEveryMs = Math.max(1, Math.min(PROMPT_MS, neededMs / PROBES));
    this.sinceMs = nowMs;
    this.lastTickMs = nowMs;
  }

  /** An event has come. */
  void end(long nowMs) {
    sinceMs = nowMs;
    end = null;
  }

  /** Whether the silence has lasted long enough. To be asked every second or so. */
  boolean lasts(long nowMs) {
    if (nowMs - lastTickMs > PROMPT_MS + probeEveryMs) {
      // The thread was busy: what came meanwhile may be unread.
      end(nowMs);
    }
    lastTickMs = nowMs;
    if (probe != null) {
      hear(nowMs);
    }
    // The last probe must be an answer: a probe under way proves nothing yet.
    boolean proven = end != null && nowMs - sinceMs >= neededMs;
    if (probe == null && !proven && nowMs - sinceMs >= probeEveryMs) {
      probe = ends.of(partition).toCompletableFuture();
      probedMs = nowMs;
      if (probe.isDone()) {
        hear(nowMs);
      }
    }
    return end != null && nowMs - sinceMs >= neededMs;
  }

  private void hear(long nowMs) {
    boolean late = nowMs - probedMs > PROMPT_MS;
    if (!probe.isDone()) {
      if (late) {
        end(nowMs);
      }
      return;
    }
    if (late || probe.isCompletedExceptionally()) {
      end(nowMs);
    } else {
      Long answer = probe.join();
      if (end != null && !end.equals(answer)) {
        sinceMs = nowMs;
      }
      end = answer;
    }
    probe = null;
  }
}
