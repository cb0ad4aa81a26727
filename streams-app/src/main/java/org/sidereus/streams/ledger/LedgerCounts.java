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

  public static final LedgerCounts EMPTY = builder().build();

  /** Counts that are 0 and no stream time, to be set by name. */
  public static Builder builder() {
    return new Builder();
  }

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
    return builder()
        .events(in.getLong())
        .markers(in.getLong())
        .withdrawals(in.getLong())
        .renames(in.getLong())
        .requests(in.getLong())
        .posteriors(in.getLong())
        .rejections(in.getLong())
        .outdated(in.getLong())
        .late(in.getLong())
        .withdrawn(in.getLong())
        .moved(in.getLong())
        .streamTimeMs(in.getLong())
        .build();
  }

  /** Counts by name. */
  public static final class Builder {
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
    private long streamTimeMs = Long.MIN_VALUE;

    private Builder() {}

    public Builder events(long count) {
      events = count;
      return this;
    }

    public Builder markers(long count) {
      markers = count;
      return this;
    }

    public Builder withdrawals(long count) {
      withdrawals = count;
      return this;
    }

    public Builder renames(long count) {
      renames = count;
      return this;
    }

    public Builder requests(long count) {
      requests = count;
      return this;
    }

    public Builder posteriors(long count) {
      posteriors = count;
      return this;
    }

    public Builder rejections(long count) {
      rejections = count;
      return this;
    }

    public Builder outdated(long count) {
      outdated = count;
      return this;
    }

    public Builder late(long count) {
      late = count;
      return this;
    }

    public Builder withdrawn(long count) {
      withdrawn = count;
      return this;
    }

    public Builder moved(long count) {
      moved = count;
      return this;
    }

    public Builder streamTimeMs(long latest) {
      streamTimeMs = latest;
      return this;
    }

    public LedgerCounts build() {
      return new LedgerCounts(
          events,
          markers,
          withdrawals,
          renames,
          requests,
          posteriors,
          rejections,
          outdated,
          late,
          withdrawn,
          moved,
          streamTimeMs);
    }
  }
}
