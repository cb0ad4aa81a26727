package org.sidereus.streams.topology;

import org.sidereus.streams.ledger.LedgerCounts;

/** The {@link LedgerCounts} while it is being kept. For one thread. */
final class Ledger {
  private long events;
  private long markers;
  private long questions;
  private long posteriors;
  private long rejections;
  private long outdated;
  private long late;
  private long streamTimeMs;
  private long closedThroughMs;

  Ledger(LedgerCounts ledger) {
    events = ledger.events();
    markers = ledger.markers();
    questions = ledger.questions();
    posteriors = ledger.posteriors();
    rejections = ledger.rejections();
    outdated = ledger.outdated();
    late = ledger.late();
    streamTimeMs = ledger.streamTimeMs();
    closedThroughMs = ledger.closedThroughMs();
  }

  void receive(int asked) {
    events++;
    questions += asked;
  }

  /** An event that was taken for one question turns out to be several, or none. */
  void ask(int more) {
    questions += more;
  }

  /** An event whose kind could not be told turns out to be a marker. */
  void turnIntoMarker() {
    events--;
    questions--;
  }

  void mark(long closedThroughMs) {
    markers++;
    this.closedThroughMs = Math.max(this.closedThroughMs, closedThroughMs);
  }

  void answer() {
    posteriors++;
  }

  void reject() {
    rejections++;
  }

  void outdate() {
    outdated++;
  }

  void late() {
    late++;
  }

  /** Stream time goes on, and windows close a time of grace behind it. */
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

  LedgerCounts ledger() {
    return new LedgerCounts(
        events,
        markers,
        questions,
        posteriors,
        rejections,
        outdated,
        late,
        streamTimeMs,
        closedThroughMs);
  }
}
