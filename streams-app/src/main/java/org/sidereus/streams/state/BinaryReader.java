package org.sidereus.streams.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the bytes that {@link BinaryWriter} wrote, in the same order. */
public final class BinaryReader {
  private final ByteBuffer in;

  public BinaryReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  public boolean hasMore() {
    return in.hasRemaining();
  }

  public int getByte() {
    return in.get();
  }

  public boolean getBoolean() {
    return in.get() != 0;
  }

  public int getInt() {
    return in.getInt();
  }

  public long getLong() {
    return in.getLong();
  }

  public long getSortableLong() {
    return in.getLong() ^ Long.MIN_VALUE;
  }

  public double[] getDoubles() {
    double[] values = new double[in.getInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.longBitsToDouble(in.getLong());
    }
    return values;
  }

  /** What {@link BinaryWriter#putSparseDoubles} wrote. */
  public double[] getSparseDoubles() {
    double[] values = new double[in.getInt()];
    int at = 0;
    while (at < values.length) {
      int zeros = in.getInt();
      int count = in.getInt();
      long others = Math.abs((long) count);
      long length = zeros + others;
      if (zeros < 0 || length == 0 || length > values.length - at) {
        throw new IllegalStateException(
            "numbers are damaged: a run of %d zeros and %d others at %d of %d"
                .formatted(zeros, others, at, values.length));
      }
      at += zeros;
      int end = at + (int) others;
      for (; at < end; at++) {
        values[at] = count < 0 ? in.getFloat() : Double.longBitsToDouble(in.getLong());
      }
    }
    return values;
  }

  /** Bytes, or null where {@link BinaryWriter#putBytes} got null. */
  public byte @Nullable [] getBytes() {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    byte[] values = new byte[length];
    in.get(values);
    return values;
  }

  public String getString() {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }
}
