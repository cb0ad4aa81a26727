package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time that processors may work. A call that works longer goes on in the next call, so that the
 * transaction of the thread is committed in time, whatever waits, and however slow the machine is.
 *
 * <p>One call may take a thirtieth of the transaction timeout, and all calls of a thread within one
 * transaction a third. A thread that has not asked for events for {@link #LONGEST_WITHOUT_POLL} has
 * no time until it does: Kafka Streams asks again when all that it has received is taken, and calls
 * that only take events are short. So other instances do not wait for this one when partitions
 * move. A thread that has written nothing has no transaction and commits none; so what its calls
 * took is forgotten after the timeout, or they would use their time up for good. Where transactions
 * take long to end, because brokers are slow or throttle, all calls get a smaller share of their
 * time, so that there is less to write. Each thread has a budget of its own. Safe for threads.
 */
final class WorkBudget {
  private static final int CALLS_PER_TIMEOUT = 30;
  private static final int TRANSACTIONS_PER_TIMEOUT = 3;

  /** A sixth of the timeout is long for the end of a transaction. */
  private static final int ENDS_PER_TIMEOUT = 6;

  /** An outage may make the share so small; after five commits it is 1 again. */
  private static final double LEAST_SHARE = 1.0 / 32;

  private static final double GROWTH = 2;

  /** Longest time of work between two polls; a last call may end later. */
  static final Duration LONGEST_WITHOUT_POLL = Duration.ofSeconds(10);

  private final long timeoutNs;
  private final long callNs;
  private final long transactionNs;
  private final long longEndNs;
  private final ClientWatch clients;
  private final LongSupplier clockNs;
  private final ThreadLocal<Transaction> current = ThreadLocal.withInitial(Transaction::new);

  /**
   * The share of their time that calls have, 0 to 1, and the last transaction that it allows for.
   */
  private double share = 1;

  private long ends;

  /** What a thread has done in its transaction. */
  private static final class Transaction {
    private long commits;
    private long beganNs;
    private long workedNs;
  }

  /**
   * A budget.
   *
   * @param transactionTimeout time after which the brokers give a transaction up
   * @param clockNs time in nanoseconds that never runs backwards
   */
  WorkBudget(Duration transactionTimeout, ClientWatch clients, LongSupplier clockNs) {
    this.timeoutNs = transactionTimeout.toNanos();
    this.callNs = transactionTimeout.toNanos() / CALLS_PER_TIMEOUT;
    this.transactionNs = transactionTimeout.toNanos() / TRANSACTIONS_PER_TIMEOUT;
    this.longEndNs = transactionTimeout.toNanos() / ENDS_PER_TIMEOUT;
    this.clients = clients;
    this.clockNs = clockNs;
  }

  /** Time that one call may take, nanoseconds. */
  long callNs() {
    return (long) (share() * callNs);
  }

  private synchronized double share() {
    ClientWatch.TransactionEnd last = clients.lastEnd();
    if (last.number() != ends) {
      ends = last.number();
      share =
          last.tookNs() > longEndNs
              ? Math.max(LEAST_SHARE, share * longEndNs / last.tookNs())
              : Math.min(1, GROWTH * share);
    }
    return share;
  }

  /** Begins a call of the calling thread. */
  Call begin() {
    Transaction transaction = current.get();
    long commits = clients.commits();
    long nowNs = clockNs.getAsLong();
    // The brokers would have ended a transaction that is older.
    if (commits != transaction.commits || nowNs - transaction.beganNs > timeoutNs) {
      transaction.commits = commits;
      transaction.beganNs = nowNs;
      transaction.workedNs = 0;
    }
    boolean pollIsDue = clients.sincePollNs() > LONGEST_WITHOUT_POLL.toNanos();
    double now = share();
    long mostNs =
        Math.min((long) (now * callNs), (long) (now * transactionNs) - transaction.workedNs);
    return new Call(transaction, pollIsDue ? 0 : mostNs, pollIsDue);
  }

  /** One call. Close it at its end. */
  final class Call implements AutoCloseable {
    private final Transaction transaction;
    private final long startNs = clockNs.getAsLong();
    private final long mostNs;
    private final boolean pollIsDue;

    private Call(Transaction transaction, long mostNs, boolean pollIsDue) {
      this.transaction = transaction;
      this.mostNs = mostNs;
      this.pollIsDue = pollIsDue;
    }

    /** Time that is left, nanoseconds; 0 or less: none. */
    long leftNs() {
      return mostNs - (clockNs.getAsLong() - startNs);
    }

    /** Whether the thread must ask for events before it works again. */
    boolean awaitsPoll() {
      return pollIsDue;
    }

    /**
     * Whether the rest of the work waits for a commit, so that a processor should ask for one. A
     * thread that must poll first would only commit after each event.
     */
    boolean awaitsCommit() {
      return isOver() && !pollIsDue;
    }

    /** Whether the rest of the work must wait for another call. */
    boolean isOver() {
      return leftNs() <= 0;
    }

    @Override
    public void close() {
      transaction.workedNs += clockNs.getAsLong() - startNs;
    }
  }
}
