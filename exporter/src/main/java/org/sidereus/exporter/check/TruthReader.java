package org.sidereus.exporter.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
  private static final int MOST_ROWS = 100_000;
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
   * Reads the first table of a file, of any format that catalogues may have.
   *
   * @throws SidereusException if the file cannot be read, lacks a column or has no usable row
   */
  public Truths read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new SidereusException(file + " does not exist; name a table of simulations");
    }
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      return read(table, file);
    }
  }

  private Truths read(Table table, Path file) {
    List<String> inputs =
        Stream.concat(
                manifest.parameters().stream().map(Parameter::name),
                manifest.covariates().stream().map(Covariate::name))
            .toList();
    List<String> observables = manifest.observables().stream().map(Observable::name).toList();
    List<String> errors = observables.stream().map(observable -> observable + ERROR).toList();
    boolean noisy = table.columns().containsAll(errors);
    List<String> missing =
        Stream.concat(inputs.stream(), observables.stream())
            .filter(column -> !table.columns().contains(column))
            .toList();
    if (!missing.isEmpty()) {
      throw new SidereusException(
          file
              + " has no columns "
              + String.join(", ", missing)
              + " but "
              + String.join(", ", table.columns())
              + "; name its columns as the manifest does");
    }
    List<double[]> theta = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    List<double[]> sds = new ArrayList<>();
    for (TableRow row = table.next(); row != null && y.size() < MOST_ROWS; row = table.next()) {
      double[] parameters = numbers(row, inputs);
      double[] values = numbers(row, observables);
      double[] noise = noisy ? numbers(row, errors) : new double[0];
      if (isFinite(parameters) && isFinite(values) && isFinite(noise)) {
        theta.add(parameters);
        y.add(values);
        sds.add(noise);
      }
    }
    if (y.isEmpty()) {
      throw new SidereusException(file + " has no row of finite numbers");
    }
    return new Truths(theta, y, noisy ? sds : null);
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
