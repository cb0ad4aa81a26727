package org.sidereus.streams.service;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.ReadPosition;
import org.sidereus.streams.topology.SidereusTopology;

/**
 * How far the state of the application has come at each partition of the observations, from the
 * changelog of the ledgers.
 */
final class StoredPositions {
  /** Each commit writes the position, so it is among the last records. */
  private static final long LAST_RECORDS = 1_000;

  private final StoredRecords ledgers;

  StoredPositions(ServiceConfig config) {
    this.ledgers =
        new StoredRecords(config, SidereusTopology.ledgerChangelog(config.applicationId()));
  }

  /**
   * What the state says of a partition.
   *
   * @param events that were processed there, as far as they were looked for
   * @param nextOffset after the last of them; negative: an earlier release has not stored it
   */
  record Known(long events, long nextOffset) {
    private static final long NOT_STORED = -1;
  }

  /**
   * Reads what the changelog, which exists, has of some partitions.
   *
   * @return nothing for a partition of which no event was processed
   * @throws SidereusException if it cannot be read to its end
   */
  SortedMap<Integer, Known> of(Collection<Integer> partitions) {
    SortedMap<Integer, Known> known = new TreeMap<>();
    Set<Integer> longer = ledgers.readEnd(partitions, LAST_RECORDS, record -> enter(record, known));
    Set<Integer> unknown =
        longer.stream()
            .filter(one -> !known.containsKey(one) || known.get(one).nextOffset() < 0)
            .collect(Collectors.toSet());
    if (!unknown.isEmpty()) {
      ledgers.read(unknown, record -> enter(record, known));
    }
    return known;
  }

  private static void enter(
      ConsumerRecord<byte[], byte[]> record, SortedMap<Integer, Known> known) {
    known.merge(record.partition(), read(record), StoredPositions::later);
  }

  private static Known read(ConsumerRecord<byte[], byte[]> record) {
    return ByteBuffer.wrap(record.key()).getInt() == ReadPosition.KEY
        ? new Known(0, ReadPosition.of(record.value()).nextOffset())
        : new Known(LedgerCounts.of(record.value()).events(), Known.NOT_STORED);
  }

  private static Known later(Known before, Known now) {
    return new Known(
        Math.max(before.events(), now.events()), Math.max(before.nextOffset(), now.nextOffset()));
  }
}
