package org.sidereus.catalogs.table;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads structures in Thrift's compact protocol, in which Parquet keeps its metadata. No list is
 * allocated that the bytes cannot hold.
 */
final class Thrift {
  private static final int DEEPEST = 40;

  private final ByteBuffer bytes;

  /** Reads from the position of the bytes. */
  Thrift(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** A structure: the values of its fields by their numbers. */
  record Struct(Map<Integer, Object> fields) {
    boolean has(int field) {
      return fields.containsKey(field);
    }

    long integer(int field, @Nullable Long otherwise) {
      Object value = fields.get(field);
      if (value instanceof Long integer) {
        return integer;
      }
      if (value == null && otherwise != null) {
        return otherwise;
      }
      throw damaged();
    }

    boolean truth(int field) {
      return Boolean.TRUE.equals(fields.get(field));
    }

    String text(int field) {
      if (fields.get(field) instanceof byte[] text) {
        return new String(text, StandardCharsets.UTF_8);
      }
      throw damaged();
    }

    Struct struct(int field) {
      if (fields.get(field) instanceof Struct struct) {
        return struct;
      }
      throw damaged();
    }

    List<Struct> structs(int field) {
      List<Struct> structs = new ArrayList<>();
      if (fields.get(field) instanceof List<?> list) {
        for (Object one : list) {
          if (!(one instanceof Struct struct)) {
            throw damaged();
          }
          structs.add(struct);
        }
        return structs;
      }
      throw damaged();
    }
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("the metadata are damaged");
  }

  /** Reads a structure. */
  Struct struct() {
    return struct(0);
  }

  private Struct struct(int depth) {
    if (depth > DEEPEST) {
      throw damaged();
    }
    Map<Integer, Object> fields = new HashMap<>();
    int field = 0;
    while (true) {
      int head = bytes.get() & 0xff;
      if (head == 0) {
        return new Struct(fields);
      }
      int type = head & 0xf;
      field = head >> 4 == 0 ? (int) zigzag() : field + (head >> 4);
      if (fields.put(field, value(type, depth + 1)) != null) {
        throw damaged();
      }
    }
  }

  private Object value(int type, int depth) {
    return switch (type) {
      case 1 -> true;
      case 2 -> false;
      case 3 -> (long) bytes.get();
      case 4, 5, 6 -> zigzag();
      case 7 -> Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
      case 8 -> {
        byte[] text = new byte[length(1)];
        bytes.get(text);
        yield text;
      }
      case 9, 10 -> list(depth);
      case 12 -> struct(depth);
      default -> throw damaged();
    };
  }

  private List<Object> list(int depth) {
    int head = bytes.get() & 0xff;
    int size = head >> 4 == 15 ? length(1) : head >> 4;
    int type = head & 0xf;
    if (depth > DEEPEST || size > bytes.remaining()) {
      throw damaged();
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(type == 1 || type == 2 ? (Object) (bytes.get() == 1) : value(type, depth + 1));
    }
    return list;
  }

  /** A length of which each unit takes some bytes. */
  private int length(int each) {
    long length = varint();
    if (length < 0 || length > bytes.remaining() / each) {
      throw damaged();
    }
    return (int) length;
  }

  private long varint() {
    return varint(bytes);
  }

  /** An unsigned integer of variable length. */
  static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte one = bytes.get();
      value |= (long) (one & 0x7f) << shift;
      if (one >= 0) {
        return value;
      }
    }
    throw damaged();
  }

  /** A signed integer of variable length. */
  static long zigzag(ByteBuffer bytes) {
    long value = varint(bytes);
    return value >>> 1 ^ -(value & 1);
  }

  private long zigzag() {
    return zigzag(bytes);
  }
}
