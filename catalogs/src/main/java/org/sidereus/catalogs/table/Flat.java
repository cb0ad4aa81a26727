package org.sidereus.catalogs.table;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A table of FlatBuffers, in which Arrow keeps its metadata. Places outside of the bytes are an
 * {@link IndexOutOfBoundsException}.
 *
 * @param bytes little-endian
 * @param at position of the table
 */
record Flat(ByteBuffer bytes, int at) {
  private static final int MOST = 1_000_000;

  /** The root table of a buffer. */
  static Flat root(ByteBuffer bytes) {
    return new Flat(bytes, bytes.getInt(0));
  }

  /** Position of a field; 0 if it is not there. */
  private int field(int number) {
    int vtable = Math.subtractExact(at, bytes.getInt(at));
    int slot = 4 + 2 * number;
    int size = bytes.getShort(vtable) & 0xffff;
    if (slot + 2 > size) {
      return 0;
    }
    int offset = bytes.getShort(vtable + slot) & 0xffff;
    return offset == 0 ? 0 : at + offset;
  }

  boolean has(int number) {
    return field(number) != 0;
  }

  int int8(int number, int otherwise) {
    int place = field(number);
    return place == 0 ? otherwise : bytes.get(place);
  }

  int int16(int number, int otherwise) {
    int place = field(number);
    return place == 0 ? otherwise : bytes.getShort(place);
  }

  int int32(int number, int otherwise) {
    int place = field(number);
    return place == 0 ? otherwise : bytes.getInt(place);
  }

  long int64(int number, long otherwise) {
    int place = field(number);
    return place == 0 ? otherwise : bytes.getLong(place);
  }

  /** A table in a field. */
  Flat table(int number) {
    return new Flat(bytes, target(number));
  }

  private int target(int number) {
    int place = field(number);
    if (place == 0) {
      throw new IllegalArgumentException("the metadata are damaged");
    }
    return Math.addExact(place, bytes.getInt(place));
  }

  String text(int number) {
    if (!has(number)) {
      return "";
    }
    int place = target(number);
    byte[] text = new byte[check(bytes.getInt(place), 1)];
    bytes.get(place + 4, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Number of elements of a list. */
  int length(int number) {
    return has(number) ? check(bytes.getInt(target(number)), 1) : 0;
  }

  private int check(int length, int each) {
    if (length < 0 || length > MOST || (long) length * each > bytes.limit()) {
      throw new IllegalArgumentException("the metadata are damaged");
    }
    return length;
  }

  /** A table of a list. */
  Flat element(int number, int index) {
    int place = target(number) + 4 + 4 * index;
    return new Flat(bytes, Math.addExact(place, bytes.getInt(place)));
  }

  /** A number of a list of structures. */
  long struct(int number, int index, int size, int offset) {
    return bytes.getLong(Math.addExact(target(number), 4 + index * size + offset));
  }

  /** A number of 32 bits of a list of structures. */
  int struct32(int number, int index, int size, int offset) {
    return bytes.getInt(Math.addExact(target(number), 4 + index * size + offset));
  }
}
