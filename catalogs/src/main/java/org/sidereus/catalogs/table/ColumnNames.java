package org.sidereus.catalogs.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The positions of columns by name; of two columns of one name the first counts. */
final class ColumnNames {
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
