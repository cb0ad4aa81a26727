package org.sidereus.exporter.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableFiles;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;

/**
 * Reads a table of simulations: a column for each parameter, covariate and observable of a
 * manifest, by its name. Columns {@code NAME_error} for all observables say that the observables
 * have noise of these standard deviations. Rows with a cell that is empty or no finite number are
 * void runs and left out.
 */
public final class SimulationTable {
  private static final int ENOUGH_ROWS = 100_000;
  private static final String ERROR = "_error";

  private final Manifest manifest;

  /**
   * Reads tables for a bundle.
   *
   * @param manifest of the bundle
   */
  public SimulationTable(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * As many rows of a table as a check needs.
   *
   * @throws SidereusException as {@link #read}
   */
  public static Truths heldOut(Manifest manifest, Path file) {
    return new SimulationTable(manifest).read(file, ENOUGH_ROWS);
  }

  /**
   * Reads the first table of a file, of any format that catalogues may have.
   *
   * @param mostRows rows after these are not read
   * @throws SidereusException if the file cannot be read, lacks a column or has no usable row
   */
  public Truths read(Path file, int mostRows) {
    try (Table table = open(file)) {
      return read(table, file, mostRows);
    }
  }

  private Truths read(Table table, Path file, int mostRows) {
    List<String> observables = manifest.observables().stream().map(Observable::name).toList();
    List<String> errors = observables.stream().map(observable -> observable + ERROR).toList();
    boolean noisy = table.columns().containsAll(errors);
    List<String> columns = new ArrayList<>();
    manifest.parameters().stream().map(Parameter::name).forEach(columns::add);
    manifest.covariates().stream().map(Covariate::name).forEach(columns::add);
    int inputs = columns.size();
    int m = observables.size();
    columns.addAll(observables);
    if (noisy) {
      columns.addAll(errors);
    }
    List<double[]> rows = rows(table, file, columns, mostRows);
    return new Truths(
        part(rows, 0, inputs),
        part(rows, inputs, inputs + m),
        noisy ? part(rows, inputs + m, columns.size()) : null);
  }

  private static List<double[]> part(List<double[]> rows, int from, int to) {
    return rows.stream().map(row -> Arrays.copyOfRange(row, from, to)).toList();
  }

  /**
   * Columns of the first table of a file; rows with a cell that is empty or no finite number are
   * left out.
   *
   * @param columns their names
   * @param mostRows rows after these are not read
   * @return rows, each with the columns in the order asked for
   * @throws SidereusException if the file cannot be read, lacks a column or has no usable row
   */
  public static List<double[]> rows(Path file, List<String> columns, int mostRows) {
    try (Table table = open(file)) {
      return rows(table, file, columns, mostRows);
    }
  }

  private static Table open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new SidereusException(file + " does not exist; name a table of simulations");
    }
    return TableFiles.open(file, TableSource.UNKNOWN);
  }

  private static List<double[]> rows(Table table, Path file, List<String> columns, int mostRows) {
    List<String> missing =
        columns.stream().filter(column -> !table.columns().contains(column)).toList();
    if (!missing.isEmpty()) {
      throw new SidereusException(
          file
              + " has no columns "
              + String.join(", ", missing)
              + " but "
              + String.join(", ", table.columns())
              + "; name its columns as the manifest does");
    }
    List<double[]> rows = new ArrayList<>();
    for (TableRow row = table.next(); row != null && rows.size() < mostRows; row = table.next()) {
      double[] numbers = numbers(row, columns);
      if (isFinite(numbers)) {
        rows.add(numbers);
      }
    }
    if (rows.isEmpty()) {
      throw new SidereusException(file + " has no row of finite numbers");
    }
    return rows;
  }

  private static double[] numbers(TableRow row, List<String> columns) {
    double[] numbers = new double[columns.size()];
    for (int i = 0; i < numbers.length; i++) {
      String cell = row.cell(columns.get(i));
      try {
        numbers[i] = cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        throw new SidereusException(
            "%s in %s is '%s', which is no number".formatted(columns.get(i), row.place(), cell), e);
      }
    }
    return numbers;
  }

  private static boolean isFinite(double[] numbers) {
    for (double number : numbers) {
      if (!Double.isFinite(number)) {
        return false;
      }
    }
    return true;
  }
}
