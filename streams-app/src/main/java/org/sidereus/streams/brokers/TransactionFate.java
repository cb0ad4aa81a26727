package org.sidereus.streams.brokers;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * How a transaction ended, by all that its coordinator has written, in this order. A transaction
 * that is over, and whose end is missing in a partition, was left by its coordinator. For one
 * thread.
 */
final class TransactionFate {
  private final long producerId;
  private final short epoch;
  private final Set<TopicPartition> partitions = new HashSet<>();
  private final Set<Boolean> committed = new HashSet<>();
  private boolean running;
  private short endEpoch;

  /**
   * How a transaction ended.
   *
   * @param committed whether it was committed; otherwise it was aborted
   * @param epoch of the producer in its end
   * @param partitions of the transaction
   */
  record End(boolean committed, short epoch, Set<TopicPartition> partitions) {
    End {
      partitions = Set.copyOf(partitions);
    }
  }

  /** Of the transaction of a producer that writes with this epoch. */
  TransactionFate(long producerId, short epoch) {
    this.producerId = producerId;
    this.epoch = epoch;
  }

  /** Enters the next entry of its transactional id. */
  void enter(TransactionEntry entry) {
    boolean same = entry.producerId() == producerId;
    switch (entry.state()) {
      case ONGOING -> {
        running = same && entry.epoch() == epoch;
        addPartitions(entry);
      }
      case PREPARE_COMMIT, PREPARE_ABORT, PREPARE_EPOCH_FENCE -> {
        running &= same;
        addPartitions(entry);
      }
      case COMPLETE_COMMIT, COMPLETE_ABORT -> {
        if (running && same) {
          committed.add(entry.state() == TransactionEntry.State.COMPLETE_COMMIT);
          endEpoch = entry.epoch();
        }
        running = false;
      }
      case EMPTY, DEAD -> running = false;
    }
  }

  private void addPartitions(TransactionEntry entry) {
    if (running) {
      partitions.addAll(entry.partitions());
    }
  }

  /**
   * Its end; empty: it is not over, the coordinator has not written it, or transactions of the same
   * epoch ended in different ways.
   */
  Optional<End> end() {
    return running || committed.size() != 1
        ? Optional.empty()
        : Optional.of(new End(committed.contains(true), endEpoch, partitions));
  }
}
