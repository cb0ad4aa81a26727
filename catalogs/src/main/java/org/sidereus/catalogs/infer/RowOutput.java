package org.sidereus.catalogs.infer;

import java.util.List;

/** A file of rows that appears, or replaces an older file, only when it is complete. */
public interface RowOutput extends AutoCloseable {

  /** Adds a row: a text for each column; an empty one where there is no value. */
  void write(List<String> row);

  /** Ends the file and gives it its name. */
  void commit();

  /** Leaves nothing unless the file was committed. */
  @Override
  void close();
}
