package org.sidereus.catalogs.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Values of a page or of a dictionary, decoded.
 *
 * @param numbers integers, or the bits of floating-point numbers; of texts, the offsets of their
 *     bytes
 * @param lengths of texts; empty for numbers
 * @param bytes of texts
 */
record ParquetValues(long[] numbers, int[] lengths, ByteBuffer bytes) {
  /** Physical types, by their numbers in the format. */
  static final int BOOLEAN = 0;

  static final int INT32 = 1;
  static final int INT64 = 2;
  static final int INT96 = 3;
  static final int FLOAT = 4;
  static final int DOUBLE = 5;
  static final int BYTE_ARRAY = 6;
  static final int FIXED = 7;

  private static final int[] NO_LENGTHS = {};
  private static final int LONGEST_DELTA_BLOCK = 1 << 20;

  int size() {
    return numbers.length;
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("a page is damaged");
  }

  /**
   * Values one after the other.
   *
   * @param fixed bytes of a value of fixed length
   */
  static ParquetValues plain(ByteBuffer page, int type, int fixed, int count) {
    ByteBuffer in = page.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (type == BOOLEAN) {
      long[] numbers = new long[check(in.remaining() * 8L, 1, count)];
      for (int i = 0; i < count; i++) {
        numbers[i] = in.get(i / 8) >> i % 8 & 1;
      }
      return new ParquetValues(numbers, NO_LENGTHS, in);
    }
    if (type == BYTE_ARRAY) {
      long[] offsets = new long[check(in.remaining(), 4, count)];
      int[] lengths = new int[count];
      for (int i = 0; i < count; i++) {
        lengths[i] = in.getInt();
        offsets[i] = in.position();
        if (lengths[i] < 0 || lengths[i] > in.remaining()) {
          throw damaged();
        }
        in.position(in.position() + lengths[i]);
      }
      return new ParquetValues(offsets, lengths, in);
    }
    int width = width(type, fixed);
    long[] numbers = new long[check(in.remaining(), width, count)];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          switch (type) {
            case INT32, FLOAT -> in.getInt(i * 4);
            case INT64, DOUBLE -> in.getLong(i * 8);
            default -> (long) i * width;
          };
    }
    return new ParquetValues(numbers, fixedLengths(type, width, count), in);
  }

  private static int[] fixedLengths(int type, int width, int count) {
    if (type != FIXED && type != INT96) {
      return NO_LENGTHS;
    }
    int[] lengths = new int[count];
    Arrays.fill(lengths, width);
    return lengths;
  }

  static int width(int type, int fixed) {
    return switch (type) {
      case INT32, FLOAT -> 4;
      case INT64, DOUBLE -> 8;
      case INT96 -> 12;
      default -> fixed;
    };
  }

  private static int check(long available, int each, int count) {
    if (count < 0 || each < 1 || (long) count * each > available) {
      throw damaged();
    }
    return count;
  }

  /** The bytes of all values apart, each stream one byte of them. */
  static ParquetValues split(ByteBuffer page, int type, int fixed, int count) {
    int width = width(type, fixed);
    check(page.remaining(), width, count);
    ByteBuffer joined = ByteBuffer.allocate(count * width);
    int start = page.position();
    for (int i = 0; i < count; i++) {
      for (int b = 0; b < width; b++) {
        joined.put(page.get(start + b * count + i));
      }
    }
    return plain(joined.flip(), type, fixed, count);
  }

  /** Runs and packed bits: levels, truth values and places in a dictionary. */
  static int[] runs(ByteBuffer in, int width, int count) {
    if (width < 0 || width > 32) {
      throw damaged();
    }
    int[] values = new int[count];
    int at = 0;
    while (at < count) {
      long head = Thrift.varint(in);
      if ((head & 1) == 0) {
        long run = head >>> 1;
        int value = 0;
        for (int i = 0; i < (width + 7) / 8; i++) {
          value |= (in.get() & 0xff) << (8 * i);
        }
        if (run <= 0) {
          throw damaged();
        }
        int end = (int) Math.min(count, at + run);
        Arrays.fill(values, at, end, value);
        at = end;
      } else {
        long groups = head >>> 1;
        if (groups <= 0 || groups > Integer.MAX_VALUE / 8) {
          throw damaged();
        }
        int number = (int) Math.min(groups * 8, count - at);
        bits(in, width, values, at, number);
        long left = groups * width - ((long) number * width + 7) / 8;
        in.position((int) Math.min(in.limit(), in.position() + Math.max(0, left)));
        at += number;
      }
    }
    return values;
  }

  private static void bits(ByteBuffer in, int width, int[] target, int at, int number) {
    long buffer = 0;
    int held = 0;
    for (int i = 0; i < number; i++) {
      while (held < width) {
        buffer |= (in.get() & 0xffL) << held;
        held += 8;
      }
      target[at + i] = (int) (buffer & (1L << width) - 1);
      buffer >>>= width;
      held -= width;
    }
  }

  /** Integers as differences in packed blocks. */
  static long[] deltas(ByteBuffer in, int count) {
    long block = Thrift.varint(in);
    long parts = Thrift.varint(in);
    long total = Thrift.varint(in);
    long value = Thrift.zigzag(in);
    if (block < 1
        || block > LONGEST_DELTA_BLOCK
        || parts < 1
        || parts > block
        || block % parts != 0
        || total < 0
        || total > count) {
      throw damaged();
    }
    int each = (int) (block / parts);
    long[] values = new long[(int) total];
    int at = 0;
    if (total > 0) {
      values[at++] = value;
    }
    while (at < total) {
      long least = Thrift.zigzag(in);
      byte[] widths = new byte[(int) parts];
      in.get(widths);
      for (int p = 0; p < parts && at < total; p++) {
        int width = widths[p] & 0xff;
        if (width > 64 || (long) width * each / 8 > in.remaining()) {
          throw damaged();
        }
        int start = in.position();
        for (int i = 0; i < each && at < total; i++) {
          value += least + packed(in, start, (long) i * width, width);
          values[at++] = value;
        }
        in.position(start + width * each / 8);
      }
    }
    return values;
  }

  private static long packed(ByteBuffer in, int start, long bit, int width) {
    long value = 0;
    for (int i = 0; i < width; ) {
      int inByte = (int) ((bit + i) % 8);
      int taken = Math.min(8 - inByte, width - i);
      long piece = (in.get(start + (int) ((bit + i) / 8)) & 0xff) >> inByte & (1 << taken) - 1;
      value |= piece << i;
      i += taken;
    }
    return value;
  }

  /** Texts behind the differences of their lengths. */
  static ParquetValues deltaLengths(ByteBuffer in, int count) {
    long[] lengths = deltas(in, count);
    return texts(in.slice(), lengths);
  }

  private static ParquetValues texts(ByteBuffer bytes, long[] lengths) {
    long[] offsets = new long[lengths.length];
    int[] sizes = new int[lengths.length];
    long at = 0;
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 0 || lengths[i] > bytes.remaining() - at) {
        throw damaged();
      }
      offsets[i] = at;
      sizes[i] = (int) lengths[i];
      at += lengths[i];
    }
    return new ParquetValues(offsets, sizes, bytes);
  }

  /** Texts that share their beginnings with the text before. */
  static ParquetValues deltaTexts(ByteBuffer in, int count) {
    long[] prefixes = deltas(in, count);
    ParquetValues suffixes = deltaLengths(in, count);
    if (suffixes.size() != prefixes.length) {
      throw damaged();
    }
    long total = 0;
    long before = 0;
    for (int i = 0; i < prefixes.length; i++) {
      if (prefixes[i] < 0 || prefixes[i] > before) {
        throw damaged();
      }
      before = prefixes[i] + suffixes.lengths()[i];
      total += before;
    }
    if (total > Unpacking.LARGEST) {
      throw damaged();
    }
    ByteBuffer joined = ByteBuffer.allocate((int) total);
    long[] lengths = new long[prefixes.length];
    int last = 0;
    for (int i = 0; i < prefixes.length; i++) {
      int start = joined.position();
      joined.put(start, joined, last, (int) prefixes[i]);
      joined.position(start + (int) prefixes[i]);
      int size = suffixes.lengths()[i];
      joined.put(start + (int) prefixes[i], suffixes.bytes(), (int) suffixes.numbers()[i], size);
      joined.position(start + (int) prefixes[i] + size);
      lengths[i] = prefixes[i] + size;
      last = start;
    }
    return texts(joined.flip(), lengths);
  }

  /** Integers of a page of differences. */
  static ParquetValues deltaIntegers(ByteBuffer in, int count) {
    return new ParquetValues(deltas(in, count), NO_LENGTHS, in);
  }

  /** Truth values of a page of runs. */
  static ParquetValues runsOfTruth(ByteBuffer in, int count) {
    in.position(in.position() + 4);
    int[] truths = runs(in, 1, count);
    return new ParquetValues(Arrays.stream(truths).asLongStream().toArray(), NO_LENGTHS, in);
  }
}
