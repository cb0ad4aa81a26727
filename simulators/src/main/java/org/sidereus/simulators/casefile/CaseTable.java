package org.sidereus.simulators.casefile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.sidereus.catalogs.mapping.Unit;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.NumberColumns;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.simulators.sets.ObservableErrors;
import org.sidereus.simulators.sets.SurveyedObservable;
import org.sidereus.simulators.sets.TrainingSet;

/**
 * A table of simulations, of any format that catalogues may have: a column for each parameter,
 * covariate and observable, by its name, and those of the errors. A row with a cell that is empty
 * or no finite number is a void run; in a noisy table, the value of an observable that may be
 * missing is then missing.
 */
public final class CaseTable {
  private static final int FEWEST_ROWS = 2;

  /** Share of a bound that a value may be beyond it, because texts and float32 round. */
  private static final double ROUNDING = 1e-6;

  private static final double SAME_SCALE = 1e-6;

  private final CaseFile caseFile;
  private final Path file;

  /** Names of parameters, covariates, observables and columns of errors. */
  private final List<String> columns;

  private final List<SurveyedObservable> withErrors;

  private CaseTable(CaseFile caseFile, Path file) {
    this.caseFile = caseFile;
    this.file = file;
    withErrors = caseFile.surveys().withErrorColumns();
    columns =
        Stream.of(
                caseFile.inputs().names().stream(),
                caseFile.observables().stream().map(SurveyedObservable::name),
                withErrors.stream().map(CaseTable::errorColumn))
            .flatMap(names -> names)
            .toList();
  }

  /**
   * The runs of a table.
   *
   * @param set parameters and covariates [N, D + C], observables and after them the errors of the
   *     observables with a column for them [N, M + E]; a missing value is not a number
   * @param voidInputs parameters and covariates of the void runs that have them all [V][D + C]
   * @param voidRows number of void runs
   */
  public record Rows(TrainingSet set, List<double[]> voidInputs, int voidRows) {
    /** Parameters and covariates of all runs that have them, also of void ones. */
    public List<double[]> inputs() {
      List<double[]> inputs = new ArrayList<>(voidInputs);
      int width = set.parameterCount();
      for (int row = 0; row < set.rows(); row++) {
        double[] one = new double[width];
        for (int k = 0; k < width; k++) {
          one[k] = set.parameters()[row * width + k];
        }
        inputs.add(one);
      }
      return inputs;
    }
  }

  /**
   * Reads the first table of a file.
   *
   * @throws SidereusException if the file cannot be read, lacks a column, has one twice or in
   *     another unit than the case says, has a text for a number or a parameter outside of its
   *     prior: what, where and what to do
   */
  public static Rows read(CaseFile caseFile, Path file) {
    try (Table table = NumberColumns.open(file)) {
      CaseTable reader = new CaseTable(caseFile, file);
      NumberColumns numbers = new NumberColumns(file, table, reader.columns, "the case file");
      reader.checkUnits(table);
      return reader.rows(table, numbers);
    }
  }

  /**
   * The errors of a noiseless table for {@link CaseFile#survey(float[])}.
   *
   * @return [N, E] row-major; empty where no observable has a column for them
   */
  public static float[] errors(CaseFile caseFile, TrainingSet set) {
    return set.observablesFrom(caseFile.observables().size()).observables();
  }

  private static String errorColumn(SurveyedObservable observable) {
    return ((ObservableErrors.Column) observable.errors()).column();
  }

  private void checkUnits(Table table) {
    caseFile.parameters().forEach(one -> checkUnit(table, one.name(), one.unit()));
    caseFile.covariates().forEach(one -> checkUnit(table, one.name(), one.unit()));
    caseFile.observables().forEach(one -> checkUnit(table, one.name(), one.unit()));
    withErrors.forEach(one -> checkUnit(table, errorColumn(one), one.unit()));
  }

  /** Where both the table and the case say a unit that is known, it must be the same. */
  private void checkUnit(Table table, String name, String expected) {
    Column column = Objects.requireNonNull(table.column(name));
    String told = column.unit();
    if (told == null || told.isBlank() || expected.isBlank()) {
      return;
    }
    Unit found = Unit.parse(told);
    Unit wanted = Unit.parse(expected);
    if (found != null
        && wanted != null
        && !(found.isLike(wanted) && Math.abs(found.scale() / wanted.scale() - 1) < SAME_SCALE)) {
      throw new SidereusException(
          "%s: the column %s is in '%s' but the case file says '%s'; convert the column, or correct the unit"
              .formatted(file, name, told, expected));
    }
  }

