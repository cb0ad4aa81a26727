package org.sidereus.catalogs.table;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** A CSV table (RFC 4180) whose first line names the columns. */
public final class CsvTable implements Table {
  private final String name;
  private final CsvReader<CsvRecord> csv;
  private final CloseableIterator<CsvRecord> records;
  private final List<String> columns;
  private final Map<String, Integer> positions = new HashMap<>();

  /**
   * Reads the header.
   *
   * @param name name of the file, for messages
   * @param reader the text; closed with the table
   * @throws SidereusException if there is no header
   */
  public CsvTable(String name, Reader reader) {
    this.name = name;
    csv = CsvReader.builder().allowExtraFields(true).allowMissingFields(true).ofCsvRecord(reader);
    records = csv.iterator();
    try {
      CsvRecord header = nextRecord();
      if (header == null) {
        throw new SidereusException(name + " is empty; its first line must name the columns");
      }
      columns =
          header.getFields().stream().map(column -> column.replace("\uFEFF", "").strip()).toList();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    for (int i = 0; i < columns.size(); i++) {
      positions.putIfAbsent(columns.get(i), i);
    }
  }

  @Override
  public List<Column> schema() {
    return columns.stream().map(Column::untyped).toList();
  }

  @Override
  public @Nullable Column column(String name) {
    return positions.containsKey(name) ? Column.untyped(name) : null;
  }

  @Override
  public TableFormat format() {
    return TableFormat.CSV;
  }

  @Override
  public OptionalLong rows() {
    return OptionalLong.empty();
  }

  /** A line of the file. */
  private record Line(CsvRecord record, Map<String, Integer> positions) implements TableRow {
    @Override
    public Cell value(String column) {
      return Cell.Text.of(record.getField(Objects.requireNonNull(positions.get(column), column)));
    }

    @Override
    public String place() {
      return "line " + record.getStartingLineNumber();
    }
  }

  @Override
  public @Nullable TableRow next() {
    CsvRecord record = nextRecord();
    if (record == null) {
      return null;
    }
    if (record.getFieldCount() != columns.size()) {
      throw BrokenRowException.at(
          name,
          "line " + record.getStartingLineNumber(),
          "there are %d cells but the header has %d"
              .formatted(record.getFieldCount(), columns.size()));
    }
    return new Line(record, positions);
  }

  @Override
  public void close() {
    try {
      csv.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private @Nullable CsvRecord nextRecord() {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
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
        name + " cannot be read: " + cause.getMessage() + "; name a CSV file with a header", cause);
  }
}
