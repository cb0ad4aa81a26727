package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The share of the time of each stream thread that sums and posteriors of groups may take while
 * observations come, and posteriors also while sums come. Where they would take more, they are
 * emitted less often: the emit interval becomes longer by itself. Where a thread has little time
 * left while observations come, the share is smaller, down to a quarter. Where nothing of that kind
 * has come to the thread for a tenth of the emit interval and four times as long as a commit takes,
 * there is no limit.
 *
 * <p>What is sent to the combination also takes time where it is received. The sender pays for it,
 * at the rate at which this process receives: a receiver cannot refuse a message, and would have no
 * time for its own.
 *
 * <p>The processors of one thread take turns; the one that has waited longest is next. Sums go
 * before posteriors, because a posterior without them is published again when they come; but of
 * {@value #TURNS} turns, posteriors have one. Safe for threads; a processor belongs to one thread.
 */
final class EmissionShare {
  private static final double NS_PER_MS = 1e6;

  /** Where sums take the whole share, posteriors have one of so many turns. */
  private static final int TURNS = 5;

  /**
   * Sums of another thread come with its commit: one in about so many times as long as it takes.
   */
  private static final int COMMIT_CYCLE = 4;

  /** Other instances may send most of what this process receives. */
  private static final double MOST_RECEIPT = 10;

  /** A thread that waits for events for so much of its time has time for the whole share. */
  private static final double SPARE = 0.2;

  private static final double LEAST_PART = 0.25;

  private final double share;
  private final long restMs;
  private final LongSupplier lastCommitNs;
  private final DoubleSupplier waitingShare;
  private final ThreadLocal<Turns> turns = ThreadLocal.withInitial(Turns::new);
  private final LongAdder sentNs = new LongAdder();
  private final LongAdder receivedNs = new LongAdder();

  /**
   * A share.
   *
   * @param share in (0, 1]; 1: no limit
   * @param emitInterval time between two posteriors of a group that changes
   * @param lastCommitNs how long the last commit of a thread took, nanoseconds
   * @param waitingShare the share of its time that the calling thread waits for events, 0 to 1
   */
  EmissionShare(
      double share, Duration emitInterval, LongSupplier lastCommitNs, DoubleSupplier waitingShare) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share must be in (0, 1] but is " + share);
    }
    this.share = share;
    this.restMs = EmitSchedule.restMs(emitInterval);
    this.lastCommitNs = lastCommitNs;
    this.waitingShare = waitingShare;
  }

  /**
   * A thread that has emitted nothing may take at once what its share allows in a tenth of the emit
   * interval and during the last commit, and no more: observations wait meanwhile. A commit of
   * hundreds of partitions takes longer than the interval, and nothing is emitted meanwhile.
   */
  private double mostCreditNs(double shareNow) {
    return shareNow * (restMs * NS_PER_MS + lastCommitNs.getAsLong());
  }

  /** A pause that is as long ends a limit. */
  private double pauseMs() {
    return restMs + COMMIT_CYCLE * lastCommitNs.getAsLong() / NS_PER_MS;
  }

  /** What the processors of one thread have taken, and who waits. */
  private final class Turns {
    private final Set<Account> sums = new LinkedHashSet<>();
    private final Set<Account> posteriors = new LinkedHashSet<>();

    /** Turns of sums since the last one of posteriors. */
    private int turnsOfSums;

    private double balanceNs = mostCreditNs(share);
    private long creditedMs;
    private long observedMs;
    private long summedMs;

    private void credit(long nowMs) {
      // A clock that is set back gives nothing.
      double elapsedNs = Math.max(0, nowMs - creditedMs) * NS_PER_MS;
      observedMs = Math.min(observedMs, nowMs);
      summedMs = Math.min(summedMs, nowMs);
      double shareNow = shareNow(nowMs);
      balanceNs = Math.min(mostCreditNs(shareNow), balanceNs + shareNow * elapsedNs);
      creditedMs = nowMs;
    }

    private double shareNow(long nowMs) {
      if (nowMs - observedMs >= pauseMs()) {
        return share;
      }
      return share * Math.max(LEAST_PART, Math.min(1, waitingShare.getAsDouble() / SPARE));
    }

    private boolean isNext(Account account) {
      boolean ofSums = posteriors.isEmpty() || (!sums.isEmpty() && turnsOfSums < TURNS - 1);
      return (ofSums ? sums : posteriors).iterator().next() == account;
    }
  }

  /** The account of a processor that sends sums; it must use it on its own thread. */
  Account ofSums() {
    return new Account(true);
  }

  /** The account of a processor that publishes posteriors; it must use it on its own thread. */
  Account ofPosteriors() {
    return new Account(false);
  }

  /** The account of one processor. */
  final class Account {
    private final boolean sendsSums;

    private Account(boolean sendsSums) {
      this.sendsSums = sendsSums;
    }

    private Set<Account> waiting() {
      Turns own = turns.get();
      return sendsSums ? own.sums : own.posteriors;
    }

    /** For sums: an observation has come, or changes one. For posteriors: a sum has come. */
    void change(long nowMs) {
      Turns own = turns.get();
      if (sendsSums) {
        own.observedMs = nowMs;
      } else {
        own.summedMs = nowMs;
      }
    }

    /** Whether the processor, which has something to emit, may do so now; else it waits. */
    boolean mayEmit(long nowMs) {
      Turns own = turns.get();
      own.credit(nowMs);
      if (isUnlimited(nowMs)) {
        return sendsSums || own.sums.isEmpty();
      }
      waiting().add(this);
      return own.isNext(this) && goesOn(nowMs, 0);
    }

    /**
     * Whether a turn that {@link #mayEmit} has allowed may go on.
     *
     * @param nowMs the time at which it began
     * @param tookNs time that it has taken so far
     */
    boolean goesOn(long nowMs, long tookNs) {
      return isUnlimited(nowMs) || turns.get().balanceNs > tookNs;
    }

    private boolean isUnlimited(long nowMs) {
      Turns own = turns.get();
      double pauseMs = pauseMs();
      return share >= 1
          || (nowMs - own.observedMs >= pauseMs && (sendsSums || nowMs - own.summedMs >= pauseMs));
    }

    /**
     * A turn is over.
     *
     * @param nowMs the time at which it began
     * @param tookNs time that it has taken
     * @param more whether the processor has more to emit and waits for its next turn
     */
    void endTurn(long nowMs, long tookNs, boolean more) {
      Turns own = turns.get();
      if (!isUnlimited(nowMs)) {
        own.balanceNs -= tookNs;
      }
      own.turnsOfSums = sendsSums ? own.turnsOfSums + 1 : 0;
      waiting().remove(this);
      if (more) {
        waiting().add(this);
      }
    }

    /** Messages to the combination were sent. */
    void sent(long tookNs) {
      sentNs.add(tookNs);
    }

    /** Messages to the combination were received. */
    void received(long tookNs) {
      receivedNs.add(tookNs);
    }

    /** What it takes to send and to receive messages to the combination. */
    long withReceipt(long sendingNs) {
      long sent = sentNs.sum();
      double receipt = sent > 0 ? Math.min(MOST_RECEIPT, receivedNs.sum() / (double) sent) : 0;
      return (long) (sendingNs * (1 + receipt));
    }

    /** The processor has nothing to emit, or emits without regard to the share. */
    void leave() {
      waiting().remove(this);
    }
  }
}
