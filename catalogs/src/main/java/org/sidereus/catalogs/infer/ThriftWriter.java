package org.sidereus.catalogs.infer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes a structure in Thrift's compact protocol, in which Parquet keeps its metadata. Fields are
 * written in the order of their numbers.
 */
final class ThriftWriter {
  private static final int INT32 = 5;
  private static final int INT64 = 6;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int STRUCT = 12;
  private static final int LARGEST_SHORT_LIST = 14;

  private final ByteArrayOutputStream bytes;
  private int last;

  private ThriftWriter(ByteArrayOutputStream bytes) {
    this.bytes = bytes;
  }

  /** The bytes of a structure. */
  static byte[] struct(Consumer<ThriftWriter> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(bytes, fields);
    return bytes.toByteArray();
  }

  private static void write(ByteArrayOutputStream bytes, Consumer<ThriftWriter> fields) {
    fields.accept(new ThriftWriter(bytes));
    bytes.write(0);
  }

  private void begin(int field, int type) {
    bytes.write(((field - last) << 4) | type); // numbers of fields are less than 16 apart
    last = field;
  }

  void int32(int field, int value) {
    begin(field, INT32);
    zigzag(value);
  }

  void int64(int field, long value) {
    begin(field, INT64);
    zigzag(value);
  }

  void text(int field, String text) {
    begin(field, BINARY);
    text(text);
  }

  void struct(int field, Consumer<ThriftWriter> fields) {
    begin(field, STRUCT);
    write(bytes, fields);
  }

  void int32s(int field, List<Integer> values) {
    list(field, INT32, values.size());
    values.forEach(this::zigzag);
  }

  void texts(int field, List<String> texts) {
    list(field, BINARY, texts.size());
    texts.forEach(this::text);
  }

  void structs(int field, List<Consumer<ThriftWriter>> structs) {
    list(field, STRUCT, structs.size());
    structs.forEach(one -> write(bytes, one));
  }

  private void list(int field, int type, int size) {
    begin(field, LIST);
    if (size <= LARGEST_SHORT_LIST) {
      bytes.write((size << 4) | type);
    } else {
      bytes.write(0xf0 | type);
      varint(bytes, size);
    }
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    varint(bytes, utf8.length);
    bytes.writeBytes(utf8);
  }

  private void zigzag(long value) {
    varint(bytes, (value << 1) ^ (value >> 63));
  }

  /** An unsigned integer of variable length. */
  static void varint(ByteArrayOutputStream bytes, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
  }
}
