package org.sidereus.streams.ledger;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.streams.brokers.BrokerConnection;

/**
 * Events of the observations topic that this instance has not committed yet, up to the end of each
 * partition. A stream reads no further than the first open transaction of a producer; what is
 * behind it counts, too. Safe for threads.
 */
public final class ObservationLag {
  private final StreamMeters meters;
  private final BrokerConnection connection;

  /**
   * The lag of one partition.
   *
   * @param events offsets from the last commit to the end of the partition
   * @param inOpenTransactions those of them that wait for the end of a producer's transaction
   */
  public record Lag(long events, long inOpenTransactions) {}

  /**
   * The lag of the partitions of an instance.
   *
   * @param meters know the partitions
   * @param connection knows their ends
   */
  public ObservationLag(StreamMeters meters, BrokerConnection connection) {
    this.meters = meters;
    this.connection = connection;
  }

  /** The lag of each partition that this instance has; empty where the brokers do not say it. */
  public SortedMap<Integer, Optional<Lag>> byPartition() {
    SortedMap<Integer, Optional<Lag>> lags = new TreeMap<>();
    for (int partition : meters.ledgers().keySet()) {
      lags.put(partition, connection.ends(partition).map(ObservationLag::of));
    }
    return lags;
  }

  /** Events that are never read, as far as that was found since the start of the process. */
  public long lost() {
    return connection.lost().values().stream().mapToLong(Long::longValue).sum();
  }

  private static Lag of(BrokerConnection.Ends ends) {
    long from = Math.max(ends.start(), ends.committed());
    return new Lag(
        Math.max(0, ends.end() - from), Math.max(0, ends.end() - Math.max(from, ends.stable())));
  }
}
