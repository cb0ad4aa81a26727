package org.sidereus.streams.ledger;

import java.util.Arrays;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * The counts of the ledger of one partition of the observations since its first event. They are
 * part of the transactional state, so they survive crashes and move with the partition. An
 * inference request is one observation put to one bundle; an event that cannot be decoded counts as
 * one request, too. At any time {@code requests = posteriors + rejections + pending}.
 */
public final class LedgerCounts {
  public static final LedgerCounts EMPTY = builder().build();

  /** By {@link LedgerCount#ordinal()}. */
  private final long[] counts;

  private final long streamTimeMs;

  private LedgerCounts(long[] counts, long streamTimeMs) {
    this.counts = counts;
    this.streamTimeMs = streamTimeMs;
  }

  /** Counts that are 0 and no stream time. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that goes on from these counts. */
  public Builder toBuilder() {
    return new Builder().add(this);
  }

  public long get(LedgerCount count) {
    return counts[count.ordinal()];
  }

  public long events() {
    return get(LedgerCount.EVENTS);
  }

  public long markers() {
    return get(LedgerCount.MARKERS);
  }

  public long withdrawals() {
    return get(LedgerCount.WITHDRAWALS);
  }

  public long renames() {
    return get(LedgerCount.RENAMES);
  }

  public long requests() {
    return get(LedgerCount.REQUESTS);
  }

  public long posteriors() {
    return get(LedgerCount.POSTERIORS);
  }

  public long rejections() {
    return get(LedgerCount.REJECTIONS);
  }

  public long outdated() {
    return get(LedgerCount.OUTDATED);
  }

  public long late() {
    return get(LedgerCount.LATE);
  }

  public long withdrawn() {
    return get(LedgerCount.WITHDRAWN);
  }

  public long moved() {
    return get(LedgerCount.MOVED);
  }

  /** Latest event time. */
  public long streamTimeMs() {
    return streamTimeMs;
  }

  /** Requests without an outcome yet. */
  public long pending() {
    return requests() - posteriors() - rejections();
  }

  public byte[] toBytes() {
    BinaryWriter out = StateFormat.begin();
    for (long count : counts) {
      out.putLong(count);
    }
    return out.putLong(streamTimeMs).toBytes();
  }

  public static LedgerCounts of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "the ledger of a partition");
    Builder counts = builder();
    for (LedgerCount count : LedgerCount.values()) {
      counts.add(count, in.getLong());
    }
    return counts.advance(in.getLong()).build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LedgerCounts that
        && Arrays.equals(counts, that.counts)
        && streamTimeMs == that.streamTimeMs;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(counts) + Long.hashCode(streamTimeMs);
  }

  @Override
  public String toString() {
    return Arrays.toString(counts) + " until " + streamTimeMs;
  }

  /** Counts that grow. For one thread. */
  public static final class Builder {
    private final long[] counts = new long[LedgerCount.values().length];
    private long streamTimeMs = Long.MIN_VALUE;

    private Builder() {}

    /** Adds to a count. */
    public Builder add(LedgerCount count, long more) {
      counts[count.ordinal()] += more;
      return this;
    }

    /** Adds all counts of a ledger; the later stream time stays. */
    public Builder add(LedgerCounts other) {
      for (LedgerCount count : LedgerCount.values()) {
        add(count, other.get(count));
      }
      return advance(other.streamTimeMs);
    }

    /** Stream time goes on. */
    public Builder advance(long timeMs) {
      streamTimeMs = Math.max(streamTimeMs, timeMs);
      return this;
    }

    public LedgerCounts build() {
      return new LedgerCounts(counts.clone(), streamTimeMs);
    }
  }
}
