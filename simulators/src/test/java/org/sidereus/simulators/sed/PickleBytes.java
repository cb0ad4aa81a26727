package org.sidereus.simulators.sed;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes pickles as Python does for lists of numbers and arrays. */
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private PickleBytes() {}

  /** A value: null, Integer, String, List or PickledArray. */
  static byte[] of(Object value) {
    PickleBytes bytes = new PickleBytes();
    bytes.raw(0x80, 3);
    bytes.write(value);
    bytes.raw('.');
    return bytes.out.toByteArray();
  }

  private void write(Object value) {
    if (value == null) {
      raw('N');
    } else if (value instanceof Integer number) {
      raw('J');
      integer(number);
    } else if (value instanceof String text) {
      raw('X');
      integer(text.length());
      text(text);
    } else if (value instanceof List<?> list) {
      raw(']', '(');
      list.forEach(this::write);
      raw('e');
    } else {
      array((PickledArray) value);
    }
  }

  private void array(PickledArray array) {
    raw('c');
    text("numpy.core.multiarray\n_reconstruct\n");
    raw('c');
    text("numpy\nndarray\n");
    raw('K', 0, 0x85, 'C', 1, 'b', 0x87, 'R');
    raw('(', 'K', 1, '(');
    for (int axis : array.shape()) {
      write(axis);
    }
    raw('t', 'c');
    text("numpy\ndtype\n");
    write("f4");
    raw('K', 0, 'K', 1, 0x87, 'R', '(', 'K', 3);
    write("<");
    raw('N', 'N', 'N');
    write(-1);
    write(-1);
    raw('K', 0, 't', 'b', 0x89, 'B');
    integer(Float.BYTES * array.values().length);
    ByteBuffer buffer =
        ByteBuffer.allocate(Float.BYTES * array.values().length).order(ByteOrder.LITTLE_ENDIAN);
    for (double one : array.values()) {
      buffer.putFloat((float) one);
    }
    out.writeBytes(buffer.array());
    raw('t', 'b');
  }

  private void raw(int... bytes) {
    for (int one : bytes) {
      out.write(one);
    }
  }

  private void text(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void integer(int value) {
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }
}
