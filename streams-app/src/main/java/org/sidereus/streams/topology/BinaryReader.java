package org.sidereus.streams.topology;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link BinaryWriter} wrote, in the same order. */
final class BinaryReader {
  private final ByteBuffer in;

  BinaryReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  int getByte() {
    return in.get();
  }

  boolean getBoolean() {
    return in.get() != 0;
  }

  int getInt() {
    return in.getInt();
  }

  long getLong() {
    return in.getLong();
  }

  long getSortableLong() {
    return in.getLong() ^ Long.MIN_VALUE;
  }

  double[] getDoubles() {
    double[] values = new double[in.getInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.longBitsToDouble(in.getLong());
    }
    return values;
  }

  byte[] getBytes() {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    byte[] values = new byte[length];
    in.get(values);
    return values;
  }

  String getString() {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }
}
