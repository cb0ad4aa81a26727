package org.sidereus.streams.topology;

import java.util.OptionalLong;

/**
 * What the processors must know of the Kafka clients of their threads, and tell them. MUST be safe
 * for threads.
 */
public interface ClientWatch {
  /**
   * Header of a record that stands for one of the observations that was not unpacked, because it
   * takes too much memory. Its value is the unpacked size as 8 bytes; -1: not known.
   */
  String NOT_UNPACKED = "sidereus.not-unpacked-bytes";

  /**
   * Commits of the calling stream thread since it began. A processor that is called after this
   * number has grown knows that what it did before is committed.
   */
  long commits();

  /**
   * The end of a transaction.
   *
   * @param number how many transactions of all threads have ended by then
   * @param tookNs time from the first wait for its records to its end, nanoseconds
   */
  record TransactionEnd(long number, long tookNs) {
    /** None has ended yet. */
    public static final TransactionEnd NONE = new TransactionEnd(0, 0);
  }

  /** The transaction, of any thread, that has ended last: it was committed, or that failed. */
  TransactionEnd lastEnd();

  /**
   * Time since the calling stream thread has last asked for events, nanoseconds; 0: not known. In a
   * backlog, Kafka Streams works for minutes on what it has received before it asks again.
   */
  long sincePollNs();

  /**
   * The offset of the next record that the stream reads of a partition of the observations; empty:
   * not known. Records before it that are not visible, such as those of an aborted transaction, are
   * behind it.
   */
  OptionalLong position(int partition);

  /**
   * Whether to read no more of a partition of the observations for now. Records that were read
   * already still come.
   */
  void hold(int partition, boolean held);

  /** The stream begins to process a partition of the observations. */
  void begin(int partition);

  /**
   * The stream has taken a record of the observations out of its buffer.
   *
   * @param bytes size of its key and value
   */
  void taken(int partition, long bytes);

  /** The share of its time that the calling stream thread waits for events; 1: not known. */
  default double waitingShare() {
    return 1;
  }

  /**
   * Whether the calling stream thread waits for most of its time, and has taken all that was read
   * of a partition of the observations. Then small batches cost nothing. False: not known.
   */
  default boolean isQuiet(int partition) {
    return false;
  }

  /**
   * Whether the calling stream thread has time to commit now, and need not wait for the interval of
   * commits: it waits for most of its time and has taken all observations that it has read, or it
   * waits for some of its time and its last commit is some time ago. It has rested from its last
   * commit for as long as that took. False: not known.
   */
  default boolean hasTimeToCommit() {
    return false;
  }

  /**
   * Whether it is time for the calling stream thread to commit, and Kafka Streams would do so later
   * by itself. False: not known.
   */
  default boolean isCommitDue() {
    return false;
  }

  /**
   * Whether the calling stream thread commits soon; true once for each commit and each partition.
   * What waits for its batch at a commit is written with all of its bytes. False: not known.
   */
  default boolean isBeforeCommit(int partition) {
    return false;
  }

  /**
   * Whether to infer what is ready of a partition although its batch is not full: more of it does
   * not come at once, or not before the commit.
   */
  default boolean mayInfer(int partition) {
    return isQuiet(partition) || hasTimeToCommit() || isBeforeCommit(partition);
  }

  /** Clients of which nothing is known: every call is a transaction of its own. */
  static ClientWatch unknown() {
    return new ClientWatch() {
      private long calls;

      @Override
      public synchronized long commits() {
        return ++calls;
      }

      @Override
      public TransactionEnd lastEnd() {
        return TransactionEnd.NONE;
      }

      @Override
      public long sincePollNs() {
        return 0;
      }

      @Override
      public OptionalLong position(int partition) {
        return OptionalLong.empty();
      }

      @Override
      public void hold(int partition, boolean held) {}

      @Override
      public void begin(int partition) {}

      @Override
      public void taken(int partition, long bytes) {}
    };
  }
}
