package org.sidereus.engine.polynomial;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;

/**
 * Fits a polynomial to log(posterior / prior) of the shared parameters of one object, by least
 * squares at the posterior samples, where the flow gives the marginal density exactly. Holds
 * scratch memory: one instance for each thread.
 *
 * <p>The residuals of a least squares fit under the posterior are orthogonal to every monomial
 * under the posterior. The true shared parameters are a draw from the posterior of each object of a
 * group, so the residuals' slopes at the truth average out over a group instead of adding up.
 */
public final class SharedDensityFit {
  /** Keeps the normal equations solvable where samples nearly lie on a line. */
  private static final double RIDGE = 1e-10;

  /**
   * Degree of the correction by the weights; see docs/science/combination.md for what was tried.
   */
  private static final int CORRECTION_DEGREE = 3;

  private static final int NEWTON_STEPS = 12;

  /** A step of this standard deviation (of the log ratio, over the samples) is the last one. */
  private static final double SMALLEST_STEP = 1e-5;

  /** Longest step, in the same unit: Newton's full step may overshoot. */
  private static final double LONGEST_STEP = 1;

  /** A flow that is farther off, in the same unit, is not corrected in this way. */
  private static final double LARGEST_CORRECTION = 3;

  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;
  private final int[] shared;
  private final int parameters;
  private final int samples;

  /** Stored by parameter: processors add neighbouring numbers together. */
  private final double[][] points;

  private final double[][] whitened;
  private final MonomialColumns monomials;
  private final double[] target;
  private final double[] ratio;

  /** Number of monomials of a correction, without the constant. */
  private final int corrections;

