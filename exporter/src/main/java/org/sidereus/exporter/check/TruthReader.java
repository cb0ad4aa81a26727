package org.sidereus.exporter.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.sidereus.catalogs.table.NumberColumns;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableRow;
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
public final class TruthReader {
  private static final int MOST_ROWS = 100_000;
  private static final String ERROR = "_error";

  private final Manifest manifest;

  /**
   * Reads tables for a bundle.
   *
   * @param manifest of the bundle
   */
  public TruthReader(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * Reads the first table of a file, of any format that catalogues may have.
   *
   * @throws SidereusException if the file cannot be read, lacks a column or has no usable row
   */
  public Truths read(Path file) {
    try (Table table = NumberColumns.open(file)) {
      return read(table, file);
    }
  }

  private Truths read(Table table, Path file) {
    List<String> observables = manifest.observables().stream().map(Observable::name).toList();
    List<String> errors = observables.stream().map(observable -> observable + ERROR).toList();
    boolean noisy = table.columns().containsAll(errors);
    int inputs = manifest.parameters().size() + manifest.covariates().size();
    int withValues = inputs + observables.size();
    NumberColumns columns =
        new NumberColumns(
            file,
            table,
            Stream.of(
                    manifest.parameters().stream().map(Parameter::name),
                    manifest.covariates().stream().map(Covariate::name),
                    observables.stream(),
                    noisy ? errors.stream() : Stream.<String>empty())
                .flatMap(names -> names)
                .toList(),
            "the manifest");
    List<double[]> theta = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    List<double[]> sds = new ArrayList<>();
    for (TableRow row = table.next(); row != null && y.size() < MOST_ROWS; row = table.next()) {
      double[] numbers = columns.of(row);
      if (Arrays.stream(numbers).allMatch(Double::isFinite)) {
        theta.add(Arrays.copyOf(numbers, inputs));
        y.add(Arrays.copyOfRange(numbers, inputs, withValues));
        sds.add(Arrays.copyOfRange(numbers, withValues, numbers.length));
      }
    }
    if (y.isEmpty()) {
      throw new SidereusException(
          file + " has no row of finite numbers; give simulations with all observables");
    }
    return new Truths(theta, y, noisy ? sds : null);
  }
}
