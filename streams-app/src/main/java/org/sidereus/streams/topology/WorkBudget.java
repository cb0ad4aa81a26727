package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time that processors may work. A call that works longer goes on in the next call, so that the
 * transaction of the thread is committed in time, whatever waits, and however slow the machine is.
 *
 * <p>One call may take a thirtieth of the transaction timeout, and all calls of a thread within one
 * transaction a third. Each thread has a budget of its own. Safe for threads.
 */
final class WorkBudget {
  private static final int CALLS_PER_TIMEOUT = 30;
  private static final int TRANSACTIONS_PER_TIMEOUT = 3;

  private final long callNs;
  private final long transactionNs;
  private final ClientWatch clients;
  private final LongSupplier clockNs;
  private final ThreadLocal<Transaction> current = ThreadLocal.withInitial(Transaction::new);

  /** What a thread has done in its transaction. */
  private static final class Transaction {
    private long commits;
    private long workedNs;
  }

  /**
   * A budget.
   *
   * @param transactionTimeout time after which the brokers give a transaction up
   * @param clockNs time in nanoseconds that never runs backwards
   */
  WorkBudget(Duration transactionTimeout, ClientWatch clients, LongSupplier clockNs) {
    this.callNs = transactionTimeout.toNanos() / CALLS_PER_TIMEOUT;
    this.transactionNs = transactionTimeout.toNanos() / TRANSACTIONS_PER_TIMEOUT;
    this.clients = clients;
    this.clockNs = clockNs;
  }

  /** Time that one call may take, nanoseconds. */
  long callNs() {
    return callNs;
  }

  /** Begins a call of the calling thread. */
  Call begin() {
    Transaction transaction = current.get();
    long commits = clients.commits();
    if (commits != transaction.commits) {
      transaction.commits = commits;
      transaction.workedNs = 0;
    }
    return new Call(transaction, Math.min(callNs, transactionNs - transaction.workedNs));
  }

  /** One call. Close it at its end. */
  final class Call implements AutoCloseable {
    private final Transaction transaction;
    private final long startNs = clockNs.getAsLong();
    private final long mostNs;

    private Call(Transaction transaction, long mostNs) {
      this.transaction = transaction;
      this.mostNs = mostNs;
    }

    /** Time that is left, nanoseconds; 0 or less: none. */
    long leftNs() {
      return mostNs - (clockNs.getAsLong() - startNs);
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
