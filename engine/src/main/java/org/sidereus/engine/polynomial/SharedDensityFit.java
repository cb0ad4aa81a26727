package org.sidereus.engine.polynomial;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;

/**
 * Fits a polynomial to the logarithm of the marginal likelihood L of the shared parameters mu of
 * one object. Holds scratch memory: one instance for each thread.
 *
 * <p>A sample with shared parameters mu estimates it without bias, because its other parameters are
 * a draw from the flow's conditional density:
 *
 * <pre>  r = log weight + log q(mu) - log prior(mu),    E[exp r | mu] = L(mu)</pre>
 *
 * <p>with q the marginal density of the flow. The polynomial f solves sum v (exp(r - f) - 1) b = 0
 * for all monomials b: a gamma regression, whose solution does not depend on how noisy exp r is.
 * The weight v of a point falls with the depth of f below the object's own samples. Points far from
 * the object ({@code WideNoise}) keep the polynomial right where the group is.
 *
 * <p>Without a likelihood r is the flow's own density over the prior.
 */
public final class SharedDensityFit {
  /** Keeps the normal equations solvable where samples nearly lie on a line. */
  private static final double RIDGE = 1e-9;

  /** Monomials are of coordinates in units of this many standard deviations of the samples. */
  private static final double SCALE = 3;

  /** Depth below the median of the object's samples at which a point counts half. */
  private static final double DEPTH = 10;

  /** Points that are deeper do not count. */
  private static final double DEEPEST = 400;

  /** Points farther from the prior's mean, in its standard deviations, do not count. */
  private static final double REACH = 5.5;

  /** Above, the score exp(d) - 1 goes on as a line. */
  private static final double LINEAR_FROM = 1;

  /** Largest score of a point: no single one rules the fit. */
  private static final double LARGEST_SCORE = 9;

  /** Steps with weights by the depth of the points themselves, as a start. */
  private static final int FIRST_STEPS = 1;

  /** Steps with weights by the depth of the polynomial. */
  private static final int STEPS = 6;

  /** A step of this root mean square over the points is the last one. */
  private static final double SMALLEST_STEP = 1e-3;

  /** Where the last step is longer, in the same unit, the steps do not converge. */
  private static final double LONGEST_LAST_STEP = 0.3;

  /** Stands for the logarithm of 0. */
  private static final double LOG_ZERO = -1e9;

  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;
  private final int[] shared;
  private final int parameters;
  private final int bulk;
  private final int size;
  private final double wideWeight;

  /** Stored by parameter: processors add neighbouring numbers together. */
  private final double[][] points;

  private final double[][] whitened;
  private final MonomialColumns monomials;
  private final double[] estimate;
  private final double[] fitted;
  private final double[] base;
  private final double[] weights;
  private final double[] sorted;

  /**
   * A fit.
   *
   * @param bulk number of posterior samples of the flow
   * @param wide number of points far from the object
   * @param wideWeight weight of a wide point; that of a posterior sample is 1
   */
  public SharedDensityFit(Manifest manifest, int bulk, int wide, double wideWeight) {
    this.bulk = bulk;
    this.wideWeight = wideWeight;
    size = bulk + wide;
    parameters = manifest.parameters().size();
    shared = manifest.sharedIndices();
    coordinates = new SharedCoordinates(manifest);
    basis = coordinates.basis();
    points = new double[shared.length][size];
    whitened = new double[shared.length][size];
    monomials = new MonomialColumns(basis, size);
    estimate = new double[size];
    fitted = new double[size];
    base = new double[size];
    weights = new double[size];
    sorted = new double[bulk];
  }

  /** Whether a bundle's groups can be combined by polynomials. */
  public static boolean fits(Manifest manifest, int samples) {
    List<Parameter> shared = manifest.sharedParameters();
    return !shared.isEmpty()
        && shared.size() <= SharedCoordinates.MOST_PARAMETERS
        && samples >= 4 * new SharedCoordinates(manifest).basis().size();
  }

  /**
   * The fit of one object.
   *
   * @param samples posterior samples of the flow
   * @param wide points far from the object
   * @param logEvidence subtracted from the polynomial; with that of the object, the polynomial is
   *     the logarithm of posterior over prior
   * @return coefficients of {@link SharedCoordinates#basis()} in its standardised coordinates; null
   *     if the samples do not determine them
   */
  public double @Nullable [] fit(SharedSamples samples, SharedSamples wide, double logEvidence) {
    take(samples, 0, bulk, 1);
    take(wide, bulk, size, wideWeight);
    System.arraycopy(estimate, 0, sorted, 0, bulk);
    Arrays.sort(sorted);
    double top = sorted[bulk / 2] + 1;
    double[] mean = new double[shared.length];
    for (int i = 0; i < mean.length; i++) {
      for (int s = 0; s < bulk; s++) {
        mean[i] += points[i][s];
      }
      mean[i] /= bulk;
    }
    double[][] inverseRoot = inverseRoot(mean);
    if (inverseRoot == null || !(top > LOG_ZERO) || !Double.isFinite(top)) {
      return null;
    }
    for (double[] row : inverseRoot) {
      for (int j = 0; j < row.length; j++) {
        row[j] /= SCALE;
      }
    }
    whiten(mean, inverseRoot);
    double[] coefficients = regress(top);
    if (coefficients == null) {
      return null;
    }
    double[] shift = new double[shared.length];
    for (int i = 0; i < shift.length; i++) {
      for (int j = 0; j < shift.length; j++) {
        shift[i] -= inverseRoot[i][j] * mean[j];
      }
    }
    double[] global = basis.substitute(coefficients, inverseRoot, shift);
    global[0] -= logEvidence;
    for (double coefficient : global) {
      if (!Double.isFinite(coefficient)) {
        return null;
      }
    }
    return global;
  }

