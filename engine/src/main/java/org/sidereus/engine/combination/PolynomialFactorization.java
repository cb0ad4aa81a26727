package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.MatrixUtils;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.polynomial.PolynomialBasis;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Combination of the shared parameters without the Gaussian approximation: Buck et al. (2025),
 * equation 5, for log densities that are polynomials.
 *
 * <p>Object i contributes the coefficients of log(posterior_i / prior) of the shared parameters
 * ({@link ObjectSummary#sharedLogRatio()}): the natural parameters of an exponential family whose
 * statistics are monomials. The group's log density is the log prior plus the sum. Its mean and
 * covariance are integrals over a grid that is centred and scaled on the group's own posterior, so
 * it makes no difference how much narrower than one object's posterior that is.
 *
 * <p>The Gaussian contribution is summed beside it. It is the starting point, and the result where
 * the sum of the polynomials has no proper maximum near it, as with very few objects. An object
 * without a polynomial contributes the quadratic one of its mean and covariance.
 */
final class PolynomialFactorization implements Factorization {
  /** The grid reaches this many standard deviations to each side. */
  private static final double REACH = 6;

  /** Points of the grid in each direction: four for each standard deviation. */
  private static final int POINTS = 49;

  /** Points where only a sum is needed: two for each standard deviation. */
  private static final int COARSE_POINTS = 25;

  private static final int BLOCK = 64;

  private static final int CENTRINGS = 5;

  /** Share of the probability that may lie on the border of the grid. */
  private static final double BORDER_SHARE = 1e-4;

  /** The polynomial is believed where its mean is at most this many Gaussian sd away. */
  private static final double TRUST = 5;

  /**
   * Or this many standard deviations of a typical object: there its own polynomial was fitted,
   * however narrow the posterior of a large group is.
   */
  private static final double TRUST_OF_OBJECT = 2;

  /**
   * Where a polynomial has no moments (it may rise again far from the objects), the Gaussian result
   * is the one of the objects' moments as long as the peak is at most this many of its standard
   * deviations away: moments are the better description of few objects. Beyond, the objects'
   * skewness has added up, and the Gaussian is that of the peak's curvature.
   */
  private static final double BELIEF = 1;

  private static final int MOST_STEPS = 100;

  /** Longest step of the ascent, in standard deviations. */
  private static final double LONGEST_STEP = 2;

  private static final double SHORTEST_STEP = 1e-3;

  private final GaussianFactorization gaussian;
  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;

  /**
   * The combiner of a bundle.
   *
   * @param manifest of a bundle with 1 to {@value SharedCoordinates#MOST_PARAMETERS} shared
   *     parameters
   */
  PolynomialFactorization(Manifest manifest) {
    gaussian = new GaussianFactorization(manifest);
    coordinates = new SharedCoordinates(manifest);
    if (coordinates.size() > SharedCoordinates.MOST_PARAMETERS) {
      throw new IllegalArgumentException(
          "polynomials combine at most "
              + SharedCoordinates.MOST_PARAMETERS
              + " shared parameters but the bundle has "
              + coordinates.size());
    }
    basis = coordinates.basis();
  }

  /** The Gaussian contribution, then the coefficients of the polynomial without its constant. */
  @Override
  public int length() {
    return gaussian.length() + basis.size() - 1;
  }

  @Override
  public String family() {
    return "polynomial of degree " + basis.degree();
  }

  @Override
  public double[] contribution(ObjectSummary posterior) {
    double[] natural = gaussian.contribution(posterior);
    double[] polynomial = posterior.sharedLogRatio();
    if (polynomial == null) {
      polynomial = quadratic(natural);
    }
    double[] contribution = Arrays.copyOf(natural, length());
    System.arraycopy(polynomial, 1, contribution, natural.length, basis.size() - 1);
    return contribution;
  }

  /** -z' P z / 2 + h' z for the natural parameters P and h of {@link GaussianFactorization}. */
  private double[] quadratic(double[] natural) {
    int k = coordinates.size();
    double[] coefficients = new double[basis.size()];
    int at = 0;
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        coefficients[basis.indexOf(i, j)] -= natural[at++] * (i == j ? 0.5 : 1);
      }
    }
    for (int i = 0; i < k; i++) {
      coefficients[basis.indexOf(i)] = natural[at++];
    }
    return coefficients;
  }

  @Override
  public FactorizedPosterior combine(long objects, double[] sum) {
    if (sum.length != length()) {
      throw new IllegalArgumentException(
          "a sum of " + sum.length + " entries does not fit the " + length() + " of the bundle");
    }
    FactorizedPosterior start = gaussian.combine(objects, Arrays.copyOf(sum, gaussian.length()));
    if (objects == 0) {
      return start;
    }
    double[] coefficients = new double[basis.size()];
    System.arraycopy(sum, gaussian.length(), coefficients, 1, basis.size() - 1);
    Moments initial = standardised(start);
    double trust = Math.max(TRUST, TRUST_OF_OBJECT * Math.sqrt(objects));
    Moments peak = peak(coefficients, initial, trust);
    FactorizedPosterior otherwise =
        peak.distance(initial) > BELIEF ? gaussian(objects, peak) : start;
    Moments moments = peak;
    for (int i = 0; i < CENTRINGS; i++) {
      Moments next = integrate(coefficients, moments);
      if (next == null || next.distance(initial) > trust) {
        return otherwise;
      }
      moments = next;
    }
    return moments.borderShare() > BORDER_SHARE
        ? otherwise
        : inUnits(objects, moments, coefficients);
  }

  /**
   * Mean and covariance in standardised coordinates.
   *
   * @param root Cholesky factor of the covariance
   */
  private record Moments(
      double[] mean, double[][] covariance, double[][] root, double borderShare) {

    /** Distance of the means in standard deviations of the other. */
    double distance(Moments other) {
      double[] difference = new double[mean.length];
      for (int i = 0; i < mean.length; i++) {
        difference[i] = mean[i] - other.mean[i];
      }
      DecompositionSolver solver =
          new CholeskyDecomposition(MatrixUtils.createRealMatrix(other.covariance), 1e-9, 0)
              .getSolver();
      return Math.sqrt(
          solver
              .solve(MatrixUtils.createRealVector(difference))
              .dotProduct(MatrixUtils.createRealVector(difference)));
    }
  }

  private Moments standardised(FactorizedPosterior summary) {
    int k = coordinates.size();
    double[] mean = new double[k];
    coordinates.standardise(summary.mean(), mean);
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        covariance[i][j] =
            summary.covariance()[i * k + j] / (coordinates.sd(i) * coordinates.sd(j));
      }
    }
    return new Moments(mean, covariance, root(covariance), 0);
  }

  private static double[][] root(double[][] covariance) {
    try {
      return new CholeskyDecomposition(MatrixUtils.createRealMatrix(covariance), 1e-9, 0)
          .getL()
          .getData();
    } catch (MathRuntimeException e) {
      return null;
    }
  }

  /**
   * The maximum that is reached from a Gaussian by ascent, with the covariance that its curvature
   * there gives: where the maximum lies beyond the grid around the Gaussian, the mass on that
   * grid's border would say nothing of its width. The Gaussian itself where no maximum is found
   * within a distance of {@code trust} of its standard deviations. The prior is taken as normal
   * here; the grid takes it as it is.
   */
  private Moments peak(double[] coefficients, Moments from, double trust) {
    int k = coordinates.size();
    double[][] least = inverse(from.covariance);
    double[] z = from.mean.clone();
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gradient = basis.gradientAt(coefficients, z);
      double[][] precision = basis.hessianAt(coefficients, z);
      for (int i = 0; i < k; i++) {
        gradient[i] -= z[i];
        for (int j = 0; j < k; j++) {
          precision[i][j] = -precision[i][j] + (i == j ? 1 : 0);
        }
      }
      double[][] covariance = inverse(precision);
      if (covariance == null) { // not on the hill yet: go on with the width of the Gaussian
        precision = least;
        covariance = from.covariance;
      }
      double[] move = times(covariance, gradient);
      double length = Math.sqrt(dot(move, times(precision, move)));
      double part = Math.min(1, LONGEST_STEP / length);
      for (int i = 0; i < k; i++) {
        z[i] += part * move[i];
      }
      Moments here = new Moments(z, covariance, root(covariance), 0);
      if (!(here.distance(from) <= trust)) {
        return from;
      }
      if (length < SHORTEST_STEP && precision != least) {
        return here;
      }
    }
    return from;
  }

  /** Inverse of a symmetric matrix; null where it is not positive. */
  private static double[][] inverse(double[][] matrix) {
    try {
      return new CholeskyDecomposition(MatrixUtils.createRealMatrix(matrix), 1e-6, 0)
          .getSolver()
          .getInverse()
          .getData();
    } catch (MathRuntimeException e) {
      return null;
    }
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      product[i] = dot(matrix[i], vector);
    }
    return product;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Moments of prior times exp(polynomial) on a grid around given ones; null where degenerate. */
  private Moments integrate(double[] coefficients, Moments around) {
    int k = coordinates.size();
    int points = (int) Math.pow(POINTS, k);
    double[][] z = new double[k][points];
    boolean[] border = new boolean[points];
    double[] step = new double[k];
    for (int p = 0; p < points; p++) {
      int rest = p;
      for (int i = 0; i < k; i++) {
        int index = rest % POINTS;
        rest /= POINTS;
        border[p] |= index == 0 || index == POINTS - 1;
        step[i] = REACH * (2.0 * index / (POINTS - 1) - 1);
      }
      for (int i = 0; i < k; i++) {
        double coordinate = around.mean[i];
        for (int j = 0; j <= i; j++) {
          coordinate += around.root[i][j] * step[j];
        }
        z[i][p] = coordinate;
      }
    }
    double[] logDensity = logDensity(coefficients, z);
    double highest = highest(logDensity);
    double total = 0;
    double onBorder = 0;
    double[] mean = new double[k];
    for (int p = 0; p < points; p++) {
      double weight = Math.exp(logDensity[p] - highest);
      logDensity[p] = weight;
      total += weight;
      onBorder += border[p] ? weight : 0;
      for (int i = 0; i < k; i++) {
        mean[i] += weight * z[i][p];
      }
    }
    if (!(total > 0) || !Double.isFinite(total)) {
      return null;
    }
    for (int i = 0; i < k; i++) {
      mean[i] /= total;
    }
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int p = 0; p < points; p++) {
          sum += logDensity[p] * (z[i][p] - mean[i]) * (z[j][p] - mean[j]);
        }
        covariance[i][j] = sum / total;
        covariance[j][i] = covariance[i][j];
      }
    }
    double[][] root = root(covariance);
    return root == null ? null : new Moments(mean, covariance, root, onBorder / total);
  }

  private FactorizedPosterior gaussian(long objects, Moments moments) {
    return FactorizedPosterior.gaussian(
        objects, coordinates.physical(moments.mean), covarianceInUnits(moments));
  }

  private double[] covarianceInUnits(Moments moments) {
    int k = coordinates.size();
    double[] covariance = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        covariance[i * k + j] = moments.covariance[i][j] * coordinates.sd(i) * coordinates.sd(j);
      }
    }
    return covariance;
  }

  /** The logarithm of prior times exp(polynomial), in blocks that stay in the fastest cache. */
  private double[] logDensity(double[] coefficients, double[][] z) {
    int points = z[0].length;
    double[] logDensity = new double[points];
    double[][] block = new double[z.length][BLOCK];
    double[][] monomials = new double[basis.size()][BLOCK];
    double[] sum = new double[BLOCK];
    for (int from = 0; from < points; from += BLOCK) {
      int count = Math.min(BLOCK, points - from);
      for (int i = 0; i < z.length; i++) {
        System.arraycopy(z[i], from, block[i], 0, count);
      }
      basis.evaluate(block, monomials.length, monomials);
      Arrays.fill(sum, 0);
      for (int i = monomials.length - 1; i >= 0; i--) {
        addScaled(monomials[i], coefficients[i], sum);
      }
      coordinates.addLogPrior(block, count, sum);
      System.arraycopy(sum, 0, logDensity, from, count);
    }
    return logDensity;
  }

  private static void addScaled(double[] values, double factor, double[] sum) {
    for (int l = 0; l < sum.length; l++) {
      sum[l] += factor * values[l];
    }
  }

  private static double highest(double[] values) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      highest = Math.max(highest, value);
    }
    return highest;
  }

  private FactorizedPosterior inUnits(long objects, Moments moments, double[] coefficients) {
    int k = coordinates.size();
    double[][] quantiles = new double[k][];
    List<MarginalDensity> densities = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      GridDensity marginal = marginal(i, coefficients, moments);
      quantiles[i] = marginal.quantiles(FactorizedPosterior.LEVELS);
      densities.add(marginal.plotted(MarginalDensity.POINTS));
    }
    return new FactorizedPosterior(
        objects,
        coordinates.physical(moments.mean),
        covarianceInUnits(moments),
        quantiles,
        densities,
        CombinationMethod.POLYNOMIAL);
  }

  /**
   * The marginal density of one parameter, in its unit: the same integral as for the moments, on a
   * grid whose first direction is that parameter's, so that the others are summed out at its nodes.
   */
  private GridDensity marginal(int parameter, double[] coefficients, Moments around) {
    int k = coordinates.size();
    int[] order = new int[k];
    for (int i = 0; i < k; i++) {
      order[i] = i == 0 ? parameter : i <= parameter ? i - 1 : i;
    }
    double[][] permuted = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        permuted[i][j] = around.covariance[order[i]][order[j]];
      }
    }
    double[][] root = root(permuted);
    int points = POINTS;
    for (int i = 1; i < k; i++) {
      points *= COARSE_POINTS;
    }
    double[] step = new double[k];
    double[][] z = new double[k][points];
    for (int p = 0; p < points; p++) {
      int rest = p / POINTS;
      step[0] = REACH * (2.0 * (p % POINTS) / (POINTS - 1) - 1);
      for (int i = 1; i < k; i++) {
        step[i] = REACH * (2.0 * (rest % COARSE_POINTS) / (COARSE_POINTS - 1) - 1);
        rest /= COARSE_POINTS;
      }
      for (int i = 0; i < k; i++) {
        double coordinate = around.mean[order[i]];
        for (int j = 0; j <= i; j++) {
          coordinate += root[i][j] * step[j];
        }
        z[order[i]][p] = coordinate;
      }
    }
    double[] logDensity = logDensity(coefficients, z);
    double highest = highest(logDensity);
    double[] values = new double[POINTS];
    for (int p = 0; p < points; p++) {
      values[p % POINTS] += Math.exp(logDensity[p] - highest);
    }
    double sd = coordinates.sd(parameter) * root[0][0];
    double mean = coordinates.physical(around.mean)[parameter];
    return new GridDensity(mean - REACH * sd, 2 * REACH * sd / (POINTS - 1), values);
  }
}
