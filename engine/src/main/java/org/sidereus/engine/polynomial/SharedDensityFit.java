package org.sidereus.engine.polynomial;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.numerics.PositiveMatrix;

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
 * The weight v of a point falls with its depth below the object's own samples, by the flow's
 * density. Points far from the object ({@code WideNoise}) keep the polynomial right where the group
 * is.
 *
 * <p>Without a likelihood r is the flow's own density over the prior.
 */
public final class SharedDensityFit {
  /** Monomials are of coordinates in units of this many standard deviations of the samples. */
  private static final double SCALE = 3;

  /** Points farther from the prior's mean, in its standard deviations, do not count. */
  private static final double REACH = 5.5;

  /**
   * Wide points nearer to a bound of the prior, in its standard deviations, do not count. A flow
   * that keeps within the bounds places all far points there, with local parameters that are wrong.
   */
  private static final double NEAREST_TO_BOUND = 1e-3;

  /** Depth at which a point counts half. */
  private static final double HALF_DEPTH = 10;

  /** The same of an object far from the prior's mean, whose points reach farther. */
  private static final double HALF_DEPTH_FAR = 1.5;

  /**
   * Of an object whose distance from the prior's mean is at most the first number, points within
   * the second one count, both in standard deviations of the object. A group may be anywhere in the
   * prior: only objects that are far from its mean need points that are farther away, and these
   * make the polynomial less exact near the object.
   */
  private static final double NEAR_PRIOR = 5;

  private static final double RADIUS_NEAR_PRIOR = 8;

  /** The median of the samples is taken of one of so many. */
  private static final int MEDIAN_STRIDE = 4;

  /**
   * The same of an object in tension, as a distance: where its likelihood rises far from the prior,
   * the fit would go there. An object that is farther away has points around it, too.
   */
  private static final double REACH_IN_TENSION = 3.5;

  private static final double AROUND_OBJECT = 1;

  /** Of an object in tension, depth 0 is 1 above one of so many wide points. */
  private static final int HIGHEST_PART = 16;

  /** Stands for the logarithm of 0. */
  private static final double LOG_ZERO = -1e9;

  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;
  private final int[] shared;

  /** Bounds for wide points [K]. */
  private final double[] lowest;

  private final double[] largest;
  private final int parameters;

  /** Half of the posterior samples; each has a mirror image that is as many places farther. */
  private final int pairs;

  /** Number of posterior samples that the fit uses. */
  private final int bulk;

  private final int size;
  private final boolean inTension;

  /** Stored by parameter: processors add neighbouring numbers together. */
  private final double[][] points;

  private final double[][] whitened;
  private final double[] estimates;
  private final double[] base;
  private final double[] flow;
  private final double[] sorted;
  private final Regression regression;
  private final Regression regressionFar;

