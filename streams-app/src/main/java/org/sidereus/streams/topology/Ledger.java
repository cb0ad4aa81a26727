package org.sidereus.streams.topology;

import org.sidereus.streams.ledger.LedgerCount;
import org.sidereus.streams.ledger.LedgerCounts;

/** The ledger of one partition of the observations. For one thread. */
final class Ledger {
  private final LedgerCounts.Builder counts;

  /** A ledger that goes on from some counts. */
  Ledger(LedgerCounts counts) {
    this.counts = counts.toBuilder();
  }

  /** Enters an event with its inference requests. */
  void event(int newRequests) {
    counts.add(LedgerCount.EVENTS, 1);
    counts.add(LedgerCount.REQUESTS, newRequests);
  }

  /** Corrects the requests of an event that was entered before it was decoded. */
  void addRequests(int more) {
    counts.add(LedgerCount.REQUESTS, more);
  }

  /** An event that was entered with one request turns out to be none. */
  void turnIntoSignal() {
    counts.add(LedgerCount.EVENTS, -1);
    counts.add(LedgerCount.REQUESTS, -1);
  }

  void marker() {
    counts.add(LedgerCount.MARKERS, 1);
  }

  /**
   * An event that withdraws an object.
   *
   * @param contributions how many contributions it took out
   */
  void withdrawal(int contributions) {
    counts.add(LedgerCount.WITHDRAWALS, 1);
    counts.add(LedgerCount.WITHDRAWN, contributions);
  }

  void rename() {
    counts.add(LedgerCount.RENAMES, 1);
  }

  void moved() {
    counts.add(LedgerCount.MOVED, 1);
  }

  void posterior() {
    counts.add(LedgerCount.POSTERIORS, 1);
  }

  void rejection() {
    counts.add(LedgerCount.REJECTIONS, 1);
  }

  void outdated() {
    counts.add(LedgerCount.OUTDATED, 1);
  }

  void late() {
    counts.add(LedgerCount.LATE, 1);
  }

  /** Stream time goes on. */
  void advance(long timeMs) {
    counts.advance(timeMs);
  }

  LedgerCounts counts() {
    return counts.build();
  }
}
