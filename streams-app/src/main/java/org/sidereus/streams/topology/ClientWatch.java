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

  /** Clients of which nothing is known: every call is a transaction of its own. */
  static ClientWatch unknown() {
    return new ClientWatch() {
      private long calls;

      @Override
      public synchronized long commits() {
        return ++calls;
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
