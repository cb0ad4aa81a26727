package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
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
  private OptionalLong unstableSinceNs = OptionalLong.empty();

  /** The first open transaction of a partition, and since when it was seen. */
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
    Open before = open.get(partition);
    if (stable >= end) {
      open.remove(partition);
    } else if (before == null || before.offset() != stable) {
      open.put(partition, new Open(stable, clockNs.getAsLong()));
    } else if (clockNs.getAsLong() - before.sinceNs() > LONGEST.toNanos()) {
      warnings.accept(
          ("partition %d of '%s' has a transaction at offset %d that nobody ends, and the stream"
                  + " reads nothing behind it; it comes of brokers that were stopped in the middle"
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
      // Again after the same time.
      open.put(partition, new Open(stable, clockNs.getAsLong()));
    }
  }

  /**
   * Enters whether the brokers give the offsets of a consumer group, or hold one of them back
   * because a transaction is open that commits it. A partition whose offset is held back does not
   * begin.
   */
  void seeOffsets(String group, boolean stable) {
    long nowNs = clockNs.getAsLong();
    if (stable) {
      unstableSinceNs = OptionalLong.empty();
    } else if (unstableSinceNs.isEmpty()) {
      unstableSinceNs = OptionalLong.of(nowNs);
    } else if (nowNs - unstableSinceNs.getAsLong() > LONGEST.toNanos()) {
      warnings.accept(
          ("the brokers hold back an offset of '%s' behind a transaction that nobody ends, and its"
               + " partition does not begin; it comes of brokers that were stopped in the middle of"
               + " a commit. Find it with kafka-transactions.sh --bootstrap-server %s find-hanging"
               + " --topic __consumer_offsets, and abort it with the partition and the start offset"
               + " that this prints: kafka-transactions.sh --bootstrap-server %s abort --topic"
               + " __consumer_offsets --partition P --start-offset N")
              .formatted(group, bootstrapServers, bootstrapServers));
      unstableSinceNs = OptionalLong.of(nowNs);
    }
  }
}
