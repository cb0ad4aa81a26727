package org.sidereus.catalogs.table;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * Opens tables of HDF5 files, by jHDF: a compound dataset, as astropy and pandas' {@code table}
 * format write it, pandas' {@code fixed} format, the columns of vaex, or a group whose datasets
 * have the same length.
 */
final class HdfTables {
  /** End of the name of the dataset in which astropy says what the columns of another one are. */
  static final String META = ".__table_column_meta__";

  private static final int BLOCK_ROWS = 8192;
  private static final long LARGEST_BLOCK = 256L << 20;

  /** Where nothing is stored, all values are the fill value. */
  private static final long UNDEFINED_ADDRESS = -1;

  private final String file;

  private HdfTables(String file) {
    this.file = file;
  }

  /** Opens the table at a path, or the first one. */
  static Table open(TableInput input, @Nullable String path) throws IOException {
    HdfFile hdf = null;
    try {
      hdf = mapped(input.file());
      return new HdfTables(input.name()).open(input, hdf, path);
    } catch (HdfException | LinkageError e) {
      close(hdf);
      throw new SidereusException(
          "%s cannot be read as HDF5: %s; get or write it again"
              .formatted(input.name(), TableInput.printable(SidereusException.describe(e))),
          e);
    } catch (RuntimeException e) {
      close(hdf);
      throw e;
    }
  }

  /**
   * The file in memory, as far as buffers reach: what a damaged header says of a length is then
   * compared with the length of the file. jHDF reads a file from the disk until it has that length.
   */
  private static HdfFile mapped(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.size() <= Integer.MAX_VALUE
          ? HdfFile.fromByteBuffer(channel.map(MapMode.READ_ONLY, 0, channel.size()))
          : new HdfFile(file);
    }
  }

  private static void close(@Nullable HdfFile hdf) {
    if (hdf != null) {
      hdf.close();
    }
  }

  private Table open(TableInput input, HdfFile hdf, @Nullable String path) throws IOException {
    Node start = path == null || path.equals("/") ? hdf : node(hdf, path);
    List<HdfSource> sources = new HdfSources(file).find(start);
    if (sources.isEmpty()) {
      throw new SidereusException(
          "%s has no table%s: no compound dataset, and no group whose datasets have the same length; name one by --table or in source.table"
              .formatted(file, path == null ? "" : " at " + TableInput.printable(path)));
    }
    requireBytes(sources, Files.size(input.file()));
    long rows = sources.get(0).rows();
    if (rows == 0) {
      throw new SidereusException(file + " has a table without rows");
    }
    HdfColumns columns = new HdfColumns(sources);
    long rowBytes = 0;
    for (HdfSource source : sources) {
      rowBytes += source.dataset().getSizeInBytes() / rows;
    }
    int blockRows = (int) Math.max(1, Math.min(BLOCK_ROWS, LARGEST_BLOCK / Math.max(1, rowBytes)));
    if (rowBytes > LARGEST_BLOCK) {
      throw new SidereusException(
          "%s has rows of %d bytes; a table has shorter ones".formatted(file, rowBytes));
    }
    return new ColumnarTable(
            input,
            TableFormat.HDF5,
            header(sources.get(0).dataset()).describe(columns.schema()),
            rows,
            new HdfBlocks(file, hdf, sources, columns.columns(), rows, blockRows))
        .beside(path == null ? others(hdf, sources.get(0).dataset().getPath()) : List.of());
  }

  /** Bytes that are stored as they are cannot be more than those of the file. */
  private void requireBytes(List<HdfSource> sources, long length) {
    for (HdfSource source : sources) {
      long size = source.dataset().getSizeInBytes();
      if (source.dataset() instanceof ContiguousDataset stored
          && stored.getDataAddress() != UNDEFINED_ADDRESS
          && (size < 0 || size > length)) {
        throw new SidereusException(
            "%s says that %s has %d bytes, but the file has %d; get or write it again"
                .formatted(file, TableInput.printable(stored.getPath()), size, length));
      }
    }
  }

  /** The tables right below the root, beside that of a dataset. */
  private List<String> others(HdfFile hdf, String read) {
    List<String> tables = new ArrayList<>();
    boolean isOne = false;
    for (Node child : hdf.getChildren().values()) {
      String path = "/" + child.getName();
      boolean isRead = read.equals(path) || read.startsWith(path + "/");
      if (isRead) {
        isOne = child instanceof Group || (child instanceof Dataset one && one.isCompound());
      } else if (!child.getName().endsWith(META) && hasTable(child)) {
        tables.add(TableInput.printable(child.getName()));
      }
    }
    return isOne ? tables : List.of();
  }

  private boolean hasTable(Node node) {
    try {
      return !new HdfSources(file).find(node).isEmpty();
    } catch (SidereusException e) {
      return false; // nobody asked for it
    }
  }

  /** What astropy says of the columns, in a dataset beside the table. */
  private AstropyHeader header(Dataset table) {
    Group parent = table.getParent();
    String name = table.getName() + META;
    if (parent != null
        && parent.getChildren().get(name) instanceof Dataset lines
        && lines.getSize() <= AstropyHeader.LONGEST / 80
        && lines.getData() instanceof String[] text) {
      return AstropyHeader.parse(file, String.join("\n", text));
    }
    return AstropyHeader.NONE;
  }

  private Node node(HdfFile hdf, String path) {
    try {
      return hdf.getByPath(path.startsWith("/") ? path.substring(1) : path);
    } catch (HdfException e) {
      throw new SidereusException(
          "%s has nothing at %s; name a table by --table or in source.table"
              .formatted(file, TableInput.printable(path)),
          e);
    }
  }
}
