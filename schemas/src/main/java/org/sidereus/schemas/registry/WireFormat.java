package org.sidereus.schemas.registry;

import java.nio.ByteBuffer;

/**
 * The frame of a record: magic byte 0, id of the schema as 4 bytes in big-endian order, and then
 * the record in Avro binary.
 */
final class WireFormat {
  static final byte MAGIC = 0;
  static final int HEADER_BYTES = 1 + Integer.BYTES;

  private WireFormat() {}

  static byte[] header(int schemaId) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
  }

  static int schemaId(byte[] framed) {
    return ByteBuffer.wrap(framed).getInt(1);
  }
}