  /**
   * A fit.
   *
   * @param bulk number of posterior samples of the flow; the fit uses two thirds of them, because
   *     they are denser than the wide points
   * @param wide number of points far from the object
   * @param inTension whether it is for objects whose flow is far from the likelihood
   * @param kernels whether the kernel solves the regression, where it is there
   */
  public SharedDensityFit(
      Manifest manifest, int bulk, int wide, boolean inTension, boolean kernels) {
    pairs = bulk / 2;
    this.bulk = 2 * (pairs * 2 / 3);
    this.inTension = inTension;
    size = this.bulk + wide;
    parameters = manifest.parameters().size();
    shared = manifest.sharedIndices();
    coordinates = new SharedCoordinates(manifest);
    basis = coordinates.basis();
    lowest = Arrays.stream(coordinates.lower()).map(one -> one + NEAREST_TO_BOUND).toArray();
    largest = Arrays.stream(coordinates.upper()).map(one -> one - NEAREST_TO_BOUND).toArray();
    points = new double[shared.length][size];
    whitened = new double[shared.length][size];
    estimates = new double[size];
    base = new double[size];
    flow = new double[size];
    sorted = new double[this.bulk / MEDIAN_STRIDE];
    regression = GammaRegression.of(basis, size, HALF_DEPTH, kernels);
    regressionFar =
        inTension ? regression : GammaRegression.of(basis, size, HALF_DEPTH_FAR, kernels);
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
   * @return null if the samples do not determine the polynomial
   */
  public @Nullable SharedFit fit(SharedSamples samples, SharedSamples wide, double logEvidence) {
    // of an object in tension, the local noise of posterior samples is wrong: they only say where
    double weight = inTension ? 0 : 1;
    take(samples, 0, 0, bulk / 2, weight);
    take(samples, pairs, bulk / 2, bulk, weight);
    take(wide, 0, bulk, size, 1);
    double[] mean = new double[shared.length];
    for (int i = 0; i < mean.length; i++) {
      for (int s = 0; s < bulk; s++) {
        mean[i] += points[i][s];
      }
      mean[i] /= bulk;
    }
    if (inTension) {
      leaveOutBeyond(points, Math.max(REACH_IN_TENSION, norm(mean) + AROUND_OBJECT));
    }
    double top = inTension ? topOfWide() : top(estimates);
    double flowTop = top(flow);
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
    double[] shift = new double[shared.length];
    for (int i = 0; i < shift.length; i++) {
      for (int j = 0; j < shift.length; j++) {
        shift[i] -= inverseRoot[i][j] * mean[j];
      }
    }
    // the shift is the prior's mean in whitened coordinates
    boolean isFar = !inTension && SCALE * norm(shift) > NEAR_PRIOR;
    if (!inTension && !isFar) {
      leaveOutBeyond(whitened, RADIUS_NEAR_PRIOR / SCALE);
    }
    Regression regression = isFar ? regressionFar : this.regression;
    double[] coefficients = regress(regression, top, flowTop);
    if (coefficients == null) {
      return null;
    }
    double[] global = basis.substitute(coefficients, inverseRoot, shift);
    global[0] -= logEvidence;
    for (double coefficient : global) {
      if (!Double.isFinite(coefficient)) {
        return null;
      }
    }
    double[][] noise = regression.linearNoise();
    return new SharedFit(global, noise == null ? null : slopeNoise(noise, inverseRoot));
  }

  /**
   * What the last fit leaves at the wide points.
   *
   * @param differences r - f [wide], filled in
   * @param counts the weights v [wide], filled in
   */
  public void residualsOfWide(double[] differences, double[] counts) {
    regression.residuals(bulk, differences, counts);
  }

  /** A' N A: the gradient by standardised coordinates is A' times that by whitened ones. */
  private static double[] slopeNoise(double[][] noise, double[][] a) {
    int k = a.length;
    double[] triangle = new double[k * (k + 1) / 2];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          for (int q = 0; q < k; q++) {
            sum += a[p][i] * noise[p][q] * a[q][j];
          }
        }
        triangle[i * (i + 1) / 2 + j] = sum;
      }
    }
    return triangle;
  }

  /** Fills coordinates, estimates and base weights of the places from one to another. */
  private void take(SharedSamples samples, int first, int from, int to, double weight) {
    int k = shared.length;
    double[] physical = new double[k];
    double[] point = new double[k];
    float[] logWeight = samples.logWeight();
    for (int s = from; s < to; s++) {
      int sample = first + s - from;
      for (int i = 0; i < k; i++) {
        physical[i] = samples.theta()[sample * parameters + shared[i]];
      }
      coordinates.standardise(physical, point);
      double r = samples.logDensity()[sample] - coordinates.logPrior(point);
      flow[s] = r;
      if (logWeight != null) {
        r += logWeight[sample];
      }
      boolean inReach = true;
      for (int i = 0; i < k; i++) {
        inReach &= Math.abs(point[i]) <= REACH; // not a number is out of reach
        inReach &= s < bulk || (point[i] >= lowest[i] && point[i] <= largest[i]);
        points[i][s] = Double.isFinite(point[i]) ? point[i] : 0;
      }
      boolean counts = inReach && r < Double.POSITIVE_INFINITY; // not a number does not count
      estimates[s] = counts ? Math.max(r, LOG_ZERO) : LOG_ZERO;
      base[s] = counts ? weight : 0;
      flow[s] = counts ? flow[s] : LOG_ZERO;
    }
  }

  /** Fills coordinates in which the posterior samples have mean 0. */
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
  }

  /** Value at depth 0: 1 above the median of the posterior samples. */
  private double top(double[] values) {
    for (int s = 0; s < sorted.length; s++) {
      sorted[s] = values[s * MEDIAN_STRIDE];
    }
    Arrays.sort(sorted);
    return sorted[sorted.length / 2] + 1;
  }

  /** Value at depth 0 of the wide points that count; not a number where they are too few. */
  private double topOfWide() {
    double[] values =
        IntStream.range(bulk, size)
            .filter(s -> base[s] > 0)
            .mapToDouble(s -> estimates[s])
            .sorted()
            .toArray();
    return values.length < basis.size()
        ? Double.NaN
        : values[values.length - 1 - values.length / HIGHEST_PART] + 1;
  }

  /** Wide points that are farther from the origin of the coordinates than a radius do not count. */
  private void leaveOutBeyond(double[][] coordinates, double radius) {
    double[] point = new double[shared.length];
    for (int s = bulk; s < size; s++) {
      for (int i = 0; i < point.length; i++) {
        point[i] = coordinates[i][s];
      }
      if (norm(point) > radius) {
        base[s] = 0;
      }
    }
  }

  private static double norm(double[] point) {
    double sum = 0;
    for (double value : point) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private double @Nullable [] regress(Regression regression, double top, double flowTop) {
    regression.take(whitened, estimates, base);
    // of an object in tension, the flow's density is not near the likelihood
    return inTension ? regression.inTwoPasses(top) : regression.near(flow, flowTop, top);
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
        covariance[j][i] = covariance[i][j];
      }
    }
    double[][] root = PositiveMatrix.root(covariance);
    return root == null ? null : PositiveMatrix.inverseOfRoot(root);
  }
}
