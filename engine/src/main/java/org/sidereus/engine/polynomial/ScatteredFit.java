package org.sidereus.engine.polynomial;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.hipparchus.analysis.integration.gauss.HermiteRuleFactory;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.util.Pair;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.numerics.Columns;
import org.sidereus.engine.numerics.FixedOrderSum;
import org.sidereus.engine.numerics.LinearCombination;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * What one object says of the centre of a population: its likelihood of the shared parameters,
 * convolved with the normal distribution of a scatter from object to object, as a polynomial of a
 * low degree.
 *
 * <p>The object's own log likelihood l is a polynomial. With scatter sds t and R = diag(t), the
 * convolution at z is the integral of exp(l(z + R y)) over a standard normal y. It is taken by
 * Laplace's approximation after one Newton step from the maximum that y would have if the object
 * were Gaussian. The result is fitted by weighted least squares at the nodes of a Gauss-Hermite
 * rule of the object's Gaussian, widened by the scatter. The residuals are then orthogonal to all
 * monomials of the fit, the constant too, so they average out over the objects of a group instead
 * of adding up. {@link ScatteredGaussian} bounds it. Immutable and safe for threads.
 */
public final class ScatteredFit {
  /** Degree of the polynomials. */
  public static final int DEGREE = 4;

  /** Nodes of the rule in each direction, and for a single parameter. */
  private static final int NODES = 5;

  private static final int NODES_OF_ONE = 7;

  /** Nodes farther from the middle do not count: their weights are small. */
  private static final double REACH = 4;

  /** Longest Newton step, in standard deviations of the scatter. */
  private static final double LONGEST_STEP = 1.5;

  /** Least curvature along a direction of y, where 1 is that of the scatter alone. */
  private static final double LEAST_CURVATURE = 0.3;

  private final PolynomialBasis basis;
  private final PolynomialBasis low;

  /** [K][M]: nodes of the rule. */
  private final double[][] nodes;

  /** [P][M]: coefficients of the fit from the values at the nodes. */
  private final double[][] projection;

  /** For the derivatives of the polynomial: the directions of each, first and second ones. */
  private final int[][] derivatives;

  /** Of each thread, by the number of nodes: to make it anew takes a tenth of a fit. */
  private final ThreadLocal<Map<Integer, Memory>> memories = ThreadLocal.withInitial(HashMap::new);

