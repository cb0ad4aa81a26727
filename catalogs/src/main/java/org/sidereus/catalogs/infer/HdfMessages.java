package org.sidereus.catalogs.infer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An object header of an HDF5 file (version 2 of the object header, HDF5 File Format Specification
 * 3.0, IV.A.1.b), put together message by message.
 */
final class HdfMessages {
  /** An address that is none. */
  static final long UNDEFINED = -1;

  private static final int LARGEST_MESSAGE = 0xffff;

  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

  static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private HdfMessages add(int type, byte[] data) {
    if (data.length > LARGEST_MESSAGE) {
      throw new IllegalArgumentException("a message of %d bytes".formatted(data.length));
    }
    messages.writeBytes(
        bytes(4).put((byte) type).putShort((short) data.length).put((byte) 0).array());
    messages.writeBytes(data);
    return this;
  }

  /** Makes the object a group whose links stand in its header. */
  HdfMessages group() {
    add(2, bytes(18).putShort((short) 0).putLong(UNDEFINED).putLong(UNDEFINED).array());
    return add(10, new byte[2]);
  }

  /** Adds an object to a group. */
  HdfMessages link(String name, long address) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer link = bytes(5 + utf8.length + 8).put((byte) 1).put((byte) 0x11).put((byte) 1);
    return add(6, link.putShort((short) utf8.length).put(utf8).putLong(address).array());
  }

  /** Makes the object a dataset whose bytes lie together. */
  HdfMessages dataset(HdfType type, long[] shape, long address, long size) {
    add(1, dataspace(shape));
    add(3, type.encoded());
    add(5, new byte[] {3, 0x0a}); // without a fill value
    return add(8, bytes(18).put((byte) 3).put((byte) 1).putLong(address).putLong(size).array());
  }

  private static byte[] dataspace(long[] shape) {
    ByteBuffer space = bytes(4 + 8 * shape.length).put((byte) 2).put((byte) shape.length);
    space.put((byte) 0).put((byte) (shape.length == 0 ? 0 : 1));
    for (long length : shape) {
      space.putLong(length);
    }
    return space.array();
  }

  /** Adds an attribute. */
  HdfMessages attribute(String name, HdfType type, long[] shape, byte[] data) {
    byte[] utf8 = (name + '\0').getBytes(StandardCharsets.UTF_8);
    byte[] encoded = type.encoded();
    byte[] space = dataspace(shape);
    ByteBuffer attribute = bytes(9 + utf8.length + encoded.length + space.length + data.length);
    attribute.put((byte) 3).put((byte) 0).putShort((short) utf8.length);
    attribute.putShort((short) encoded.length).putShort((short) space.length).put((byte) 1);
    return add(12, attribute.put(utf8).put(encoded).put(space).put(data).array());
  }

  /** Adds a text attribute. */
  HdfMessages attribute(String name, String text) {
    byte[] utf8 = (text + '\0').getBytes(StandardCharsets.UTF_8);
    return attribute(name, HdfType.text(utf8.length), new long[0], utf8);
  }

  /** The header. */
  byte[] header() {
    byte[] all = messages.toByteArray();
    ByteBuffer header = bytes(10 + all.length + 4);
    header.put("OHDR".getBytes(StandardCharsets.US_ASCII)).put((byte) 2).put((byte) 2);
    header.putInt(all.length).put(all);
    return header.putInt(checksum(header.array(), header.position())).array();
  }

  /** The hash lookup3 of Bob Jenkins, with which HDF5 checks its metadata. */
  static int checksum(byte[] data, int length) {
    int a = 0xdeadbeef + length;
    int b = a;
    int c = a;
    int at = 0;
    int left = length;
    while (left > 12) {
      a += word(data, at, 4);
      b += word(data, at + 4, 4);
      c += word(data, at + 8, 4);
      a = (a - c) ^ Integer.rotateLeft(c, 4);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 6);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 8);
      b += a;
      a = (a - c) ^ Integer.rotateLeft(c, 16);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 19);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 4);
      b += a;
      at += 12;
      left -= 12;
    }
    if (left == 0) {
      return c;
    }
    a += word(data, at, Math.min(4, left));
    b += word(data, at + 4, Math.max(0, Math.min(4, left - 4)));
    c += word(data, at + 8, Math.max(0, Math.min(4, left - 8)));
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    return (c ^ b) - Integer.rotateLeft(b, 24);
  }

  private static int word(byte[] data, int at, int bytes) {
    int word = 0;
    for (int i = 0; i < bytes; i++) {
      word |= (data[at + i] & 0xff) << (8 * i);
    }
    return word;
  }
}
