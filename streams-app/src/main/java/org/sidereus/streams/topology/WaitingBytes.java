package org.sidereus.streams.topology;

import java.util.concurrent.atomic.AtomicLong;
import org.sidereus.streams.config.HeapShare;

/**
 * The memory of the events that wait at all partitions of an instance. Together they have an eighth
 * of the heap, and about as much again in the store. Partitions share it as {@link
 * HeapShare#isUsedUp} says, and read no more meanwhile. Safe for threads; an account is for one
 * thread.
 */
final class WaitingBytes {
  /** What an event needs beside its key and its value, about. */
  private static final int BYTES_PER_EVENT = 512;

  private final long most;
  private final AtomicLong all = new AtomicLong();

  /**
   * A memory.
   *
   * @param most bytes that may wait at all partitions
   */
  WaitingBytes(long most) {
    this.most = most;
  }

  /** An eighth of the heap of this process. */
  static WaitingBytes ofHeap() {
    return new WaitingBytes(HeapShare.bytes());
  }

  /** The account of a new partition. */
  Account account() {
    return new Account();
  }

  /** What waits at one partition. */
  final class Account {
    private long own;

    private Account() {}

    /**
     * Enters what waits now, and says whether no more should come.
     *
     * @param bytes of the keys and values
     * @param events how many they are
     */
    boolean isFull(long bytes, int events) {
      long now = bytes + (long) events * BYTES_PER_EVENT;
      long together = all.addAndGet(now - own);
      own = now;
      return HeapShare.isUsedUp(now, together, most);
    }

    /** Nothing waits at the partition any more. */
    void close() {
      all.addAndGet(-own);
      own = 0;
    }
  }
}
