package org.sidereus.trainer.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.numerics.PositiveMatrix;
import org.sidereus.simulators.sets.TrainingSet;

/**
 * The part of an emulator's error that objects with the same shared parameters have in common, so
 * that it does not average out in a group: the mean error over the local parameters, as a function
 * of the shared ones.
 *
 * <p>The runs are divided at medians of the shared parameters into cells of equal numbers of runs
 * (k-d tree; Bentley 1975, CACM 18, 509). The mean error m of a cell at z is taken as normal,
 *
 * <pre>  m ~ N(0, s(z)^2 + v)
 * </pre>
 *
 * <p>with v the variance of m by chance, from the scatter of the errors in the cell, and s(z) the
 * {@link EmulatorError}. Slope and curvature have weak normal priors, which count where there are
 * few cells. Fisher scoring finds the maximum.
 */
final class CommonErrors {
  private static final int SMALLEST_CELL = 20;

  /** Prior sd of slope and curvature. */
  private static final double PRIOR_SD = 1;

  /** Precision of log s at the prior mean, which nothing is known of. */
  private static final double FLAT = 1e-7;

  /** Where all is chance, s^2 begins at this share of it. */
  private static final double LEAST_SHARE = 0.01;

  private static final int MOST_STEPS = 100;

  /** Gain of a step, for each cell, below which the maximum is found. */
  private static final double LEAST_GAIN = 1e-7;

  private static final double SHORTEST_STEP = 1e-6;

  private final List<Parameter> parameters;
  private final int[] shared;

  /**
   * Common errors of a model.
   *
   * @param parameters of the model, in the order of the columns of the runs
   */
  CommonErrors(List<Parameter> parameters) {
    this.parameters = parameters;
    shared =
        IntStream.range(0, parameters.size())
            .filter(i -> parameters.get(i).role() == Role.SHARED)
            .toArray();
  }

  /**
   * The common error of each observable, in its unit.
   *
   * @param runs of the simulator, with local parameters from the prior and shared ones from the
   *     range where the errors are asked
   * @param errors emulated minus simulated [M][N]
   * @return [M]; zeros where nothing is shared, or where there are fewer than two cells
   */
  List<EmulatorError> of(TrainingSet runs, double[][] errors) {
    double[][] z = standardised(runs);
    List<int[]> cells = shared.length == 0 ? List.of() : cells(z);
    if (cells.size() < 2) {
      return Arrays.stream(errors).map(one -> EmulatorError.constant(0)).toList();
    }
    double[][] design = new double[cells.size()][];
    for (int c = 0; c < design.length; c++) {
      design[c] = terms(centre(z, cells.get(c)));
    }
    return Arrays.stream(errors)
        .map(one -> of(one, cells, MatrixUtils.createRealMatrix(design)))
        .toList();
  }

  private EmulatorError of(double[] errors, List<int[]> cells, RealMatrix design) {
    double[] square = new double[cells.size()];
    double[] chance = new double[cells.size()];
    for (int c = 0; c < square.length; c++) {
      double mean = Arrays.stream(cells.get(c)).mapToDouble(i -> errors[i]).average().orElse(0);
      int n = cells.get(c).length;
      double scatter =
          Arrays.stream(cells.get(c)).mapToDouble(i -> Math.pow(errors[i] - mean, 2)).sum();
      square[c] = mean * mean;
      chance[c] = scatter / (n - 1) / n;
    }
    double typicalChance = Arrays.stream(chance).average().orElse(0);
    double excess = Arrays.stream(square).average().orElse(0) - typicalChance;
    double start = Math.max(excess, LEAST_SHARE * typicalChance);
    if (!(start > 0)) {
      return EmulatorError.constant(0); // the emulator is exact
    }
    RealVector logSd = new ArrayRealVector(design.getColumnDimension());
    logSd.setEntry(0, Math.log(start) / 2);
    return error(maximum(new CellMeans(design, square, chance), logSd));
  }

  private static RealVector maximum(CellMeans means, RealVector start) {
    RealVector at = start;
    double value = means.logPosterior(at);
    for (int step = 0; step < MOST_STEPS; step++) {
      RealVector direction = means.scoring(at);
      double length = 1;
      RealVector next = at.add(direction);
      double gain = means.logPosterior(next) - value;
      while (!(gain >= 0) && length > SHORTEST_STEP) {
        length /= 2;
        next = at.add(direction.mapMultiply(length));
        gain = means.logPosterior(next) - value;
      }
      if (!(gain >= 0)) {
        break;
      }
      at = next;
      value += gain;
      if (gain < LEAST_GAIN * means.square.length) {
        break;
      }
    }
    return at;
  }

  /**
   * The mean errors of the cells.
   *
   * @param design terms of log s at each cell
   * @param square of the mean error
   * @param chance variance of the mean error by chance
   */
  private record CellMeans(RealMatrix design, double[] square, double[] chance) {

