package org.sidereus.model.engine;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.sidereus.model.bundle.Manifest;
import org.sidereus.model.bundle.Parameter;
import org.sidereus.model.combine.PolynomialBasis;
import org.sidereus.model.combine.SharedCoordinates;

/**
 * What one object's data say of the shared parameters, as a polynomial: the logarithm of their
 * marginal posterior density over their prior density, fitted by least squares at the posterior
 * samples, where the flow gives that density exactly. Holds scratch memory: one instance for each
 * thread.
 *
 * <p>The residuals of a least squares fit under the posterior are orthogonal to every monomial
 * under the posterior. The true shared parameters are a draw from the posterior of each object of a
 * group, so the residuals' slopes at the truth average out over a group instead of adding up.
 */
final class SharedDensityFit {
  /** Keeps the normal equations solvable where samples nearly lie on a line. */
  private static final double RIDGE = 1e-10;

  private static final int NEWTON_STEPS = 3;

  /** In units of the samples' standard deviations. */
  private static final double LARGEST_CORRECTION = 2;

  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;
  private final int[] shared;
  private final int parameters;
  private final int samples;

  /** By parameter, because neighbours in memory are what processors add many of at once. */
  private final double[][] points;

  private final double[][] whitened;
  private final double[] target;
  private final MonomialSums sums;

  /** Number of monomials of degree 1 and 2. */
  private final int quadratics;

  SharedDensityFit(Manifest manifest, int samples) {
    this.samples = samples;
    parameters = manifest.parameters().size();
    shared = manifest.sharedIndices();
    coordinates = new SharedCoordinates(manifest);
    basis = coordinates.basis();
    points = new double[shared.length][samples];
    whitened = new double[shared.length][samples];
    target = new double[samples];
    sums = new MonomialSums(basis);
    quadratics = shared.length + shared.length * (shared.length + 1) / 2;
  }

  /** Whether a bundle's groups can be combined by polynomials. */
  static boolean fits(Manifest manifest, int samples) {
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
  double[] fit(float[] theta, float[] logDensity, double[] weights) {
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
    double[] coefficients = leastSquares(meanTarget);
    if (coefficients == null) {
      return null;
    }
    if (weights != null) {
      correct(coefficients, weights);
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

  /**
   * Adds the quadratic polynomial c whose exponential, as a density ratio to the flow, gives the
   * samples the first and second moments that their weights give them: the maximum of sum w_s
   * c(u_s) - log mean exp c(u_s) (the Kullback-Leibler importance estimation of Sugiyama et al.
   * 2008), found by Newton's method. Higher degrees follow the noise of single weights.
   */
  private void correct(double[] coefficients, double[] weights) {
    int n = quadratics;
    double[] target = sums.weighted(whitened, weights);
    double[] c = new double[n];
    for (int iteration = 0; iteration < NEWTON_STEPS; iteration++) {
      double[] moments = sums.tilted(whitened, c);
      double total = moments[0];
      double[] gradient = new double[n];
      double[][] second = new double[n][n];
      for (int i = 0; i < n; i++) {
        double mean = moments[i + 1] / total;
        gradient[i] = target[i + 1] - mean;
        for (int j = 0; j <= i; j++) {
          double product = moments[basis.product(i + 1, j + 1)] / total;
          second[i][j] = product - mean * moments[j + 1] / total;
          second[j][i] = second[i][j];
        }
      }
      double[] step = solve(second, gradient);
      if (step == null) {
        return;
      }
      for (int i = 0; i < n; i++) {
        c[i] += step[i];
        if (!(Math.abs(c[i]) <= LARGEST_CORRECTION)) {
          return; // the flow is too far off for a correction of this kind
        }
      }
    }
    for (int i = 0; i < n; i++) {
      coefficients[i + 1] += c[i];
    }
  }

  private static double[] solve(double[][] matrix, double[] right) {
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
  private double[][] inverseRoot(double[] mean) {
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

  /** Fills the points in coordinates in which the samples have mean 0 and covariance 1. */
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

  private double[] leastSquares(double meanTarget) {
    int n = basis.size();
    for (int s = 0; s < samples; s++) {
      target[s] -= meanTarget;
    }
    double[] right = sums.weighted(whitened, target);
    double[] moments = sums.ofProducts(whitened);
    double[][] normal = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        normal[i][j] = moments[sums.product(i, j)];
      }
      normal[i][i] *= 1 + RIDGE;
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
