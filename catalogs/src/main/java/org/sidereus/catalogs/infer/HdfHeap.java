package org.sidereus.catalogs.infer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Values of variable length in a collection of an HDF5 file's global heap. */
final class HdfHeap {
  /** Values of one collection, whose places are numbers of 16 bits. */
  private static final int MOST = 4096;

  private static final int SMALLEST = 4096;
  private static final int HEAD = 16;

  private HdfHeap() {}

  /**
   * Writes values.
   *
   * @param size bytes of an element of a value, such as 1 for texts
   * @return what stands for each value in a dataset: its number of elements, the collection and its
   *     place there
   */
  static byte[] write(HdfFile file, List<byte[]> values, int size) throws IOException {
    ByteBuffer places = HdfMessages.bytes(16 * values.size());
    for (int from = 0; from < values.size(); from += MOST) {
      List<byte[]> some = values.subList(from, Math.min(values.size(), from + MOST));
      int used = HEAD + some.stream().mapToInt(one -> HEAD + padded(one.length)).sum();
      ByteBuffer heap = HdfMessages.bytes(Math.max(SMALLEST, used + HEAD));
      heap.put("GCOL".getBytes(StandardCharsets.US_ASCII)).putInt(1).putLong(heap.capacity());
      long address = file.align();
      for (int i = 0; i < some.size(); i++) {
        byte[] value = some.get(i);
        heap.putShort((short) (i + 1)).putShort((short) 1).putInt(0).putLong(value.length);
        heap.put(value).position(heap.position() + padded(value.length) - value.length);
        places.putInt(value.length / size).putLong(address).putInt(i + 1);
      }
      heap.putLong(0).putLong(heap.capacity() - used); // what is free
      file.write(heap.array());
    }
    return places.array();
  }

  private static int padded(int length) {
    return (length + 7) / 8 * 8;
  }
}
