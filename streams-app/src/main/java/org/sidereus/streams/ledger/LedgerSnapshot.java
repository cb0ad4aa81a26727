package org.sidereus.streams.ledger;

import java.util.Collection;

/**
 * The ledger of some partitions and what is really pending there. It balances if every inference
 * request has one outcome or is pending.
 *
 * @param counts the counts of the ledger
 * @param waiting requests found pending in the store, counted apart from the ledger
 * @param waitingBytes size of their events, bytes
 */
public record LedgerSnapshot(LedgerCounts counts, long waiting, long waitingBytes) {

  /** The sum over several partitions. Stream time is the latest. */
  public static LedgerSnapshot sum(Collection<LedgerSnapshot> all) {
    LedgerCounts.Builder counts = LedgerCounts.builder();
    all.forEach(one -> counts.add(one.counts));
    return new LedgerSnapshot(
        counts.build(),
        all.stream().mapToLong(LedgerSnapshot::waiting).sum(),
        all.stream().mapToLong(LedgerSnapshot::waitingBytes).sum());
  }

  /** Requests that have no outcome and are not pending either; anything but 0 is a defect. */
  public long unaccounted() {
    return counts.requests() - counts.posteriors() - counts.rejections() - waiting;
  }
}
