package org.sidereus.model.catalog;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.command.UserError;
import org.sidereus.model.bundle.Manifest;
import org.sidereus.model.engine.Encoding;
import org.sidereus.model.engine.FeatureEncoder;
import org.sidereus.model.engine.Measurement;

/**
 * Reads the objects of a catalogue: a CSV file (RFC 4180, UTF-8) with a header, one column for each
 * observable of the bundle and, optionally, one named {@code <observable>_err}; other columns are
 * ignored. An empty cell means that the quantity was not measured. Reads one row at a time.
 */
final class CatalogReader implements AutoCloseable {
  private final Path file;
  private final CsvReader<CsvRecord> csv;
  private final CloseableIterator<CsvRecord> records;
  private final FeatureEncoder encoder;
  private final CatalogLayout layout;
  private final String constantGroup;
  private long rows;

  /**
   * Opens a catalogue and reads its header.
   *
   * @param idColumn column of the identifier, or null for the rule of {@link CatalogLayout#of}
   * @param groupColumn column of the group, or null
   * @param constantGroup group of all objects where {@code groupColumn} is null; may be null
   * @throws UserError if the file cannot be read or a column is missing
   */
  CatalogReader(
      Path file, Manifest manifest, String idColumn, String groupColumn, String constantGroup) {
    this.file = file;
    this.constantGroup = constantGroup;
    encoder = new FeatureEncoder(manifest);
    if (Files.isDirectory(file) || !Files.isReadable(file)) {
      throw new UserError(file + " cannot be read; name a CSV file with a header");
    }
    try {
      csv =
          CsvReader.builder()
              .detectBomHeader(true)
              .allowExtraFields(true)
              .allowMissingFields(true)
              .ofCsvRecord(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
    records = csv.iterator();
    try {
      CsvRecord header = nextRecord();
      if (header == null) {
        throw new UserError(file + " is empty; its first line must name the columns");
      }
      List<String> names = header.getFields().stream().map(String::strip).toList();
      layout = CatalogLayout.of(manifest, names, file.toString(), idColumn, groupColumn);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * The next object.
   *
   * @return null at the end
   * @throws UserError if the row is broken; the message has its line
   */
  CatalogObject next() {
    CsvRecord record = nextRecord();
    if (record == null) {
      return null;
    }
    rows++;
    if (record.getFieldCount() != layout.columns()) {
      throw broken(
          record,
          "there are " + record.getFieldCount() + " cells but the header has " + layout.columns());
    }
    Map<String, Measurement> measurements = new HashMap<>();
    for (CatalogLayout.Quantity quantity : layout.quantities()) {
      String value = cell(record, quantity.value());
      if (!value.isEmpty()) {
        String error = quantity.error() == CatalogLayout.NONE ? "" : cell(record, quantity.error());
        measurements.put(
            quantity.name(),
            new Measurement(
                number(record, "value of " + quantity.name(), value),
                error.isEmpty()
                    ? null
                    : (Double) number(record, "error of " + quantity.name(), error)));
      }
    }
    Encoding encoding = encoder.encode(measurements);
    if (encoding instanceof Encoding.Refused refused) {
      throw broken(record, refused.detail());
    }
    return new CatalogObject(
        id(record),
        group(record),
        record.getStartingLineNumber(),
        ((Encoding.Row) encoding).features());
  }

  @Override
  public void close() {
    try {
      csv.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private String id(CsvRecord record) {
    if (layout.id() == CatalogLayout.NONE) {
      return Long.toString(rows);
    }
    String id = cell(record, layout.id());
    if (id.isEmpty()) {
      throw broken(record, "the identifier of the object is empty");
    }
    return id;
  }

  private String group(CsvRecord record) {
    if (layout.group() == CatalogLayout.NONE) {
      return constantGroup;
    }
    String group = cell(record, layout.group());
    return group.isEmpty() ? null : group;
  }

  private static String cell(CsvRecord record, int column) {
    return record.getField(column).strip();
  }

  private double number(CsvRecord record, String what, String text) {
    try {
      // Java's own suffixes and hexadecimal floats are no numbers of a catalogue
      if ("fFdD".indexOf(text.charAt(text.length() - 1)) < 0 && text.indexOf('x') < 0) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException e) {
      throw notANumber(record, what, text);
    }
    throw notANumber(record, what, text);
  }

  private UserError notANumber(CsvRecord record, String what, String text) {
    return broken(record, "the " + what + " is '" + text + "', which is no number");
  }

  private UserError broken(CsvRecord record, String what) {
    return brokenRow(file, record.getStartingLineNumber(), what);
  }

  static UserError brokenRow(Path file, long line, String what) {
    return new UserError(
        file + ", line " + line + ": " + what + "; mend or remove the row (nothing was written)");
  }

  private CsvRecord nextRecord() {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UserError(
          file + " is no CSV file: " + e.getMessage() + " (" + cause.getMessage() + ")", e);
    } catch (UncheckedIOException e) {
      throw unreadable(e.getCause());
    }
  }

  private UserError unreadable(IOException cause) {
    return new UserError(file + " cannot be read: " + cause.getMessage(), cause);
  }
}