  /**
   * A fit.
   *
   * @param basis of the polynomials of objects
   */
  public ScatteredFit(PolynomialBasis basis) {
    this.basis = basis;
    int k = basis.variables();
    low = new PolynomialBasis(k, DEGREE);
    int along = k == 1 ? NODES_OF_ONE : NODES;
    Pair<double[], double[]> rule = new HermiteRuleFactory().getRule(along);
    int all = (int) Math.round(Math.pow(along, k));
    double[][] points = new double[k][all];
    double[] weights = new double[all];
    int count = 0;
    for (int p = 0; p < all; p++) {
      double weight = 1;
      double square = 0;
      int rest = p;
      for (int i = 0; i < k; i++) {
        // the rule is that of exp(-x^2)
        points[i][count] = Math.sqrt(2) * rule.getFirst()[rest % along];
        weight *= rule.getSecond()[rest % along];
        square += points[i][count] * points[i][count];
        rest /= along;
      }
      if (square <= REACH * REACH) {
        weights[count++] = weight;
      }
    }
    nodes = new double[k][];
    for (int i = 0; i < k; i++) {
      nodes[i] = Arrays.copyOf(points[i], count);
    }
    projection = projection(low, nodes, Arrays.copyOf(weights, count));
    derivatives = new int[1 + k + k * (k + 1) / 2][];
    int next = 0;
    derivatives[next++] = new int[0];
    for (int i = 0; i < k; i++) {
      derivatives[next++] = new int[] {i};
    }
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        derivatives[next++] = new int[] {i, j};
      }
    }
  }

  /** Numbers at so many nodes of scatters, used again for other ones and for other objects. */
  private record Memory(double[][] monomials, double[][] derivatives) {}

  private static double[][] projection(PolynomialBasis low, double[][] nodes, double[] weights) {
    int n = low.size();
    double[][] monomials = new double[n][weights.length];
    low.evaluate(nodes, n, monomials);
    RealMatrix rows = MatrixUtils.createRealMatrix(monomials);
    RealMatrix weighted = rows.multiply(MatrixUtils.createRealDiagonalMatrix(weights));
    RealMatrix normal = weighted.multiplyTransposed(rows);
    return new LUDecomposition(normal).getSolver().solve(weighted).getData();
  }

  /** The monomials of the fits. */
  public PolynomialBasis basis() {
    return low;
  }

  /**
   * Fits of one object for some scatters, in the coordinates of its polynomial.
   *
   * @param coefficients of the object's log likelihood
   * @param mean of the object [K]
   * @param covariance of the object [K][K]
   * @param scatters [N][K]: standard deviations from object to object
   * @return [N][{@link #basis()}.size()]; null where the object does not determine them
   */
  public double @Nullable [][] fit(
      double[] coefficients, double[] mean, double[][] covariance, double[][] scatters) {
    double[][] polynomials = new double[derivatives.length][];
    for (int d = 0; d < derivatives.length; d++) {
      polynomials[d] = coefficients;
      for (int variable : derivatives[d]) {
        polynomials[d] = basis.derivative(polynomials[d], variable);
      }
    }
    double[][] precision = PositiveMatrix.inverse(covariance);
    if (precision == null) {
      return null;
    }
    ScatteredGaussian gaussian = ScatteredGaussian.of(basis, coefficients, mean, precision);
    double[][] fits = new double[scatters.length][];
    int to;
    for (int from = 0; from < scatters.length; from = to) {
      to = from + 1;
      int[] scattered = scattered(scatters[from]);
      while (to < scatters.length && Arrays.equals(scattered, scattered(scatters[to]))) {
        to++;
      }
      double[][] some = Arrays.copyOfRange(scatters, from, to);
      if (!fit(polynomials, mean, covariance, precision, gaussian, some, fits, from)) {
        return null;
      }
    }
    return fits;
  }

  /**
   * Fits for scatters of the same parameters, whose nodes are evaluated together.
   *
   * @param gaussian the object as Gaussian
   * @param fits filled from {@code at} on
   * @return false where the object does not determine them
   */
  private boolean fit(
      double[][] polynomials,
      double[] mean,
      double[][] covariance,
      double[][] precision,
      ScatteredGaussian gaussian,
      double[][] scatters,
      double[][] fits,
      int at) {
    double[][][] roots = new double[scatters.length][][];
    for (int n = 0; n < scatters.length; n++) {
      double[][] root = PositiveMatrix.root(widened(covariance, scatters[n]));
      if (root == null) {
        return false;
      }
      roots[n] = root;
    }
    double[] values = convolved(polynomials, mean, precision, roots, scatters);
    if (values == null) {
      return false;
    }
    int m = nodes[0].length;
    for (int n = 0; n < scatters.length; n++) {
      double[] all = Arrays.copyOfRange(values, n * m, (n + 1) * m);
      double[] own = gaussian.bounded(all, mean, roots[n], nodes, scatters[n]);
      double[] fit = new double[low.size()];
      for (int p = 0; p < fit.length; p++) {
        fit[p] = FixedOrderSum.ofProducts(projection[p], own);
      }
      double[][] back = PositiveMatrix.inverseOfRoot(roots[n]);
      double[] shift = new double[mean.length];
      for (int i = 0; i < shift.length; i++) {
        for (int j = 0; j <= i; j++) {
          shift[i] -= back[i][j] * mean[j];
        }
      }
      fits[at + n] = low.substitute(fit, back, shift);
      for (double coefficient : fits[at + n]) {
        if (!Double.isFinite(coefficient)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Values of the convolved log likelihoods at the nodes of each scatter, one after the other; null
   * where the precision is none.
   */
  private double @Nullable [] convolved(
      double[][] polynomials,
      double[] mean,
      double[][] precision,
      double[][][] roots,
      double[][] scatters) {
    int[] scattered = scattered(scatters[0]);
    int k = mean.length;
    int m = nodes[0].length;
    int r = scattered.length;
    int all = scatters.length * m;
    double[][] y = Columns.of(r, all);
    double[][] z = Columns.of(k, all);
    for (int n = 0; n < scatters.length; n++) {
      int at = n * m;
      for (int i = 0; i < k; i++) {
        for (int j = 0; j <= i; j++) {
          addScaled(roots[n][i][j], nodes[j], 0, z[i], at, m);
        }
      }
      // y = start z: where the maximum is if the object is Gaussian
      double[][] start = start(precision, scatters[n], scattered);
      if (start == null) {
        return null;
      }
      for (int a = 0; a < r; a++) {
        for (int j = 0; j < k; j++) {
          addScaled(start[a][j], z[j], at, y[a], at, m);
        }
      }
    }
    for (int i = 0; i < k; i++) {
      for (int p = 0; p < all; p++) {
        z[i][p] += mean[i];
      }
    }
    Memory memory =
        memories
            .get()
            .computeIfAbsent(
                all,
                count ->
                    new Memory(
                        Columns.of(basis.size(), count), Columns.of(polynomials.length, count)));
    double[][] monomials = memory.monomials();
    double[][] at = memory.derivatives();
    double[] values = new double[all];
    double[] gradient = new double[r];
    double[][] curvature = Columns.of(r, r);
    for (boolean isLast : new boolean[] {false, true}) {
      basis.evaluate(moved(z, y, scatters, scattered), monomials.length, monomials);
      derivatives(polynomials, monomials, scattered, at);
      for (int p = 0; p < all; p++) {
        double[] scatter = scatters[p / m];
        double value = at[0][p];
        for (int a = 0; a < r; a++) {
          double t = scatter[scattered[a]];
          gradient[a] = t * at[1 + scattered[a]][p] - y[a][p];
          value -= 0.5 * y[a][p] * y[a][p];
          for (int b = 0; b <= a; b++) {
            double second = at[1 + k + second(scattered[a], scattered[b])][p];
            curvature[a][b] = (a == b ? 1 : 0) - t * scatter[scattered[b]] * second;
          }
        }
        values[p] = value + laplace(gradient, curvature);
        if (!isLast) {
          step(gradient, curvature, y, p);
        }
      }
    }
    return values;
  }

  /** z + R y. */
  private static double[][] moved(
      double[][] z, double[][] y, double[][] scatters, int[] scattered) {
    double[][] moved = new double[z.length][];
    for (int i = 0; i < z.length; i++) {
      moved[i] = z[i].clone();
    }
    int m = z[0].length / scatters.length;
    for (int n = 0; n < scatters.length; n++) {
      for (int a = 0; a < scattered.length; a++) {
        double t = scatters[n][scattered[a]];
        addScaled(t, y[a], n * m, moved[scattered[a]], n * m, m);
      }
    }
    return moved;
  }

  /**
   * Derivatives by scattered parameters at points.
   *
   * @param monomials at the points
   * @param at filled in; zeros for the others
   */
  private void derivatives(
      double[][] polynomials, double[][] monomials, int[] scattered, double[][] at) {
    for (int d = 0; d < at.length; d++) {
      boolean isUsed = true;
      for (int variable : derivatives[d]) {
        isUsed &= Arrays.binarySearch(scattered, variable) >= 0;
      }
      Arrays.fill(at[d], 0);
      if (isUsed) {
        LinearCombination.add(polynomials[d], monomials, at[d]);
      }
    }
  }

  private static int[] scattered(double[] scatter) {
    int count = 0;
    int[] indices = new int[scatter.length];
    for (int i = 0; i < scatter.length; i++) {
      if (scatter[i] > 0) {
        indices[count++] = i;
      }
    }
    return Arrays.copyOf(indices, count);
  }

  /** -(I + R' P R)^-1 R' P, [r][K]; null where P is no precision. */
  private static double @Nullable [][] start(
      double[][] precision, double[] scatter, int[] scattered) {
    int r = scattered.length;
    int k = scatter.length;
    double[][] matrix = Columns.of(r, r);
    double[][] result = Columns.of(r, k);
    for (int a = 0; a < r; a++) {
      double t = scatter[scattered[a]];
      for (int b = 0; b <= a; b++) {
        double entry = t * precision[scattered[a]][scattered[b]] * scatter[scattered[b]];
        matrix[a][b] = entry + (a == b ? 1 : 0);
      }
      for (int j = 0; j < k; j++) {
        result[a][j] = -t * precision[scattered[a]][j];
      }
    }
    double[][] root = PositiveMatrix.root(matrix);
    if (root == null) {
      return null;
    }
    for (int j = 0; j < k; j++) {
      for (int a = 0; a < r; a++) {
        for (int b = 0; b < a; b++) {
          result[a][j] -= root[a][b] * result[b][j];
        }
        result[a][j] /= root[a][a];
      }
      for (int a = r - 1; a >= 0; a--) {
        for (int b = a + 1; b < r; b++) {
          result[a][j] -= root[b][a] * result[b][j];
        }
        result[a][j] /= root[a][a];
      }
    }
    return result;
  }

  /**
   * g' H^-1 g / 2 - log det(H) / 2 from the lower triangle of H = L D L'; pivots are at least
   * {@value #LEAST_CURVATURE}. H is overwritten by L and D, and g by L^-1 g.
   */
  private static double laplace(double[] gradient, double[][] h) {
    int r = gradient.length;
    double sum = 0;
    for (int i = 0; i < r; i++) {
      // L D L' by rows: h[i][j] becomes L below the diagonal and D on it
      for (int j = 0; j < i; j++) {
        for (int c = 0; c < j; c++) {
          h[i][j] -= h[i][c] * h[j][c] * h[c][c];
        }
        h[i][j] /= h[j][j];
        h[i][i] -= h[i][j] * h[i][j] * h[j][j];
        gradient[i] -= h[i][j] * gradient[j];
      }
      h[i][i] = Math.max(LEAST_CURVATURE, h[i][i]);
      sum += gradient[i] * gradient[i] / h[i][i] - Math.log(h[i][i]);
    }
    return 0.5 * sum;
  }

  /** Adds H^-1 g to y at point p, from what {@link #laplace} left. */
  private static void step(double[] gradient, double[][] h, double[][] y, int p) {
    int r = gradient.length;
    double square = 0;
    for (int i = r - 1; i >= 0; i--) {
      gradient[i] /= h[i][i];
      for (int j = i + 1; j < r; j++) {
        gradient[i] -= h[j][i] * gradient[j];
      }
      square += gradient[i] * gradient[i];
    }
    double part = Math.min(1, LONGEST_STEP / Math.sqrt(square));
    for (int i = 0; i < r; i++) {
      y[i][p] += part * gradient[i];
    }
  }

  private static int second(int i, int j) {
    int row = Math.max(i, j);
    return row * (row + 1) / 2 + Math.min(i, j);
  }

  private static void addScaled(
      double factor, double[] values, int from, double[] sum, int at, int count) {
    for (int p = 0; p < count; p++) {
      sum[at + p] += factor * values[from + p];
    }
  }

  private static double[][] widened(double[][] covariance, double[] scatter) {
    double[][] widened = new double[scatter.length][];
    for (int i = 0; i < widened.length; i++) {
      widened[i] = covariance[i].clone();
      widened[i][i] += scatter[i] * scatter[i];
    }
    return widened;
  }
}
