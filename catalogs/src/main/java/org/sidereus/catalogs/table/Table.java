package org.sidereus.catalogs.table;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** A table that is read from its first row to its last, one row in memory at a time. */
public interface Table extends AutoCloseable {
  /** Names of the columns, in their order; a name that the table has twice is listed twice. */
  List<String> columns();

  /** Number of rows, if the file states it. */
  OptionalLong rows();

  /**
   * The next row.
   *
   * @return null at the end
   * @throws SidereusException if the row is broken; the message has its place
   */
  @Nullable TableRow next();

  @Override
  void close();
}
