package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The share of the time of each stream thread that sums and posteriors of groups may take while
 * observations come. Where they would take more, they are emitted less often: the emit interval
 * becomes longer by itself. Where a thread has little time left for observations, the share is
 * smaller, down to a quarter. Where nothing has come to the thread for a tenth of the emit
 * interval, there is no limit.
 *
 * <p>What is sent to the combination also takes time where it is received. The sender pays for it,
 * at the rate at which this process receives: a receiver cannot refuse a message, and would have no
 * time for its own.
 *
 * <p>The processors of one thread take turns; the one that has waited longest is next. Safe for
 * threads; a processor belongs to one thread.
 */
final class EmissionShare {
  private static final double NS_PER_MS = 1e6;

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

  /** The share of the calling thread now. */
  private double shareNow() {
    return share * Math.max(LEAST_PART, Math.min(1, waitingShare.getAsDouble() / SPARE));
  }

  /**
   * A thread that has emitted nothing may take at once what its share allows in a tenth of the emit
   * interval and during the last commit, and no more: observations wait meanwhile. A commit of
   * hundreds of partitions takes longer than the interval, and nothing is emitted meanwhile.
   */
  private double mostCreditNs() {
    return shareNow() * (restMs * NS_PER_MS + lastCommitNs.getAsLong());
  }

  /** What the processors of one thread have taken, and who waits. */
  private final class Turns {
    private final Set<Account> waiting = new LinkedHashSet<>();
    private double balanceNs = mostCreditNs();
    private long creditedMs;
    private long changedMs;

    private void credit(long nowMs) {
      // A clock that is set back gives nothing.
      double elapsedNs = Math.max(0, nowMs - creditedMs) * NS_PER_MS;
      balanceNs = Math.min(mostCreditNs(), balanceNs + shareNow() * elapsedNs);
      creditedMs = nowMs;
      changedMs = Math.min(changedMs, nowMs);
    }
  }

  /** The account of a new processor, which must use it on its own thread. */
  Account account() {
    return new Account();
  }

  /** The account of one processor. */
  final class Account {
    private Account() {}

    /** An observation or a sum has come. */
    void change(long nowMs) {
      turns.get().changedMs = nowMs;
    }

    /** Whether the processor, which has something to emit, may do so now; else it waits. */
    boolean mayEmit(long nowMs) {
      Turns own = turns.get();
      own.credit(nowMs);
      if (share >= 1 || nowMs - own.changedMs >= restMs) {
        return true;
      }
      own.waiting.add(this);
      return own.waiting.iterator().next() == this && goesOn(nowMs, 0);
    }

    /**
     * Whether a turn that {@link #mayEmit} has allowed may go on.
     *
     * @param nowMs the time at which it began
     * @param tookNs time that it has taken so far
     */
    boolean goesOn(long nowMs, long tookNs) {
      Turns own = turns.get();
      return share >= 1 || own.balanceNs > tookNs || nowMs - own.changedMs >= restMs;
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
      if (nowMs - own.changedMs < restMs) {
        own.balanceNs -= tookNs;
      }
      own.waiting.remove(this);
      if (more) {
        own.waiting.add(this);
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
      turns.get().waiting.remove(this);
    }
  }
}
