package org.sidereus.streams.ledger;

import java.util.Collection;

/**
 * The books of some partitions, and what really waits there. They balance if every question has one
 * outcome or waits for it.
 *
 * @param ledger what was entered
 * @param waiting questions found waiting in the store, counted apart from the ledger
 */
public record LedgerSnapshot(LedgerCounts ledger, long waiting) {

  /** The books of several partitions as one; times are the latest and the least. */
  public static LedgerSnapshot sum(Collection<LedgerSnapshot> all) {
    long[] sums = new long[8];
    long streamTimeMs = Long.MIN_VALUE;
    long closedThroughMs = all.isEmpty() ? Long.MIN_VALUE : Long.MAX_VALUE;
    for (LedgerSnapshot one : all) {
      LedgerCounts ledger = one.ledger;
      sums[0] += ledger.events();
      sums[1] += ledger.markers();
      sums[2] += ledger.questions();
      sums[3] += ledger.posteriors();
      sums[4] += ledger.rejections();
      sums[5] += ledger.outdated();
      sums[6] += ledger.late();
      sums[7] += one.waiting;
      streamTimeMs = Math.max(streamTimeMs, ledger.streamTimeMs());
      closedThroughMs = Math.min(closedThroughMs, ledger.closedThroughMs());
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

  /** Questions without an outcome that do not wait either; anything but 0 is a defect. */
  public long missing() {
    return ledger.questions() - ledger.posteriors() - ledger.rejections() - waiting;
  }
}
