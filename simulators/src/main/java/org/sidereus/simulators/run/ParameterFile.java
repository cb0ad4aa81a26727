package org.sidereus.simulators.run;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.sidereus.engine.SidereusException;

/**
 * A CSV file with one set of parameters per row. The columns are found by their names; others are
 * ignored.
 */
public final class ParameterFile {
  private final Path path;
  private final List<String> columns;

  /**
   * A file.
   *
   * @param path where it is
   * @param columns names of the columns to read
   */
  public ParameterFile(Path path, List<String> columns) {
    this.path = path;
    this.columns = List.copyOf(columns);
  }

  /**
   * Reads all rows.
   *
   * @return the numbers of the columns [N][columns]
   * @throws SidereusException if the file or a column is missing, or a row is broken
   */
  public double[][] read() {
    if (!Files.isReadable(path)) {
      throw new SidereusException("file " + path + " cannot be read; --in must name a CSV file");
    }
    List<double[]> rows = new ArrayList<>();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .allowExtraFields(true)
            .allowMissingFields(true)
            .detectBomHeader(true)
            .ofCsvRecord(path)) {
      Iterator<CsvRecord> records = reader.iterator();
      if (!records.hasNext()) {
        throw new SidereusException(
            "file " + path + " is empty; its first line must name the columns");
      }
      List<String> header = records.next().getFields();
      int[] places = places(header);
      while (records.hasNext()) {
        rows.add(row(records.next(), header, places));
      }
    } catch (CsvParseException | UncheckedIOException | IOException e) {
      throw new SidereusException(
          "file " + path + " is not a readable CSV file: " + e.getMessage(), e);
    }
    if (rows.isEmpty()) {
      throw new SidereusException("file " + path + " has a header but no rows");
    }
    return rows.toArray(double[][]::new);
  }

  private int[] places(List<String> header) {
    int[] places = new int[columns.size()];
    for (int i = 0; i < places.length; i++) {
      String name = columns.get(i);
      places[i] = header.indexOf(name);
      if (places[i] < 0) {
        throw new SidereusException(
            "file " + path + " has no column " + name + "; its columns are " + header);
      }
    }
    return places;
  }

  private double[] row(CsvRecord record, List<String> header, int[] places) {
    String where = "file " + path + ", line " + record.getStartingLineNumber() + ": ";
    if (record.getFieldCount() != header.size()) {
      throw new SidereusException(
          where
              + "there are "
              + record.getFieldCount()
              + " cells but the header has "
              + header.size()
              + "; correct or remove the row");
    }
    double[] theta = new double[places.length];
    for (int i = 0; i < theta.length; i++) {
      String text = record.getField(places[i]).strip();
      try {
        theta[i] = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        theta[i] = Double.NaN;
      }
      if (!Double.isFinite(theta[i])) {
        throw new SidereusException(
            where
                + columns.get(i)
                + " is '"
                + text
                + "' but must be a finite number; correct or remove the row");
      }
    }
    return theta;
  }
}
