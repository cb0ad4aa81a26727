package org.sidereus.catalogs.table;

import java.util.List;
import java.util.OptionalLong;
import org.sidereus.engine.SidereusException;

/** A table that is read from its first row to its last, one row in memory at a time. */
public interface Table extends AutoCloseable {
  /** Names of the columns, in their order; a name that is there twice is listed twice. */
  List<String> columns();

  /** Number of rows, where the file tells it beforehand. */
  OptionalLong rows();

  /**
   * The next row.
   *
   * @return null at the end
   * @throws SidereusException if the row is broken; the message has its place
   */
  TableRow next();

  @Override
  void close();
}
