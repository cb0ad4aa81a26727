package org.sidereus.streams.topology;

import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.StateFormat;

/**
 * A partial sum as it is stored.
 *
 * @param unsent whether the combination does not have it yet
 */
record StoredSum(PartialSum sum, boolean unsent) {

  byte[] toBytes() {
    return sum.write(StateFormat.begin().putBoolean(unsent)).toBytes();
  }

  /** Whether the combination does not have a sum yet, without its numbers: there are hundreds. */
  static boolean isUnsent(byte[] bytes) {
    return open(bytes).getBoolean();
  }

  private static BinaryReader open(byte[] bytes) {
    return StateFormat.open(bytes, "a partial sum of a group");
  }

  static StoredSum of(byte[] bytes) {
    BinaryReader in = open(bytes);
    boolean unsent = in.getBoolean();
    return new StoredSum(PartialSum.read(in), unsent);
  }
}
