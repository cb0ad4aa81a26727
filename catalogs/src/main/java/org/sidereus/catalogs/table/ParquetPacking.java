package org.sidereus.catalogs.table;

import org.jspecify.annotations.Nullable;

/** How the pages of a Parquet file are packed. */
final class ParquetPacking {
  private static final int COMPRESSION = 4;

  private ParquetPacking() {}

  /**
   * How the pages of a chunk are packed.
   *
   * @param metadata of the chunk
   * @return null if such pages are not read
   */
  static Unpacking.@Nullable Codec codec(Thrift.Struct metadata) {
    return switch ((int) metadata.integer(COMPRESSION, null)) {
      case 0 -> Unpacking.Codec.NONE;
      case 1 -> Unpacking.Codec.SNAPPY;
      case 2 -> Unpacking.Codec.GZIP;
      case 6 -> Unpacking.hasZstd() ? Unpacking.Codec.ZSTD : null;
      case 7 -> Unpacking.Codec.LZ4_BLOCK;
      default -> null;
    };
  }

  /** The name of a compression that is not read. */
  static String compression(Thrift.Struct metadata) {
    long number = metadata.integer(COMPRESSION, null);
    return switch ((int) number) {
      case 3 -> "LZO";
      case 4 -> "Brotli";
      case 5 -> "LZ4 with the framing of Hadoop";
      case 6 -> "zstd";
      default -> "a compression of number " + number;
    };
  }
}