    /** The log density of the means and the coefficients of log s, without constants. */
    double logPosterior(RealVector coefficients) {
      RealVector logSd = design.operate(coefficients);
      double sum = 0;
      for (int c = 0; c < square.length; c++) {
        double variance = Math.exp(2 * logSd.getEntry(c)) + chance[c];
        sum -= (Math.log(variance) + square[c] / variance) / 2;
      }
      for (int i = 1; i < coefficients.getDimension(); i++) {
        sum -= Math.pow(coefficients.getEntry(i) / PRIOR_SD, 2) / 2;
      }
      return sum;
    }

    /** The step of Fisher scoring; zero where the information is not positive. */
    RealVector scoring(RealVector coefficients) {
      int terms = coefficients.getDimension();
      RealVector logSd = design.operate(coefficients);
      RealVector gradient = new ArrayRealVector(terms);
      RealMatrix information = MatrixUtils.createRealMatrix(terms, terms);
      for (int c = 0; c < square.length; c++) {
        double common = Math.exp(2 * logSd.getEntry(c));
        double variance = common + chance[c];
        double share = common / variance;
        RealVector row = design.getRowVector(c);
        gradient = gradient.add(row.mapMultiply(share * (square[c] / variance - 1)));
        information = information.add(row.outerProduct(row).scalarMultiply(2 * share * share));
      }
      for (int i = 0; i < terms; i++) {
        double precision = i == 0 ? FLAT : 1 / (PRIOR_SD * PRIOR_SD);
        information.addToEntry(i, i, precision);
        gradient.addToEntry(i, i == 0 ? 0 : -precision * coefficients.getEntry(i));
      }
      RealMatrix covariance = PositiveMatrix.inverse(information);
      return covariance == null ? new ArrayRealVector(terms) : covariance.operate(gradient);
    }
  }

  /** The terms of log s: 1, z, then z_i^2 / 2 and z_i z_j row by row of the lower triangle. */
  private static double[] terms(double[] z) {
    int k = z.length;
    double[] terms = new double[1 + k + k * (k + 1) / 2];
    terms[0] = 1;
    System.arraycopy(z, 0, terms, 1, k);
    int at = 1 + k;
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        terms[at++] = i == j ? z[i] * z[i] / 2 : z[i] * z[j];
      }
    }
    return terms;
  }

  private EmulatorError error(RealVector logSd) {
    int k = shared.length;
    Double[][] curvature = new Double[k][k];
    int at = 1 + k;
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        curvature[i][j] = logSd.getEntry(at++);
        curvature[j][i] = curvature[i][j];
      }
    }
    return new EmulatorError(
        Math.exp(logSd.getEntry(0)),
        Arrays.stream(logSd.getSubVector(1, k).toArray()).boxed().toList(),
        Arrays.stream(curvature).map(List::of).toList());
  }

  /** Indices of the runs of each cell. */
  private static List<int[]> cells(double[][] z) {
    int size = Math.max(SMALLEST_CELL, (int) Math.sqrt(z.length) / 2);
    List<int[]> cells = new ArrayList<>();
    Deque<int[]> open = new ArrayDeque<>();
    open.push(IntStream.range(0, z.length).toArray());
    while (!open.isEmpty()) {
      int[] cell = open.pop();
      if (cell.length < 2 * size) {
        cells.add(cell);
        continue;
      }
      int widest = widest(z, cell);
      int[] sorted =
          Arrays.stream(cell)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> z[i][widest]))
              .mapToInt(Integer::intValue)
              .toArray();
      open.push(Arrays.copyOfRange(sorted, 0, sorted.length / 2));
      open.push(Arrays.copyOfRange(sorted, sorted.length / 2, sorted.length));
    }
    return cells;
  }

  /** The shared parameter that varies most in a cell. */
  private static int widest(double[][] z, int[] cell) {
    double[] centre = centre(z, cell);
    int widest = 0;
    double most = -1;
    for (int k = 0; k < centre.length; k++) {
      double square = 0;
      for (int i : cell) {
        square += Math.pow(z[i][k] - centre[k], 2);
      }
      if (square > most) {
        most = square;
        widest = k;
      }
    }
    return widest;
  }

  private static double[] centre(double[][] z, int[] cell) {
    double[] centre = new double[z[0].length];
    for (int i : cell) {
      for (int k = 0; k < centre.length; k++) {
        centre[k] += z[i][k] / cell.length;
      }
    }
    return centre;
  }

  /** The shared parameters of the runs in prior standard deviations from the prior mean [N][K]. */
  private double[][] standardised(TrainingSet runs) {
    double[][] z = new double[runs.rows()][shared.length];
    for (int row = 0; row < z.length; row++) {
      for (int k = 0; k < shared.length; k++) {
        int column = shared[k];
        double value = runs.parameters()[row * runs.parameterCount() + column];
        z[row][k] =
            (value - parameters.get(column).prior().mean()) / parameters.get(column).prior().sd();
      }
    }
    return z;
  }
}
