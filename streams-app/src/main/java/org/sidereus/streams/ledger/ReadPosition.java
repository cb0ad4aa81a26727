package org.sidereus.streams.ledger;

import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.StateFormat;

/**
 * How far a partition of the observations is processed. It is kept beside the ledger and is
 * committed with the offset, which brokers drop when a consumer group is away for long.
 *
 * @param nextOffset offset after the last event that the state contains
 */
public record ReadPosition(long nextOffset) {
  /** Its key in the store of the ledger, and in the changelog of that store. */
  public static final int KEY = 1;

  public byte[] toBytes() {
    return StateFormat.begin().putLong(nextOffset).toBytes();
  }

  public static ReadPosition of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "the position at a partition");
    return new ReadPosition(in.getLong());
  }
}
