package org.sidereus.streams.ledger;

import java.util.Collection;
import java.util.function.ToLongFunction;

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
    return new LedgerSnapshot(
        LedgerCounts.builder()
            .events(total(all, LedgerCounts::events))
            .markers(total(all, LedgerCounts::markers))
            .withdrawals(total(all, LedgerCounts::withdrawals))
            .renames(total(all, LedgerCounts::renames))
            .requests(total(all, LedgerCounts::requests))
            .posteriors(total(all, LedgerCounts::posteriors))
            .rejections(total(all, LedgerCounts::rejections))
            .outdated(total(all, LedgerCounts::outdated))
            .late(total(all, LedgerCounts::late))
            .withdrawn(total(all, LedgerCounts::withdrawn))
            .moved(total(all, LedgerCounts::moved))
            .streamTimeMs(
                all.stream()
                    .mapToLong(one -> one.counts.streamTimeMs())
                    .max()
                    .orElse(Long.MIN_VALUE))
            .build(),
        all.stream().mapToLong(LedgerSnapshot::waiting).sum(),
        all.stream().mapToLong(LedgerSnapshot::waitingBytes).sum());
  }

  private static long total(Collection<LedgerSnapshot> all, ToLongFunction<LedgerCounts> count) {
    return all.stream().map(LedgerSnapshot::counts).mapToLong(count).sum();
  }

  /** Requests that have no outcome and are not pending either; anything but 0 is a defect. */
  public long unaccounted() {
    return counts.requests() - counts.posteriors() - counts.rejections() - waiting;
  }
}