  private Rows rows(Table table, NumberColumns numbers) {
    int inputs = caseFile.inputs().names().size();
    int width = columns.size() - inputs;
    FloatColumns parameters = new FloatColumns(inputs);
    FloatColumns observables = new FloatColumns(width);
    List<double[]> voidInputs = new ArrayList<>();
    int voidRows = 0;
    for (TableRow row = table.next(); row != null; row = table.next()) {
      double[] values = inSinglePrecision(numbers.of(row));
      boolean known = allFinite(values, 0, inputs);
      if (known) {
        checkSupport(values, row);
      }
      if (known && isRun(values, row)) {
        parameters.add(values, 0);
        observables.add(values, inputs);
      } else {
        voidRows++;
        if (known) {
          voidInputs.add(Arrays.copyOf(values, inputs));
        }
      }
    }
    int rows = parameters.rows();
    if (rows < FEWEST_ROWS) {
      throw new SidereusException(
          "%s has %d usable rows and %d void ones; give simulations of draws from the prior"
              .formatted(file, rows, voidRows));
    }
    return new Rows(
        new TrainingSet(rows, parameters.values(), observables.values()), voidInputs, voidRows);
  }

  /** The numbers of a row as float32 holds them. */
  private static double[] inSinglePrecision(double[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) numbers[i];
    }
    return numbers;
  }

  /** Whether a row has all that a run needs; fills errors that are known without a cell. */
  private boolean isRun(double[] values, TableRow row) {
    int first = caseFile.inputs().names().size();
    int m = caseFile.observables().size();
    boolean noisy = caseFile.simulations() == TableNoise.NOISY;
    int error = first + m;
    boolean isRun = true;
    for (int i = 0; i < m; i++) {
      SurveyedObservable one = caseFile.observables().get(i);
      boolean isMissing = !Double.isFinite(values[first + i]);
      if (isMissing) {
        values[first + i] = Double.NaN;
        isRun &= noisy && one.mayBeMissing();
      }
      if (one.errors() instanceof ObservableErrors.Column column) {
        Double usual = column.usual();
        if (!isMissing && Double.isNaN(values[error]) && usual != null) {
          values[error] = (float) usual.doubleValue();
        }
        if (!isMissing && values[error] <= 0) {
          throw new SidereusException(
              "%s, %s: %s is %s but an error must be above 0; correct it, or leave the cell empty"
                  .formatted(file, row.place(), column.column(), values[error]));
        }
        isRun &= isMissing || Double.isFinite(values[error]);
        error++;
      }
    }
    return isRun;
  }

  private void checkSupport(double[] values, TableRow row) {
    int i = 0;
    for (Parameter one : caseFile.parameters()) {
      checkSupport(one.name(), one.prior(), values[i++], row);
    }
    for (Covariate one : caseFile.covariates()) {
      checkSupport(one.name(), one.training(), values[i++], row);
    }
  }

  private void checkSupport(String name, Prior prior, double value, TableRow row) {
    double slack = ROUNDING * Math.max(size(prior.lower()), size(prior.upper()));
    if (value < prior.lower() - slack || value > prior.upper() + slack) {
      throw new SidereusException(
          "PRIOR: %s, %s: %s is %s, outside of its prior in the case file, %s to %s; draw the simulations from the prior, or declare the prior that they have"
              .formatted(file, row.place(), name, (float) value, prior.lower(), prior.upper()));
    }
  }

  private static double size(double bound) {
    return Double.isFinite(bound) ? Math.abs(bound) : 0;
  }

  private static boolean allFinite(double[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Double.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Rows of numbers that grow. */
  private static final class FloatColumns {
    private final int width;
    private float[] values = new float[1024];
    private int rows;

    FloatColumns(int width) {
      this.width = width;
    }

    void add(double[] row, int from) {
      int needed = Math.multiplyExact(rows + 1, width);
      if (needed > values.length) {
        values =
            Arrays.copyOf(
                values,
                Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8, 2L * values.length)));
      }
      for (int i = 0; i < width; i++) {
        values[rows * width + i] = (float) row[from + i];
      }
      rows++;
    }

    int rows() {
      return rows;
    }

    float[] values() {
      return Arrays.copyOf(values, rows * width);
    }
  }
}
