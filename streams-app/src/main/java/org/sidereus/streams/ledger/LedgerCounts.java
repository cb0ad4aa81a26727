package org.sidereus.streams.ledger;

import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.StateFormat;

/**
 * The counts of the ledger of one partition of the observations since its first event. They are
 * part of the transactional state, so they survive crashes and move with the partition. An
 * inference request is one observation put to one bundle; an event that cannot be decoded counts as
 * one request, too. At any time {@code requests = posteriors + rejections + pending}.
 *
 * @param events events received, without markers, withdrawals and renames
 * @param markers end-of-survey markers received
 * @param withdrawals withdrawals received
 * @param renames renames of groups received
 * @param requests inference requests
 * @param posteriors requests with a posterior
 * @param rejections requests that were rejected
 * @param outdated observations that were rejected, or visits that were not combined, since a higher
 *     revision of the object or of its visit was known
 * @param late observations that were combined for all time but came too late for their window
 * @param withdrawn contributions that withdrawals took out
 * @param moved contributions that left their group, since an observation named another group or the
 *     group was renamed
 * @param streamTimeMs latest event time
 */
public record LedgerCounts(
    long events,
    long markers,
    long withdrawals,
    long renames,
    long requests,
    long posteriors,
    long rejections,
    long outdated,
    long late,
    long withdrawn,
    long moved,
    long streamTimeMs) {

  public static final LedgerCounts EMPTY =
      new LedgerCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Long.MIN_VALUE);

  /** Requests without an outcome yet. */
  public long pending() {
    return requests - posteriors - rejections;
  }

  public byte[] toBytes() {
    return StateFormat.begin()
        .putLong(events)
        .putLong(markers)
        .putLong(withdrawals)
        .putLong(renames)
        .putLong(requests)
        .putLong(posteriors)
        .putLong(rejections)
        .putLong(outdated)
        .putLong(late)
        .putLong(withdrawn)
        .putLong(moved)
        .putLong(streamTimeMs)
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
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }
}
