package org.sidereus.catalogs.table;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** A table whose cells are separated by one character, with quotes as in RFC 4180. */
final class DelimitedTable implements Table {
  private final String name;
  private final TableFormat format;
  private final CsvReader<CsvRecord> csv;
  private final CloseableIterator<CsvRecord> records;
  private final ColumnNames columns;
  private final long linesBefore;
  private final Conventions conventions;

  /**
   * What formats that look like CSV differ in.
   *
   * @param columns the columns that the file declares; null: its next line names them
   * @param namedAgain whether the next line repeats the names of these columns
   * @param hash what a line is that begins with #
   */
  record Conventions(@Nullable List<Column> columns, boolean namedAgain, Hash hash) {}

  /** What a line is that begins with #. */
  enum Hash {
    COMMENT,
    ROW,
    /** A comment, a row that somebody took out, or a row: nothing tells which. */
    DOUBTFUL
  }

  /**
   * Reads the header.
   *
   * @param name name of the file, for messages
   * @param text the text from the line of the names; closed with the table
   * @param linesBefore number of lines of the file before this text
   * @throws SidereusException if there is no header
   */
  DelimitedTable(
      String name,
      TableFormat format,
      Reader text,
      char separator,
      long linesBefore,
      Conventions conventions) {
    this.name = name;
    this.format = format;
    this.linesBefore = linesBefore;
    this.conventions = conventions;
    csv =
        CsvReader.builder()
            .fieldSeparator(separator)
            .commentStrategy(
                conventions.hash() == Hash.COMMENT ? CommentStrategy.SKIP : CommentStrategy.NONE)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .ofCsvRecord(text);
    try {
      records = csv.iterator();
      columns = new ColumnNames(header());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private List<Column> header() {
    List<Column> declared = conventions.columns();
    if (declared != null && !conventions.namedAgain()) {
      return declared;
    }
    CsvRecord header = nextRecord();
    if (header == null) {
      throw new SidereusException(name + " is empty; its first line must name the columns");
    }
    List<String> names = header.getFields().stream().map(Blanks::strip).toList();
    if (declared == null) {
      return names.stream().map(Column::untyped).toList();
    }
    if (!names.equals(declared.stream().map(Column::name).toList())) {
      throw new SidereusException(
          "%s, line %d: the names of the columns are not those that the header declares; correct one of them"
              .formatted(name, linesBefore + header.getStartingLineNumber()));
    }
    return declared;
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
    private final CsvRecord record;

    Line(CsvRecord record) {
      this.record = record;
    }

    @Override
    public Cell value(String column) {
      int position = columns.position(column);
      Column.Type type = columns.columns().get(position).type();
      try {
        return TypedText.cell(record.getField(position), type);
      } catch (IllegalArgumentException e) {
        throw BrokenRowException.at(
            name, place(), "in the column " + column + ", " + e.getMessage());
      }
    }

    @Override
    public String place() {
      return "line " + (linesBefore + record.getStartingLineNumber());
    }
  }

  @Override
  public @Nullable TableRow next() {
    CsvRecord record = nextRecord();
    while (record != null && format != TableFormat.ECSV && isEmpty(record)) {
      record = nextRecord();
    }
    if (record == null) {
      return null;
    }
    String wrong = wrong(record);
    if (wrong != null) {
      throw BrokenRowException.at(
          name, "line " + (linesBefore + record.getStartingLineNumber()), wrong);
    }
    return new Line(record);
  }

  /** Whether there are separators only, as a spreadsheet writes below the last row. */
  private static boolean isEmpty(CsvRecord record) {
    for (int i = 0; i < record.getFieldCount(); i++) {
      if (!Blanks.strip(record.getField(i)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Why a line is no row; null: it is one. */
  private @Nullable String wrong(CsvRecord record) {
    int cells = record.getFieldCount();
    if (conventions.hash() == Hash.DOUBTFUL && record.getField(0).startsWith("#")) {
      return "the line begins with '#', and other rows do not: if it is a comment, write a line of"
          + " comment above the names, too; if it is an identifier, put another column first";
    }
    if (cells != columns.size()) {
      boolean comma = cells == columns.size() + 1 && record.getField(cells - 1).isBlank();
      return "there are %d cells but the header has %d%s"
          .formatted(
              cells,
              columns.size(),
              comma
                  ? " (the last one is empty: if all rows end with a separator, write one behind"
                      + " the names, too)"
                  : "");
    }
    return columns.areNamedAgain(record::getField) ? ColumnNames.NAMED_AGAIN : null;
  }

  @Override
  public void close() {
    try {
      csv.close();
    } catch (IOException e) {
      // the file was only read, so nothing is lost
    }
  }

  private @Nullable CsvRecord nextRecord() {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof SidereusException known) {
        throw known;
      }
      throw new SidereusException(
          "%s is no CSV file: %s (%s); correct it"
              .formatted(name, e.getMessage(), cause.getMessage()),
          e);
    } catch (UncheckedIOException e) {
      throw unreadable(Objects.requireNonNull(e.getCause(), "cause"));
    }
  }

  private SidereusException unreadable(IOException cause) {
    return new SidereusException(
        "%s cannot be read: %s; check the file".formatted(name, SidereusException.reason(cause)),
        cause);
  }
}
