package org.sidereus.streams.topology;

import org.sidereus.streams.ledger.LedgerCounts;

/** The ledger of one partition of the observations. For one thread. */
final class Ledger {
  private long events;
  private long markers;
  private long requests;
  private long posteriors;
  private long rejections;
  private long outdated;
  private long late;
  private long streamTimeMs;
  private long closedThroughMs;

  /** A ledger that goes on from some counts. */
  Ledger(LedgerCounts counts) {
    events = counts.events();
    markers = counts.markers();
    requests = counts.requests();
    posteriors = counts.posteriors();
    rejections = counts.rejections();
    outdated = counts.outdated();
    late = counts.late();
    streamTimeMs = counts.streamTimeMs();
    closedThroughMs = counts.closedThroughMs();
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

  /** An event that was entered with one request turns out to be a marker. */
  void turnIntoMarker() {
    events--;
    requests--;
  }

  void marker(long timeMs) {
    markers++;
    closedThroughMs = Math.max(closedThroughMs, timeMs);
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

  /** Stream time goes on, and windows close a grace period behind it. */
  void advance(long timeMs, long graceMs) {
    if (timeMs > streamTimeMs) {
      streamTimeMs = timeMs;
      long closed = timeMs < Long.MIN_VALUE + graceMs ? Long.MIN_VALUE : timeMs - graceMs;
      closedThroughMs = Math.max(closedThroughMs, closed);
    }
  }

  long closedThroughMs() {
    return closedThroughMs;
  }

  LedgerCounts counts() {
    return new LedgerCounts(
        events,
        markers,
        requests,
        posteriors,
        rejections,
        outdated,
        late,
        streamTimeMs,
        closedThroughMs);
  }
}
