package org.sidereus.catalogs.infer;

import java.nio.ByteBuffer;

/**
 * A type of an HDF5 file (HDF5 File Format Specification 3.0, IV.A.2.d).
 *
 * @param size bytes of a value
 */
record HdfType(int kind, int bits, int size, byte[] properties) {
  static final HdfType INT32 = integer(4, true);
  static final HdfType INT64 = integer(8, true);
  static final HdfType FLOAT32 = new HdfType(0x11, 0x1f20, 4, singlePrecision());

  /** An address of an object. */
  static final HdfType REFERENCE = new HdfType(0x17, 0, 8, new byte[0]);

  /** A list of addresses, which lies in a heap. */
  static final HdfType REFERENCES = new HdfType(0x19, 0, 16, REFERENCE.encoded());

  /** A text in UTF-8, which lies in a heap. */
  static final HdfType TEXT = new HdfType(0x19, 0x101, 16, integer(1, false).encoded());

  private static HdfType integer(int size, boolean signed) {
    byte[] properties = HdfMessages.bytes(4).putShort(2, (short) (8 * size)).array();
    return new HdfType(0x10, signed ? 8 : 0, size, properties);
  }

  private static byte[] singlePrecision() {
    ByteBuffer properties = HdfMessages.bytes(12).putShort((short) 0).putShort((short) 32);
    properties.put((byte) 23).put((byte) 8).put((byte) 0).put((byte) 23);
    return properties.putInt(127).array();
  }

  /** A text in UTF-8 that ends with a zero byte. */
  static HdfType text(int size) {
    return new HdfType(0x13, 0x10, size, new byte[0]);
  }

  /** The type as the file has it. */
  byte[] encoded() {
    ByteBuffer bytes = HdfMessages.bytes(8 + properties.length);
    bytes.putInt(kind | (bits << 8)).putInt(size);
    return bytes.put(properties).array();
  }
}
