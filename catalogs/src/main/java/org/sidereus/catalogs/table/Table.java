package org.sidereus.catalogs.table;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A table that is read from its first row to its last, one row in memory at a time. */
public interface Table extends AutoCloseable {
  /**
   * The columns in their order; of an array column its elements. A name that the table has twice is
   * listed twice. Elements of an array beyond the first 1024 are not listed, but {@link #column}
   * finds them.
   */
  List<Column> schema();

  /**
   * Finds a column, or an element of an array column: {@code P[7]}.
   *
   * @return null if there is none; the first one if there are several
   */
  @Nullable Column column(String name);

  /** Names of the columns of {@link #schema()}. */
  default List<String> columns() {
    return schema().stream().map(Column::name).toList();
  }

  /** What format the table has in its file. */
  TableFormat format();

  /**
   * Other tables of the file, of which nobody named one: this is the first. Empty where there are
   * none, or only the rest of a pipe or of a packed file would tell.
   */
  default List<String> others() {
    return List.of();
  }

  /** What the file says of the table that the user should know, such as that it is cut. */
  default List<String> notes() {
    return List.of();
  }

  /** Number of rows, if the file states it. */
  OptionalLong rows();

  /**
   * The next row.
   *
   * @return null at the end
   * @throws BrokenRowException if the row is broken; the message has its place, and the next call
   *     goes on with the row after it
   * @throws org.sidereus.engine.SidereusException if the file cannot be read on
   */
  @Nullable TableRow next();

  @Override
  void close();
}
