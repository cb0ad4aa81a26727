package org.sidereus.catalogs.table;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The unpacked bytes of a compressed file. A file that unpacks to very much more than its size, as
 * one that was made to fill memory and disk, ends with an error.
 */
final class Expansion extends FilterInputStream {
  /** Up to this number of bytes any ratio is accepted. */
  static final long UNCHECKED_BYTES = 256L << 20;

  /** Highest ratio of unpacked to packed bytes; tables reach 50 or so, and gzip at most 1030. */
  static final long HIGHEST_RATIO = 250;

  private final String name;
  private final Counted packed;
  private final long unchecked;
  private long unpacked;

  /** Counts the bytes of the compressed file that are read. */
  static final class Counted extends FilterInputStream {
    private long bytes;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = in.read();
      bytes += one < 0 ? 0 : 1;
      return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = in.read(target, offset, length);
      bytes += Math.max(0, read);
      return read;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }

  Expansion(String name, Counted packed, InputStream unpacking, long unchecked) {
    super(unpacking);
    this.name = name;
    this.packed = packed;
    this.unchecked = unchecked;
  }

  @Override
  public int read() throws IOException {
    int one = in.read();
    if (one >= 0) {
      count(1);
    }
    return one;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = in.read(target, offset, length);
    count(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long n) throws IOException {
    long left = n;
    byte[] chunk = new byte[(int) Math.min(Math.max(n, 1), 1 << 16)];
    while (left > 0) {
      int read = read(chunk, 0, (int) Math.min(left, chunk.length));
      if (read < 0) {
        break;
      }
      left -= read;
    }
    return n - left;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int bytes) throws IOException {
    unpacked += bytes;
    if (unpacked > unchecked && unpacked / HIGHEST_RATIO > packed.bytes) {
      throw new IOException(
          "%s unpacks to more than %d times its size; if that is right, unpack it first"
              .formatted(name, HIGHEST_RATIO));
    }
  }
}
