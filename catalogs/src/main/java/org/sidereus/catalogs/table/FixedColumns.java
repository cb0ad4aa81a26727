package org.sidereus.catalogs.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits lines at fixed positions. What stands between two columns must be blank; so a line that is
 * shifted is refused, and not read wrongly.
 *
 * @param columns in the order of their positions
 */
record FixedColumns(List<Extent> columns) implements LineTable.Splitter {
  /**
   * Where the cells of a column are.
   *
   * @param start first character, from 0
   * @param end behind the last character
   * @param absent text that means a missing value, as it or as a number; empty: none
   */
  record Extent(int start, int end, String absent) {
    Extent {
      if (start < 0 || end <= start) {
        throw new IllegalArgumentException(
            "a column cannot reach from character %d to %d".formatted(start + 1L, end));
      }
    }
  }

  FixedColumns {
    columns = List.copyOf(columns);
    for (int i = 1; i < columns.size(); i++) {
      if (columns.get(i).start() < columns.get(i - 1).end()) {
        throw new IllegalArgumentException(
            "two columns overlap at character " + (columns.get(i).start() + 1L));
      }
    }
  }

  @Override
  public String[] split(String line) {
    String[] cells = new String[columns.size()];
    int before = 0;
    for (int i = 0; i < cells.length; i++) {
      Extent extent = columns.get(i);
      blank(line, before, extent.start());
      String cell = piece(line, extent.start(), extent.end());
      cells[i] = isAbsent(cell, extent.absent()) ? "" : cell;
      before = extent.end();
    }
    blank(line, before, line.length());
    return cells;
  }

  private static boolean isAbsent(String cell, String absent) {
    if (absent.isEmpty() || cell.isEmpty()) {
      return false;
    }
    if (cell.equals(absent)) {
      return true;
    }
    try {
      return Double.parseDouble(cell) == Double.parseDouble(absent);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String piece(String line, int start, int end) {
    return start >= line.length()
        ? ""
        : line.substring(start, Math.min(end, line.length())).strip();
  }

  private static void blank(String line, int start, int end) {
    String between = piece(line, start, end);
    if (!between.isEmpty() && !between.equals("|")) {
      throw new IllegalArgumentException(
          "'%s' stands between the columns, from character %d"
              .formatted(TableInput.printable(between), start + 1L));
    }
  }

  /** The extents of runs of a character, such as a line of dashes. */
  static List<Extent> runs(String line, char of) {
    List<Extent> runs = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= line.length(); i++) {
      boolean inside = i < line.length() && line.charAt(i) == of;
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        runs.add(new Extent(start, i, ""));
        start = -1;
      }
    }
    return runs;
  }
}
