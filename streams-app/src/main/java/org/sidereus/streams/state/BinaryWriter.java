package org.sidereus.streams.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes keys, values and messages of the stream in binary form, big-endian. */
public final class BinaryWriter {
  private static final int FIRST_CAPACITY = 128;

  private byte[] buffer = new byte[FIRST_CAPACITY];
  private int length;

  public BinaryWriter putByte(int value) {
    reserve(Byte.BYTES);
    buffer[length++] = (byte) value;
    return this;
  }

  public BinaryWriter putBoolean(boolean value) {
    return putByte(value ? 1 : 0);
  }

  public BinaryWriter putInt(int value) {
    reserve(Integer.BYTES);
    for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      buffer[length++] = (byte) (value >>> shift);
    }
    return this;
  }

  public BinaryWriter putLong(long value) {
    reserve(Long.BYTES);
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      buffer[length++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** Writes a number so that the order of the bytes is the order of the numbers. */
  public BinaryWriter putSortableLong(long value) {
    return putLong(value ^ Long.MIN_VALUE);
  }

  public BinaryWriter putDoubles(double[] values) {
    putInt(values.length);
    for (double value : values) {
      putLong(Double.doubleToRawLongBits(value));
    }
    return this;
  }

  /**
   * Writes numbers of which many are zero: the length, then by turns how many zeros and how many
   * other numbers follow, and these.
   */
  public BinaryWriter putSparseDoubles(double[] values) {
    putInt(values.length);
    int at = 0;
    while (at < values.length) {
      int first = end(values, at, true);
      int last = end(values, first, false);
      putInt(first - at).putInt(last - first);
      for (int i = first; i < last; i++) {
        putLong(Double.doubleToRawLongBits(values[i]));
      }
      at = last;
    }
    return this;
  }

  /** Where a run of zeros, or of other numbers, ends. A negative zero is no zero here. */
  private static int end(double[] values, int from, boolean ofZeros) {
    int end = from;
    while (end < values.length && (Double.doubleToRawLongBits(values[end]) == 0) == ofZeros) {
      end++;
    }
    return end;
  }

  public BinaryWriter putBytes(byte @Nullable [] values) {
    if (values == null) {
      return putInt(-1);
    }
    putInt(values.length);
    reserve(values.length);
    System.arraycopy(values, 0, buffer, length, values.length);
    length += values.length;
    return this;
  }

  public BinaryWriter putString(String value) {
    return putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes written so far. */
  public int length() {
    return length;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(buffer, length);
  }

  private void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, 2 * buffer.length));
    }
  }
}
