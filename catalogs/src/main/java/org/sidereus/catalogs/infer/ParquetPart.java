package org.sidereus.catalogs.infer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Parquet file that gets its name when it is whole. */
final class ParquetPart implements AutoCloseable {
  private final PartFile part;
  private final ParquetFile table;

  /**
   * Begins the file.
   *
   * @throws org.sidereus.engine.SidereusException if it cannot be made
   */
  ParquetPart(Path file, List<ParquetFile.Field> fields, Map<String, String> metadata) {
    part = new PartFile(file);
    try {
      table = new ParquetFile(part.written(), fields, metadata);
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  /** Takes the cells of the row. */
  ParquetFile table() {
    return table;
  }

  /** Ends the row. */
  void endRow() {
    try {
      table.endRow();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  /** Gives the file its name. */
  void commit() {
    try {
      table.finish();
      part.commit();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void close() {
    try {
      table.close();
      part.discard();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }
}