  public SharedDensityFit(Manifest manifest, int samples) {
    this.samples = samples;
    parameters = manifest.parameters().size();
    shared = manifest.sharedIndices();
    coordinates = new SharedCoordinates(manifest);
    basis = coordinates.basis();
    points = new double[shared.length][samples];
    whitened = new double[shared.length][samples];
    monomials = new MonomialColumns(basis, samples);
    target = new double[samples];
    ratio = new double[samples];
    corrections = new PolynomialBasis(shared.length, CORRECTION_DEGREE).size() - 1;
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
   * @param theta samples [S * D], physical units
   * @param logDensity marginal log density of the shared parameters at the samples [S], physical
   *     units
   * @param weights importance weights of the samples [S], sum 1; null: all equal
   * @return coefficients of {@link SharedCoordinates#basis()} in its standardised coordinates, the
   *     constant set to 0; null if the samples do not determine them
   */
  public double @Nullable [] fit(float[] theta, float[] logDensity, double @Nullable [] weights) {
    int k = shared.length;
    double[] physical = new double[k];
    double[] point = new double[k];
    double[] mean = new double[k];
    double meanTarget = 0;
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < k; i++) {
        physical[i] = theta[s * parameters + shared[i]];
      }
      coordinates.standardise(physical, point);
      target[s] = logDensity[s] - coordinates.logPrior(physical);
      meanTarget += target[s];
      for (int i = 0; i < k; i++) {
        points[i][s] = point[i];
        mean[i] += point[i];
      }
    }
    meanTarget /= samples;
    for (int i = 0; i < k; i++) {
      mean[i] /= samples;
    }
    double[][] inverseRoot = inverseRoot(mean);
    if (inverseRoot == null || !Double.isFinite(meanTarget)) {
      return null;
    }
    whiten(mean, inverseRoot);
    double[][] products = monomials.products();
    double[] coefficients = leastSquares(products, meanTarget);
    if (coefficients == null) {
      return null;
    }
    if (weights != null) {
      correct(coefficients, products, weights);
    }
    double[] shift = new double[k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        shift[i] -= inverseRoot[i][j] * mean[j];
      }
    }
    double[] global = basis.substitute(coefficients, inverseRoot, shift);
    global[0] = 0;
    return global;
  }

  /** Fills the monomials in coordinates in which the samples have mean 0 and covariance 1. */
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

  /**
   * Adds the cubic polynomial c whose exponential, as a density ratio to the flow, gives the
   * samples the moments up to the third that their weights give them: the maximum of sum w_s c(u_s)
   * - log mean exp c(u_s) (the Kullback-Leibler importance estimation of Sugiyama et al. 2008),
   * found by Newton's method.
   */
  private void correct(double[] coefficients, double[][] products, double[] weights) {
    int n = corrections;
    double[] wanted = new double[n];
    for (int i = 0; i < n; i++) {
      wanted[i] = monomials.sum(i + 1, weights);
    }
    double[][] flow = covariance(n, index -> products[0][index] / samples);
    double[] c = new double[n];
    double length = Double.POSITIVE_INFINITY;
    for (int iteration = 0; iteration < NEWTON_STEPS && length > SMALLEST_STEP; iteration++) {
      double total = ratio(c);
      double[] gradient = new double[n];
      for (int i = 0; i < n; i++) {
        gradient[i] = wanted[i] - monomials.sum(i + 1, ratio) / total;
      }
      double[] step = solve(covariance(n, index -> monomials.sum(index, ratio) / total), gradient);
      if (step == null) {
        return;
      }
      length = length(step, flow);
      double part = Math.min(1, LONGEST_STEP / length);
      for (int i = 0; i < n; i++) {
        c[i] += part * step[i];
      }
    }
    if (length <= SMALLEST_STEP && length(c, flow) <= LARGEST_CORRECTION) {
      for (int i = 0; i < n; i++) {
        coefficients[i + 1] += c[i];
      }
    }
  }

  /** Fills the ratio exp c(u), up to a factor, and returns its sum. */
  private double ratio(double[] c) {
    Arrays.fill(ratio, 0);
    for (int i = 0; i < c.length; i++) {
      monomials.addTo(ratio, i + 1, c[i]);
    }
    double highest = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < samples; s++) {
      highest = Math.max(highest, ratio[s]);
    }
    double total = 0;
    for (int s = 0; s < samples; s++) {
      ratio[s] = Math.exp(ratio[s] - highest);
      total += ratio[s];
    }
    return total;
  }

  /** Covariance of the first monomials after the constant, from the means of monomials. */
  private double[][] covariance(int n, IntToDoubleFunction mean) {
    double[] means = new double[basis.size()];
    for (int i = 1; i < means.length; i++) {
      means[i] = mean.applyAsDouble(i);
    }
    double[][] covariance = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        covariance[i][j] = means[basis.product(i + 1, j + 1)] - means[i + 1] * means[j + 1];
      }
    }
    return covariance;
  }

  /** Standard deviation of the polynomial with these coefficients. */
  private static double length(double[] coefficients, double[][] covariance) {
    double sum = 0;
    for (int i = 0; i < coefficients.length; i++) {
      for (int j = 0; j < coefficients.length; j++) {
        sum += coefficients[i] * covariance[i][j] * coefficients[j];
      }
    }
    return Math.sqrt(Math.max(0, sum));
  }

  private static double @Nullable [] solve(double[][] matrix, double[] right) {
    try {
      return new CholeskyDecomposition(MatrixUtils.createRealMatrix(matrix), 1e-9, 0)
          .getSolver()
          .solve(MatrixUtils.createRealVector(right))
          .toArray();
    } catch (MathRuntimeException e) {
      return null;
    }
  }

  /** Inverse of the Cholesky factor of the samples' covariance; null where there is none. */
  private double @Nullable [][] inverseRoot(double[] mean) {
    int k = shared.length;
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int s = 0; s < samples; s++) {
          sum += (points[i][s] - mean[i]) * (points[j][s] - mean[j]);
        }
        covariance[i][j] = sum / samples;
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

  private double @Nullable [] leastSquares(double[][] products, double meanTarget) {
    int n = basis.size();
    double[][] normal = new double[n][];
    double[] right = new double[n];
    for (int s = 0; s < samples; s++) {
      target[s] -= meanTarget;
    }
    for (int i = 0; i < n; i++) {
      normal[i] = products[i].clone();
      normal[i][i] *= 1 + RIDGE;
      right[i] = monomials.sum(i, target);
    }
    try {
      return new CholeskyDecomposition(MatrixUtils.createRealMatrix(normal))
          .getSolver()
          .solve(MatrixUtils.createRealVector(right))
          .toArray();
    } catch (MathRuntimeException e) {
      return null;
    }
  }
}
