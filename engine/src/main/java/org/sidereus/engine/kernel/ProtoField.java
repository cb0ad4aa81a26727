package org.sidereus.engine.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of a message of protocol buffers.
 *
 * @param integer its value, where it is a number
 * @param bytes its value, where it is a message, a text or packed numbers
 */
record ProtoField(int number, long integer, @Nullable ByteBuffer bytes) {
  /** Messages with more fields or numbers are refused. */
  private static final int MOST = 1 << 20;

  /**
   * The fields of a message.
   *
   * @throws RuntimeException if it is none
   */
  static List<ProtoField> of(ByteBuffer message) {
    List<ProtoField> all = new ArrayList<>();
    while (message.hasRemaining()) {
      long tag = varint(message);
      int number = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case 0 -> all.add(new ProtoField(number, varint(message), null));
        case 1 -> all.add(new ProtoField(number, message.getLong(), null));
        case 5 -> all.add(new ProtoField(number, message.getInt(), null));
        case 2 -> {
          int length = Math.toIntExact(varint(message));
          ByteBuffer part =
              message.slice(message.position(), length).order(ByteOrder.LITTLE_ENDIAN);
          message.position(message.position() + length);
          all.add(new ProtoField(number, 0, part));
        }
        default -> throw new IllegalArgumentException("a field has an unknown type");
      }
      requireFew(all);
    }
    return all;
  }

  ByteBuffer message() {
    if (bytes == null) {
      throw new IllegalArgumentException("field " + number + " is no message");
    }
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  String text() {
    return StandardCharsets.UTF_8.decode(message()).toString();
  }

  /** One float32 number. */
  float decimal() {
    return Float.intBitsToFloat((int) integer);
  }

  /** One float32 number, or many that are packed. */
  List<Float> floats() {
    if (bytes == null) {
      return List.of(decimal());
    }
    List<Float> all = new ArrayList<>();
    for (ByteBuffer rest = message(); rest.hasRemaining(); ) {
      all.add(rest.getFloat());
      requireFew(all);
    }
    return all;
  }

  /** One number, or many that are packed. */
  List<Long> integers() {
    if (bytes == null) {
      return List.of(integer);
    }
    List<Long> all = new ArrayList<>();
    for (ByteBuffer rest = message(); rest.hasRemaining(); ) {
      all.add(varint(rest));
      requireFew(all);
    }
    return all;
  }

  private static void requireFew(List<?> all) {
    if (all.size() > MOST) {
      throw new IllegalArgumentException("a message has too many parts");
    }
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte part = bytes.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }
}