  /** Fills coordinates, estimates and base weights of the places from one to another. */
  private void take(SharedSamples samples, int from, int to, double weight) {
    int k = shared.length;
    double[] physical = new double[k];
    double[] point = new double[k];
    float[] logWeight = samples.logWeight();
    for (int s = from; s < to; s++) {
      int sample = s - from;
      for (int i = 0; i < k; i++) {
        physical[i] = samples.theta()[sample * parameters + shared[i]];
      }
      coordinates.standardise(physical, point);
      double r = samples.logDensity()[sample] - coordinates.logPrior(physical);
      if (logWeight != null) {
        r += logWeight[sample];
      }
      boolean inReach = true;
      for (int i = 0; i < k; i++) {
        inReach &= Math.abs(point[i]) <= REACH; // not a number is out of reach
        points[i][s] = Double.isFinite(point[i]) ? point[i] : 0;
      }
      boolean counts = inReach && r < Double.POSITIVE_INFINITY; // not a number does not count
      estimate[s] = counts ? Math.max(r, LOG_ZERO) : LOG_ZERO;
      base[s] = counts ? weight : 0;
    }
  }

  /** Fills the monomials in coordinates in which the posterior samples have mean 0. */
  private void whiten(double[] mean, double[][] inverseRoot) {
    for (int i = 0; i < shared.length; i++) {
      double[] u = whitened[i];
      Arrays.fill(u, 0);
      for (int j = 0; j <= i; j++) {
        double factor = inverseRoot[i][j];
        double centre = mean[j];
        double[] from = points[j];
        for (int s = 0; s < u.length; s++) {
          u[s] += factor * (from[s] - centre);
        }
      }
    }
    monomials.fill(whitened);
  }

  private double @Nullable [] regress(double top) {
    weigh(estimate, top);
    NormalEquations equations = NormalEquations.of(monomials.products(weights), RIDGE);
    if (equations == null) {
      return null;
    }
    double[] numbers = new double[size];
    for (int s = 0; s < size; s++) {
      numbers[s] = weights[s] * estimate[s];
    }
    double[] start = equations.solve(sums(numbers));
    score(equations, start, FIRST_STEPS);
    evaluate(start);
    weigh(fitted, top);
    equations = NormalEquations.of(monomials.products(weights), RIDGE);
    if (equations == null) {
      return start;
    }
    double[] coefficients = start.clone();
    double last = score(equations, coefficients, STEPS);
    return last <= LONGEST_LAST_STEP ? coefficients : start;
  }

  /**
   * Steps of Fisher's scoring.
   *
   * @param coefficients where it starts; filled with where it ends
   * @return root mean square of the last step over the points
   */
  private double score(NormalEquations equations, double[] coefficients, int steps) {
    double[] numbers = new double[size];
    double total = FixedOrderSum.of(weights);
    double length = Double.POSITIVE_INFINITY;
    for (int step = 0; step < steps && !(length < SMALLEST_STEP); step++) {
      evaluate(coefficients);
      for (int s = 0; s < size; s++) {
        numbers[s] = weights[s] * score(estimate[s] - fitted[s]);
      }
      double[] move = equations.solve(sums(numbers));
      length = Math.sqrt(equations.square(move) / total);
      for (int i = 0; i < move.length; i++) {
        coefficients[i] += move[i];
      }
    }
    return length;
  }

  /** Fills the weights by the depth of values below the top. */
  private void weigh(double[] values, double top) {
    for (int s = 0; s < size; s++) {
      double depth = Math.max(0, top - values[s]);
      double ratio = depth / DEPTH;
      weights[s] = depth <= DEEPEST ? base[s] / (1 + ratio * ratio) : 0;
    }
  }

  private void evaluate(double[] coefficients) {
    Arrays.fill(fitted, 0);
    for (int i = 0; i < coefficients.length; i++) {
      monomials.addTo(fitted, i, coefficients[i]);
    }
  }

  private static double score(double difference) {
    if (difference < LINEAR_FROM) {
      return Math.exp(difference) - 1;
    }
    return Math.min(LARGEST_SCORE, Math.E * difference - 1);
  }

  /** Sums of all monomials times a number over the points. */
  private double[] sums(double[] numbers) {
    double[] sums = new double[basis.size()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = monomials.sum(i, numbers);
    }
    return sums;
  }

  /** Inverse of the Cholesky factor of the samples' covariance; null where there is none. */
  private double @Nullable [][] inverseRoot(double[] mean) {
    int k = shared.length;
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int s = 0; s < bulk; s++) {
          sum += (points[i][s] - mean[i]) * (points[j][s] - mean[j]);
        }
        covariance[i][j] = sum / bulk;
      }
    }
    double[][] l = new double[k][k];
    double[][] inverse = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = covariance[i][j];
        for (int m = 0; m < j; m++) {
          sum -= l[i][m] * l[j][m];
        }
        if (i == j) {
          if (!(sum > 0)) {
            return null;
          }
          l[i][i] = Math.sqrt(sum);
        } else {
          l[i][j] = sum / l[j][j];
        }
      }
      inverse[i][i] = 1 / l[i][i];
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int m = j; m < i; m++) {
          sum -= l[i][m] * inverse[m][j];
        }
        inverse[i][j] = sum / l[i][i];
      }
    }
    return inverse;
  }
}
