package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Transactions that nobody ends. Brokers of Kafka 4.3 that are all stopped in the middle of a
 * commit may take it for complete without having marked its end in the partitions. Nothing behind
 * it can then be read with {@code isolation.level=read_committed}, for ever. Only an operator can
 * tell whether to abort it, so this class finds it and says what to do. For one thread.
 */
final class HangingTransactions {
  /** Longer than any transaction of the service, its time-out and the pause of the brokers. */
  static final Duration LONGEST = Duration.ofMinutes(2);

  private final String bootstrapServers;
  private final LongSupplier clockNs;
  private final Consumer<String> warnings;
  private final Map<TopicPartition, Open> open = new HashMap<>();

  /** Offsets that are held back. */
  private final Map<TopicPartition, Open> offsets = new HashMap<>();

  /**
   * An open transaction of a partition.
   *
   * @param offset at which it stands
   * @param sinceNs since when it was seen there
   */
  private record Open(long offset, long sinceNs) {}

  /**
   * No transaction is known yet.
   *
   * @param warnings gets a sentence for each transaction that is open for too long
   */
  HangingTransactions(String bootstrapServers, LongSupplier clockNs, Consumer<String> warnings) {
    this.bootstrapServers = bootstrapServers;
    this.clockNs = clockNs;
    this.warnings = warnings;
  }

  /**
   * Enters where a partition can be read to.
   *
   * @param stable offset of the first open transaction, or the end
   * @param end offset after the last record
   */
  void see(TopicPartition partition, long stable, long end) {
    if (stable >= end) {
      open.remove(partition);
    } else if (hangs(open, partition, stable)) {
      warnings.accept(
          ("partition %d of '%s' has a transaction at offset %d that nobody ends, and the stream"
               + " reads nothing behind it; it comes from brokers that were stopped in the middle"
               + " of a commit. Abort it, and what it has in __consumer_offsets:"
               + " kafka-transactions.sh --bootstrap-server %s abort --topic %s --partition %d"
               + " --start-offset %d")
              .formatted(
                  partition.partition(),
                  partition.topic(),
                  stable,
                  bootstrapServers,
                  partition.topic(),
                  partition.partition(),
                  stable));
    }
  }

  /**
   * Enters which offsets of a consumer group the brokers hold back because a transaction is open
   * that commits them. A partition whose offset is held back does not begin. While the service
   * works, offsets are held back again and again, but they go on.
   *
   * @param heldBack partitions, each with the last offset that is committed; -1: none
   */
  void seeOffsets(String group, Map<TopicPartition, Long> heldBack) {
    offsets.keySet().retainAll(heldBack.keySet());
    boolean any = false;
    for (Map.Entry<TopicPartition, Long> one : heldBack.entrySet()) {
      any |= hangs(offsets, one.getKey(), one.getValue());
    }
    if (any) {
      warnings.accept(
          ("the brokers hold back an offset of '%s' behind a transaction that nobody ends, and its"
               + " partition does not begin; it comes from brokers that were stopped in the middle"
               + " of a commit. Find it with kafka-transactions.sh --bootstrap-server %s"
               + " find-hanging --topic __consumer_offsets, and abort it with the partition and the"
               + " start offset that this prints: kafka-transactions.sh --bootstrap-server %s abort"
               + " --topic __consumer_offsets --partition P --start-offset N")
              .formatted(group, bootstrapServers, bootstrapServers));
    }
  }

  /**
   * Whether a partition is at the same place for longer than {@link #LONGEST}; then again after the
   * same time.
   */
  private boolean hangs(Map<TopicPartition, Open> seen, TopicPartition partition, long offset) {
    long nowNs = clockNs.getAsLong();
    Open before = seen.get(partition);
    if (before == null || before.offset() != offset) {
      seen.put(partition, new Open(offset, nowNs));
      return false;
    }
    if (nowNs - before.sinceNs() <= LONGEST.toNanos()) {
      return false;
    }
    seen.put(partition, new Open(offset, nowNs));
    return true;
  }
}
