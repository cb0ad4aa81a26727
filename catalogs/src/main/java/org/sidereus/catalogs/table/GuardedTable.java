package org.sidereus.catalogs.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table whose errors have one line, whatever a library makes of a damaged file. */
final class GuardedTable implements TableView {
  private final String name;
  private final Table table;

  GuardedTable(String name, Table table) {
    this.name = name;
    this.table = table;
  }

  @Override
  public List<Column> schema() {
    return table.schema();
  }

  @Override
  public @Nullable Column column(String column) {
    return table.column(column);
  }

  @Override
  public Table table() {
    return table;
  }

  @Override
  public @Nullable TableRow next() {
    try {
      return table.next();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw TableFiles.unreadable(name, e);
    }
  }
}
