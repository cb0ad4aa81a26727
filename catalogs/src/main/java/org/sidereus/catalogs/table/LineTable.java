package org.sidereus.catalogs.table;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** A table whose rows are lines, split by blanks or at fixed positions. */
final class LineTable implements Table {
  private final String name;
  private final TableFormat format;
  private final TextLines lines;
  private final ColumnNames columns;
  private final Splitter splitter;
  private final String comment;

  /** Splits a line into its cells. */
  @FunctionalInterface
  interface Splitter {
    /**
     * The cells of a line, one for each column; null where the line has nothing.
     *
     * @throws IllegalArgumentException if the line cannot be split so; the message says why
     */
    String[] split(String line);
  }

  /**
   * A table.
   *
   * @param lines from the first row; closed with the table
   * @param comment lines that begin with it are no rows; empty: there are no comments
   */
  LineTable(
      String name,
      TableFormat format,
      TextLines lines,
      List<Column> columns,
      Splitter splitter,
      String comment) {
    this.name = name;
    this.format = format;
    this.lines = lines;
    this.columns = new ColumnNames(columns);
    this.splitter = splitter;
    this.comment = comment;
  }

  @Override
  public List<Column> schema() {
    return columns.columns();
  }

  @Override
  public @Nullable Column column(String column) {
    return columns.column(column);
  }

  @Override
  public TableFormat format() {
    return format;
  }

  @Override
  public OptionalLong rows() {
    return OptionalLong.empty();
  }

  private final class Line implements TableRow {
    private final String[] cells;
    private final long number;

    Line(String[] cells, long number) {
      this.cells = cells;
      this.number = number;
    }

    @Override
    public Cell value(String column) {
      int position = columns.position(column);
      try {
        return TypedText.cell(cells[position], columns.columns().get(position).type());
      } catch (IllegalArgumentException e) {
        throw BrokenRowException.at(
            name, place(), "in the column " + column + ", " + e.getMessage());
      }
    }

    @Override
    public String place() {
      return "line " + number;
    }
  }

  @Override
  public @Nullable TableRow next() {
    try {
      String line = lines.next();
      while (line != null
          && (line.isBlank() || (!comment.isEmpty() && line.stripLeading().startsWith(comment)))) {
        line = lines.next();
      }
      if (line == null) {
        return null;
      }
      String[] cells = splitter.split(line);
      if (cells.length != columns.size()) {
        throw new IllegalArgumentException(
            "there are %d cells but the header has %d%s"
                .formatted(
                    cells.length,
                    columns.size(),
                    format == TableFormat.ASCII
                        ? " (if the columns stand at fixed positions, say --format fixed)"
                        : ""));
      }
      if (columns.areNamedAgain(i -> cells[i])) {
        throw new IllegalArgumentException(ColumnNames.NAMED_AGAIN);
      }
      return new Line(cells, lines.number());
    } catch (IllegalArgumentException e) {
      throw BrokenRowException.at(name, "line " + lines.number(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new SidereusException(
          "%s cannot be read: %s; check the file".formatted(name, SidereusException.reason(e)), e);
    }
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      // the file was only read, so nothing is lost
    }
  }
}
