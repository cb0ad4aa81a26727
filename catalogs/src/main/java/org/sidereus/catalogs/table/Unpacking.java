package org.sidereus.catalogs.table;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdUtils;

/** Unpacks parts of Parquet and Feather files, whose unpacked length is known. */
final class Unpacking {
  /** Most bytes of a part. */
  static final int LARGEST = 512 << 20;

  private static final int SHORTEST_MATCH_LZ4 = 4;

  /** How a part is packed. */
  enum Codec {
    NONE,
    SNAPPY,
    GZIP,
    LZ4_BLOCK,
    LZ4_FRAME,
    ZSTD
  }

  private Unpacking() {}

  /** Whether zstd is read: where zstd-jni is on the class path, as in a release. */
  static boolean hasZstd() {
    return ZstdUtils.isZstdCompressionAvailable();
  }

  /** The unpacking stream of zstd. */
  static InputStream zstd(InputStream packed) throws IOException {
    return new ZstdCompressorInputStream(packed);
  }

  /**
   * Unpacks a part.
   *
   * @param length of the unpacked part
   * @throws IllegalArgumentException if it is damaged or has another length
   */
  static ByteBuffer unpack(ByteBuffer packed, Codec codec, long length) throws IOException {
    if (length < 0 || length > LARGEST) {
      throw new IllegalArgumentException(
          "a part has %d bytes; at most %d are read".formatted(length, LARGEST));
    }
    byte[] unpacked =
        switch (codec) {
          case NONE -> bytes(packed);
          case SNAPPY -> snappy(packed.duplicate(), (int) length);
          case LZ4_BLOCK -> lz4(packed.duplicate(), (int) length);
          case GZIP -> all(new GZIPInputStream(stream(packed)), (int) length);
          case LZ4_FRAME -> all(new FramedLZ4CompressorInputStream(stream(packed)), (int) length);
          case ZSTD -> all(zstd(stream(packed)), (int) length);
        };
    if (unpacked.length != length) {
      throw damaged();
    }
    return ByteBuffer.wrap(unpacked);
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("a packed part is damaged");
  }

  private static byte[] bytes(ByteBuffer packed) {
    byte[] bytes = new byte[packed.remaining()];
    packed.duplicate().get(bytes);
    return bytes;
  }

  private static InputStream stream(ByteBuffer packed) {
    return new ByteArrayInputStream(bytes(packed));
  }

  private static byte[] all(InputStream unpacking, int length) throws IOException {
    try (unpacking) {
      return unpacking.readNBytes(length);
    }
  }

  /** The length is not believed before the packed bytes can reach it. */
  private static byte[] room(int length, int packed, int highestRatio) {
    if (length > (long) packed * highestRatio + 64) {
      throw damaged();
    }
    return new byte[length];
  }

  /** A block of Snappy, by its format description of 2011. */
  private static byte[] snappy(ByteBuffer in, int length) {
    if (Thrift.varint(in) != length) {
      throw damaged();
    }
    byte[] out = room(length, in.remaining(), 32);
    int at = 0;
    while (in.hasRemaining()) {
      int tag = in.get() & 0xff;
      int kind = tag & 3;
      if (kind == 0) {
        int size = tag >> 2;
        if (size >= 60) {
          int extra = size - 59;
          size = 0;
          for (int i = 0; i < extra; i++) {
            size |= (in.get() & 0xff) << (8 * i);
          }
        }
        at = literal(in, out, at, size + 1);
      } else {
        int size;
        int offset;
        if (kind == 1) {
          size = ((tag >> 2) & 7) + 4;
          offset = ((tag >> 5) << 8) | (in.get() & 0xff);
        } else {
          size = (tag >> 2) + 1;
          offset = (in.get() & 0xff) | ((in.get() & 0xff) << 8);
          if (kind == 3) {
            offset |= ((in.get() & 0xff) << 16) | ((in.get() & 0xff) << 24);
          }
        }
        at = copy(out, at, offset, size);
      }
    }
    if (at != length) {
      throw damaged();
    }
    return out;
  }

  /** A block of LZ4, by its block format description. */
  private static byte[] lz4(ByteBuffer in, int length) {
    byte[] out = room(length, in.remaining(), 256);
    int at = 0;
    while (in.hasRemaining()) {
      int token = in.get() & 0xff;
      at = literal(in, out, at, extended(in, token >> 4));
      if (in.hasRemaining()) {
        int offset = (in.get() & 0xff) | ((in.get() & 0xff) << 8);
        at = copy(out, at, offset, extended(in, token & 0xf) + SHORTEST_MATCH_LZ4);
      }
    }
    if (at != length) {
      throw damaged();
    }
    return out;
  }

  private static int extended(ByteBuffer in, int nibble) {
    long size = nibble;
    if (nibble == 15) {
      int more;
      do {
        more = in.get() & 0xff;
        size += more;
      } while (more == 255);
    }
    if (size > LARGEST) {
      throw damaged();
    }
    return (int) size;
  }

  private static int literal(ByteBuffer in, byte[] out, int at, int size) {
    if (size < 0 || size > in.remaining() || size > out.length - at) {
      throw damaged();
    }
    in.get(out, at, size);
    return at + size;
  }

  private static int copy(byte[] out, int at, int offset, int size) {
    if (offset <= 0 || offset > at || size > out.length - at) {
      throw damaged();
    }
    for (int i = 0; i < size; i++) {
      out[at + i] = out[at - offset + i];
    }
    return at + size;
  }
}
