package org.sidereus.catalogs.table;

import io.jhdf.api.Dataset;
import io.jhdf.object.message.DataLayout;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** The values of a column of an HDF5 file, read in slices or at once. */
sealed interface HdfValues {
  /** Whether {@link #get} gives all rows. */
  boolean isWhole();

  /** An array of rows from one on, or of all rows. */
  Object get(long from, int rows);

  /** The values of a dataset, in slices where it is contiguous. */
  final class OfDataset implements HdfValues {
    private final String file;
    private final Dataset dataset;
    private @Nullable Object whole;

    OfDataset(String file, Dataset dataset) {
      this.file = file;
      this.dataset = dataset;
    }

    @Override
    public boolean isWhole() {
      return dataset.getDataLayout() != DataLayout.CONTIGUOUS;
    }

    @Override
    public Object get(long from, int rows) {
      if (!isWhole()) {
        return slice(from, rows);
      }
      Object loaded = whole;
      if (loaded == null) {
        long room = Runtime.getRuntime().maxMemory() / 4;
        if (dataset.getSizeInBytes() > room) {
          throw new SidereusException(
              "%s: the dataset %s has %d MiB, which are read at once; give the program more memory (-Xmx), or write it without chunks"
                  .formatted(file, dataset.getName(), dataset.getSizeInBytes() >> 20));
        }
        loaded = dataset.getData();
        whole = loaded;
      }
      return loaded;
    }

    /** jHDF 0.9.4 slices chunked datasets wrongly, so these are read whole. */
    private Object slice(long from, int rows) {
      int[] shape = dataset.getDimensions().clone();
      long[] start = new long[shape.length];
      start[0] = from;
      shape[0] = rows;
      return dataset.getData(start, shape);
    }
  }

  /** Values of which a bitmap says whether they are there. */
  record WithNulls(HdfValues values, Dataset valid) implements HdfValues {
    @Override
    public boolean isWhole() {
      return values.isWhole();
    }

    @Override
    public Object get(long from, int rows) {
      Object read = values.get(from, rows);
      long first = isWhole() ? 0 : from;
      byte[] bits = bytes(valid, first / 8, (Array.getLength(read) + first % 8 + 7) / 8);
      Object[] all = new Object[Array.getLength(read)];
      for (int i = 0; i < all.length; i++) {
        all[i] = isSet(bits, first % 8 + i) ? Array.get(read, i) : null;
      }
      return all;
    }
  }

  /**
   * Texts as bytes behind each other.
   *
   * @param begins where each text begins, and the last one ends
   * @param valid bits of the texts that are there; null: all
   */
  record VaexTexts(Dataset data, Dataset begins, @Nullable Dataset valid) implements HdfValues {
    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public Object get(long from, int rows) {
      Object places = begins.getData(new long[] {from}, new int[] {rows + 1});
      long first = ((Number) Array.get(places, 0)).longValue();
      long last = ((Number) Array.get(places, rows)).longValue();
      if (first < 0 || last < first || last > data.getSize()) {
        throw damaged();
      }
      byte[] bytes = bytes(data, first, last - first);
      byte[] bits = valid == null ? null : bytes(valid, from / 8, (rows + from % 8 + 7) / 8);
      String[] texts = new String[rows];
      for (int i = 0; i < rows; i++) {
        long begin = ((Number) Array.get(places, i)).longValue();
        long end = ((Number) Array.get(places, i + 1)).longValue();
        if (begin < first || end < begin || end > last) {
          throw damaged();
        }
        texts[i] =
            bits == null || isSet(bits, from % 8 + i)
                ? new String(
                    bytes, (int) (begin - first), (int) (end - begin), StandardCharsets.UTF_8)
                : null;
      }
      return texts;
    }

    private static IllegalArgumentException damaged() {
      return new IllegalArgumentException("the places of the texts are damaged");
    }
  }

  private static boolean isSet(byte[] bits, long row) {
    return (bits[(int) (row / 8)] >> (row % 8) & 1) != 0;
  }

  private static byte[] bytes(Dataset dataset, long from, long length) {
    if (length <= 0) {
      return new byte[0];
    }
    Object values = dataset.getData(new long[] {from}, new int[] {Math.toIntExact(length)});
    byte[] bytes = new byte[Array.getLength(values)];
    for (int i = 0; i < bytes.length; i++) { // unsigned bytes come as wider numbers
      bytes[i] = Array.get(values, i) instanceof Number number ? number.byteValue() : 0;
    }
    return bytes;
  }
}
