package org.sidereus.streams.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes keys, values and messages of the stream in binary form, big-endian. */
public final class BinaryWriter {
  private static final int FIRST_CAPACITY = 128;

  /** So many numbers of single precision make a run of their own. */
  private static final int FEWEST_FLOATS = 4;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

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
    INTS.set(buffer, length, value);
    length += Integer.BYTES;
    return this;
  }

  public BinaryWriter putLong(long value) {
    reserve(Long.BYTES);
    LONGS.set(buffer, length, value);
    length += Long.BYTES;
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
   * Writes numbers of which many are zero, and many of single precision: the length, then by turns
   * how many zeros and how many other numbers follow, and these. Numbers of single precision are
   * written as such; their count is negative.
   */
  public BinaryWriter putSparseDoubles(double[] values) {
    putInt(values.length);
    int at = 0;
    while (at < values.length) {
      int first = at;
      while (first < values.length && isZero(values[first])) {
        first++;
      }
      int last = first;
      while (last < values.length && isSingle(values[last])) {
        last++;
      }
      putInt(first - at);
      if (last - first >= FEWEST_FLOATS) {
        putInt(first - last);
        reserve((last - first) * Float.BYTES);
        for (int i = first; i < last; i++) {
          putInt(Float.floatToRawIntBits((float) values[i]));
        }
      } else {
        last = endOfDoubles(values, first);
        putInt(last - first);
        reserve((last - first) * Long.BYTES);
        for (int i = first; i < last; i++) {
          putLong(Double.doubleToRawLongBits(values[i]));
        }
      }
      at = last;
    }
    return this;
  }

  /** Where a run of numbers ends: before a zero, or before a run of single precision. */
  private static int endOfDoubles(double[] values, int from) {
    int singles = 0;
    int end = from;
    while (end < values.length && !isZero(values[end]) && singles < FEWEST_FLOATS) {
      singles = isSingle(values[end++]) ? singles + 1 : 0;
    }
    return singles < FEWEST_FLOATS ? end : end - singles;
  }

  /** A negative zero is no zero here. */
  private static boolean isZero(double value) {
    return Double.doubleToRawLongBits(value) == 0;
  }

  /** Whether a number that is not zero has single precision. */
  private static boolean isSingle(double value) {
    return value != 0 && (float) value == value;
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
