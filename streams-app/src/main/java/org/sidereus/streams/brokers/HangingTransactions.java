package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Transactions that nobody ends. Brokers of Kafka 4.3 that are all stopped in the middle of a
 * commit may take it for complete without having marked its end in the partitions. Nothing behind
 * it can then be read with {@code isolation.level=read_committed}, for ever. This class finds it,
 * lets {@link TransactionEnds} end it, and says what to do where that cannot. For one thread.
 */
final class HangingTransactions {
  /** Longer than any transaction of the service, its time-out and the pause of the brokers. */
  static final Duration LONGEST = Duration.ofMinutes(2);

  /** From then on the service tries to end it, and waits twice as long after each attempt. */
  static final Duration TRY = Duration.ofSeconds(15);

  private final String bootstrapServers;
  private final Ends ends;
  private final LongSupplier clockNs;
  private final Consumer<String> warnings;
  private final Map<TopicPartition, Open> open = new HashMap<>();

  /** Offsets that are held back. */
  private final Map<TopicPartition, Open> offsets = new HashMap<>();

  /** What ends transactions. */
  interface Ends {
    /** Tries to end what is open in a partition, and does not wait. */
    void tryToEnd(TopicPartition partition);

    /** The same for what holds back the offsets of the service. */
    void tryToEndOffsets();

    /** Why that was not possible in a partition; empty: it is not known. */
    Optional<String> finding(TopicPartition partition);

    /** The same for the offsets of the service. */
    Optional<String> findingOfOffsets();
  }

  /** An open transaction of a partition. */
  private static final class Open {
    /** At which it stands. */
    private final long offset;

    /** Since when it was seen there, or was last said. */
    private long sinceNs;

    /** When the service last tried to end it. */
    private long triedNs;

    private long pauseNs = TRY.toNanos();

    private Open(long offset, long nowNs) {
      this.offset = offset;
      this.sinceNs = nowNs;
      this.triedNs = nowNs;
    }

    private boolean isDue(long nowNs) {
      boolean due = nowNs - triedNs >= pauseNs;
      if (due) {
        triedNs = nowNs;
        pauseNs = Math.min(2 * pauseNs, LONGEST.toNanos());
      }
      return due;
    }

    private boolean hangs(long nowNs) {
      boolean hangs = nowNs - sinceNs > LONGEST.toNanos();
      sinceNs = hangs ? nowNs : sinceNs;
      return hangs;
    }
  }

  /**
   * No transaction is known yet.
   *
   * @param ends tries to end what is open for too long
   * @param warnings gets a sentence for each transaction that is still open then
   */
  HangingTransactions(
      String bootstrapServers, Ends ends, LongSupplier clockNs, Consumer<String> warnings) {
    this.bootstrapServers = bootstrapServers;
    this.ends = ends;
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
      return;
    }
    long nowNs = clockNs.getAsLong();
    Open one = seenAt(open, partition, stable);
    if (one.hangs(nowNs)) {
      warnings.accept(
          ("partition %d of '%s' has a transaction at offset %d that nobody ends, and the stream"
               + " reads nothing behind it; it comes from brokers that were stopped in the middle"
               + " of a commit. %s. Abort it only if it was not committed, and what it has in"
               + " __consumer_offsets: kafka-transactions.sh --bootstrap-server %s abort --topic %s"
               + " --partition %d --start-offset %d")
              .formatted(
                  partition.partition(),
                  partition.topic(),
                  stable,
                  sentence(ends.finding(partition)),
                  bootstrapServers,
                  partition.topic(),
                  partition.partition(),
                  stable));
    }
    if (one.isDue(nowNs)) {
      ends.tryToEnd(partition);
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
    boolean hangs = false;
    boolean due = false;
    long nowNs = clockNs.getAsLong();
    for (Map.Entry<TopicPartition, Long> each : heldBack.entrySet()) {
      Open one = seenAt(offsets, each.getKey(), each.getValue());
      hangs |= one.hangs(nowNs);
      due |= one.isDue(nowNs);
    }
    if (hangs) {
      warnings.accept(
          ("the brokers hold back an offset of '%s' behind a transaction that nobody ends, and its"
               + " partition does not begin; it comes from brokers that were stopped in the middle"
               + " of a commit. %s. Find it with kafka-transactions.sh --bootstrap-server %s"
               + " find-hanging --topic __consumer_offsets, and abort it only if it was not"
               + " committed, with the partition and the start offset that this prints:"
               + " kafka-transactions.sh --bootstrap-server %s abort --topic __consumer_offsets"
               + " --partition P --start-offset N")
              .formatted(
                  group, sentence(ends.findingOfOffsets()), bootstrapServers, bootstrapServers));
    }
    if (due) {
      ends.tryToEndOffsets();
    }
  }

  private static String sentence(Optional<String> finding) {
    String known = finding.orElse("the service could not see how it ended");
    return Character.toUpperCase(known.charAt(0)) + known.substring(1);
  }

  /** What is known of a partition that is at this offset. */
  private Open seenAt(Map<TopicPartition, Open> seen, TopicPartition partition, long offset) {
    Open before = seen.get(partition);
    if (before != null && before.offset == offset) {
      return before;
    }
    Open first = new Open(offset, clockNs.getAsLong());
    seen.put(partition, first);
    return first;
  }
}
