package org.sidereus.catalogs.infer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of an HDF5 file that is written from its beginning to its end. */
final class HdfFile implements AutoCloseable {
  private static final byte[] MAGIC = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int SUPERBLOCK = 48;

  private final FileChannel channel;
  private long position = SUPERBLOCK;

  HdfFile(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  /** The address of what is written next, a multiple of 8. */
  long align() {
    position = (position + 7) / 8 * 8;
    return position;
  }

  /** Writes behind what is written. */
  void write(byte[] bytes) throws IOException {
    write(ByteBuffer.wrap(bytes), position);
    position += bytes.length;
  }

  private void write(ByteBuffer bytes, long at) throws IOException {
    long place = at;
    while (bytes.hasRemaining()) {
      place += channel.write(bytes, place);
    }
  }

  /** Writes an object header and gives its address. */
  long write(HdfMessages object) throws IOException {
    long address = align();
    write(object.header());
    return address;
  }

  /** Ends the file: names the root group in the superblock (version 2). */
  void finish(long root) throws IOException {
    ByteBuffer superblock = HdfMessages.bytes(SUPERBLOCK).put(MAGIC);
    superblock.put((byte) 2).put((byte) 8).put((byte) 8).put((byte) 0);
    superblock.putLong(0).putLong(HdfMessages.UNDEFINED).putLong(position).putLong(root);
    superblock.putInt(HdfMessages.checksum(superblock.array(), superblock.position()));
    write(superblock.flip(), 0);
    channel.close();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
