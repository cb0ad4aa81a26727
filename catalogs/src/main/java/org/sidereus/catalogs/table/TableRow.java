package org.sidereus.catalogs.table;

/** One row of a table; valid until the next one is read. */
public interface TableRow {
  /**
   * A cell with its type. An element beyond the end of an array of variable length is missing.
   *
   * @param column name of a column that {@link Table#column} finds
   * @throws BrokenRowException if the cell cannot be read; the message has its place
   */
  Cell value(String column);

  /**
   * A cell as {@linkplain Cell#text() text} without surrounding blanks, empty where there is
   * nothing.
   *
   * @param column name of a column that {@link Table#column} finds
   * @throws BrokenRowException if the cell cannot be read; the message has its place
   */
  default String cell(String column) {
    return value(column).text();
  }

  /** Where the row is in its file, for messages: {@code line 3} or {@code row 2}, from 1. */
  String place();
}
