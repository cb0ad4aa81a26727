package org.sidereus.catalogs.table;

/** One row of a table; valid until the next one is read. */
public interface TableRow {
  /**
   * A cell as text without surrounding blanks, empty where there is nothing. A number of a binary
   * table is written with as few digits as identify it.
   *
   * @param column name of one of {@link Table#columns()}
   */
  String cell(String column);

  /** Where the row is in its file, for messages: {@code line 3} or {@code row 2}, from 1. */
  String place();
}
