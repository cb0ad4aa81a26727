package org.sidereus.streams.ledger;

import java.util.Collection;

/**
 * The ledger of some partitions and what is really pending there. It balances if every inference
 * request has one outcome or is pending.
 *
 * @param counts the counts of the ledger
 * @param waiting requests found pending in the store, counted apart from the ledger
 */
public record LedgerSnapshot(LedgerCounts counts, long waiting) {

  /**
   * The sum over several partitions. Stream time is the latest, closed-through time the earliest.
   */
  public static LedgerSnapshot sum(Collection<LedgerSnapshot> all) {
    long[] sums = new long[8];
    long streamTimeMs = Long.MIN_VALUE;
    long closedThroughMs = all.isEmpty() ? Long.MIN_VALUE : Long.MAX_VALUE;
    for (LedgerSnapshot one : all) {
      LedgerCounts counts = one.counts;
      sums[0] += counts.events();
      sums[1] += counts.markers();
      sums[2] += counts.requests();
      sums[3] += counts.posteriors();
      sums[4] += counts.rejections();
      sums[5] += counts.outdated();
      sums[6] += counts.late();
      sums[7] += one.waiting;
      streamTimeMs = Math.max(streamTimeMs, counts.streamTimeMs());
      closedThroughMs = Math.min(closedThroughMs, counts.closedThroughMs());
    }
    return new LedgerSnapshot(
        new LedgerCounts(
            sums[0],
            sums[1],
            sums[2],
            sums[3],
            sums[4],
            sums[5],
            sums[6],
            streamTimeMs,
            closedThroughMs),
        sums[7]);
  }

  /** Requests that have no outcome and are not pending either; anything but 0 is a defect. */
  public long unaccounted() {
    return counts.requests() - counts.posteriors() - counts.rejections() - waiting;
  }
}
