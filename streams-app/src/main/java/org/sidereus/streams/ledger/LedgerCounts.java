package org.sidereus.streams.ledger;

import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.StateFormat;

/**
 * The books of one partition of the observations since its first event. They are part of the
 * transactional state, so they survive crashes and move with the partition. A question is one
 * observation put to one bundle; an event that cannot be read is one question too. At any time
 * {@code questions = posteriors + rejections + pending}.
 *
 * @param events events received, without markers
 * @param markers markers received
 * @param questions questions asked
 * @param posteriors questions answered
 * @param rejections questions rejected
 * @param outdated observations that were answered but not combined, since a higher revision of the
 *     object or of its visit was there already
 * @param late observations that were combined for all time but came too late for their window
 * @param streamTimeMs latest event time
 * @param closedThroughMs windows that end at or before this event time get nothing more from here
 */
public record LedgerCounts(
    long events,
    long markers,
    long questions,
    long posteriors,
    long rejections,
    long outdated,
    long late,
    long streamTimeMs,
    long closedThroughMs) {

  public static final LedgerCounts EMPTY =
      new LedgerCounts(0, 0, 0, 0, 0, 0, 0, Long.MIN_VALUE, Long.MIN_VALUE);

  /** Questions that wait for their answer. */
  public long pending() {
    return questions - posteriors - rejections;
  }

  public byte[] toBytes() {
    return StateFormat.begin()
        .putLong(events)
        .putLong(markers)
        .putLong(questions)
        .putLong(posteriors)
        .putLong(rejections)
        .putLong(outdated)
        .putLong(late)
        .putLong(streamTimeMs)
        .putLong(closedThroughMs)
        .toBytes();
  }

  public static LedgerCounts of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "the ledger of a partition");
    return new LedgerCounts(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }
}
