package org.sidereus.streams.topology;

import org.sidereus.streams.ledger.LedgerCounts;

/** The ledger of one partition of the observations. For one thread. */
final class Ledger {
  private long events;
  private long markers;
  private long withdrawals;
  private long renames;
  private long requests;
  private long posteriors;
  private long rejections;
  private long outdated;
  private long late;
  private long withdrawn;
  private long moved;
  private long streamTimeMs;

  /** A ledger that goes on from some counts. */
  Ledger(LedgerCounts counts) {
    events = counts.events();
    markers = counts.markers();
    withdrawals = counts.withdrawals();
    renames = counts.renames();
    requests = counts.requests();
    posteriors = counts.posteriors();
    rejections = counts.rejections();
    outdated = counts.outdated();
    late = counts.late();
    withdrawn = counts.withdrawn();
    moved = counts.moved();
    streamTimeMs = counts.streamTimeMs();
  }

  /** Enters an event with its inference requests. */
  void event(int newRequests) {
    events++;
    requests += newRequests;
  }

  /** Corrects the requests of an event that was entered before it was decoded. */
  void addRequests(int more) {
    requests += more;
  }

  /** An event that was entered with one request turns out to be none. */
  void turnIntoSignal() {
    events--;
    requests--;
  }

  void marker() {
    markers++;
  }

  /**
   * An event that withdraws an object.
   *
   * @param contributions how many contributions it took out
   */
  void withdrawal(int contributions) {
    withdrawals++;
    withdrawn += contributions;
  }

  void rename() {
    renames++;
  }

  void moved() {
    moved++;
  }

  void posterior() {
    posteriors++;
  }

  void rejection() {
    rejections++;
  }

  void outdated() {
    outdated++;
  }

  void late() {
    late++;
  }

  /** Stream time goes on. */
  void advance(long timeMs) {
    streamTimeMs = Math.max(streamTimeMs, timeMs);
  }

  LedgerCounts counts() {
    return LedgerCounts.builder()
        .events(events)
        .markers(markers)
        .withdrawals(withdrawals)
        .renames(renames)
        .requests(requests)
        .posteriors(posteriors)
        .rejections(rejections)
        .outdated(outdated)
        .late(late)
        .withdrawn(withdrawn)
        .moved(moved)
        .streamTimeMs(streamTimeMs)
        .build();
  }
}
