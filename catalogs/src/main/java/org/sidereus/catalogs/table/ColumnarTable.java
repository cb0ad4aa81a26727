package org.sidereus.catalogs.table;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** A table whose columns are stored one by one, in blocks of rows. */
final class ColumnarTable implements Table {
  /** Rows in succession that may be broken. A file that says it has more rows than it has ends. */
  private static final int MOST_BROKEN = 10_000;

  private final String name;
  private final TableFormat format;
  private final ColumnNames columns;
  private final long rows;
  private final Blocks blocks;
  private final TableInput input;
  private List<String> others = List.of();
  private @Nullable Block block;
  private int inBlock;
  private long row;
  private long lastBroken;
  private int broken;

  /** The cells of a column in a block. */
  @FunctionalInterface
  interface Values {
    /**
     * A cell.
     *
     * @param row number of the row in the block, from 0
     * @throws IllegalArgumentException if it cannot be read; the message says why
     */
    Cell cell(int row);
  }

  /**
   * A part of the rows.
   *
   * @param columns the cells, in the order of the columns
   */
  record Block(int rows, List<Values> columns) {}

  /** The blocks of a table, in their order. */
  interface Blocks extends Closeable {
    /** The next block; null at the end. */
    @Nullable Block next() throws IOException;
  }

  ColumnarTable(
      TableInput input, TableFormat format, List<Column> columns, long rows, Blocks blocks) {
    this.input = input;
    name = input.name();
    this.format = format;
    this.columns = new ColumnNames(columns);
    this.rows = rows;
    this.blocks = blocks;
    if (columns.isEmpty()) {
      throw new SidereusException(name + " has a table without columns; name another one");
    }
  }

  /** Says which other tables the file has. */
  ColumnarTable beside(List<String> tables) {
    others = tables;
    return this;
  }

  @Override
  public List<String> others() {
    return others;
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
    return OptionalLong.of(rows);
  }

  @Override
  public @Nullable TableRow next() {
    try {
      while (block == null || inBlock >= block.rows()) {
        block = blocks.next();
        inBlock = 0;
        if (block == null) {
          return null;
        }
      }
    } catch (IOException e) {
      throw TableFiles.unreadable(name, e);
    }
    row++;
    return new Row(block, inBlock++, row);
  }

  private SidereusException broken(Row at, String what) {
    if (at.number != lastBroken) {
      broken = at.number == lastBroken + 1 ? broken + 1 : 1;
      lastBroken = at.number;
    }
    return broken <= MOST_BROKEN
        ? BrokenRowException.at(name, at.place(), what)
        : new SidereusException(
            "%s, %s: %s; more than %,d rows in succession cannot be read; write the table again"
                .formatted(name, at.place(), what, MOST_BROKEN));
  }

  private final class Row implements TableRow {
    private final Block block;
    private final int index;
    private final long number;

    Row(Block block, int index, long number) {
      this.block = block;
      this.index = index;
      this.number = number;
    }

    @Override
    public Cell value(String column) {
      try {
        return block.columns().get(columns.position(column)).cell(index);
      } catch (IllegalArgumentException e) {
        throw broken(this, "in the column " + column + ", " + e.getMessage());
      }
    }

    @Override
    public String place() {
      return "row " + number;
    }
  }

  @Override
  public void close() {
    try {
      blocks.close();
    } catch (IOException e) {
      // the file was only read, so nothing is lost
    }
    input.close();
  }
}
