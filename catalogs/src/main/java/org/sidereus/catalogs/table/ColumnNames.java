package org.sidereus.catalogs.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The positions of columns by name; of two columns of one name the first counts. */
final class ColumnNames {
  /** What is wrong with a row that has the names for cells. */
  static final String NAMED_AGAIN = "the row has the names of the columns again";

  private final List<Column> columns;
  private final Map<String, Integer> positions = new HashMap<>();

  ColumnNames(List<Column> columns) {
    this.columns = List.copyOf(columns);
    for (int i = 0; i < columns.size(); i++) {
      positions.putIfAbsent(columns.get(i).name(), i);
    }
  }

  List<Column> columns() {
    return columns;
  }

  /** Whether the cells of a row are the names of the columns. */
  boolean areNamedAgain(IntFunction<String> cells) {
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).name().equals(Blanks.strip(cells.apply(i)))) {
        return false;
      }
    }
    return true;
  }

  int size() {
    return columns.size();
  }

  @Nullable Column column(String name) {
    Integer position = positions.get(name);
    return position == null ? null : columns.get(position);
  }

  /**
   * The position of a column.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  int position(String name) {
    Integer position = positions.get(name);
    if (position == null) {
      throw new IllegalArgumentException("there is no column " + name);
    }
    return position;
  }
}
