package org.sidereus.engine.combination;

import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * Interpolates a sum of log likelihoods over the scatter between nodes of its standard deviation t.
 *
 * <p>The log likelihood of a Gaussian object of variance v is a line in log(1 + t^2 / v) and in u =
 * t^2 / (v + t^2). The derivatives of both by v are lines in u and u^2, and so on. So the
 * interpolation is exact on 1, log(1 + t^2 / V), u, u^2 and, up to {@value #NEAR}, u^3, with V the
 * variance of a typical object: it is that of objects that are alike, and what the objects differ
 * by counts in the third order (up to {@value #NEAR}) or in the second. A cubic in a coordinate of
 * t is wrong by 0.001 for each object, and 10,000 objects without a scatter show one.
 *
 * <p>Far above 0, where the polynomials of objects say nothing without a scatter, the first nodes
 * are not used. Immutable.
 */
final class ScatterScale {
  /** Up to this standard deviation the first nodes are used, beyond it the last ones. */
  private static final double NEAR = 0.2;

  /**
   * Beyond this standard deviation the error of the fits at 0 does not count: the objects of a
   * scattered group are far from each other, where their polynomials without a scatter say nothing.
   */
  private static final double NEAREST = 0.1;

  private static final int FIRST = 5;
  private static final int LAST = 4;

  private final double unit;

  /** Variances at the nodes. */
  private final double[] nodes;

  private final DecompositionSolver first;
  private final DecompositionSolver last;

  /**
   * A scale.
   *
   * @param sds six nodes, ascending from 0; the fourth is {@value #NEAR}
   * @param variance of a typical object
   */
  ScatterScale(double[] sds, double variance) {
    if (sds.length != FIRST + 1 || sds[0] != 0 || sds[FIRST - 2] != NEAR) {
      throw new IllegalArgumentException(
          "six nodes from 0 are needed, of which the fourth is " + NEAR);
    }
    unit = variance;
    nodes = new double[sds.length];
    for (int n = 0; n < sds.length; n++) {
      nodes[n] = sds[n] * sds[n];
    }
    first = solver(0, FIRST);
    last = solver(nodes.length - LAST, LAST);
  }

  private DecompositionSolver solver(int from, int count) {
    RealMatrix matrix = MatrixUtils.createRealMatrix(count, count);
    for (int n = 0; n < count; n++) {
      matrix.setColumn(n, functions(nodes[from + n], count));
    }
    return new LUDecomposition(matrix, 0).getSolver();
  }

  /**
   * The functions at a variance of the scatter: powers of u below the last one, and what they leave
   * of the logarithm. Each is at most 1, so that the matrices of wide objects keep their digits.
   */
  private double[] functions(double variance, int count) {
    double end = share(nodes[nodes.length - 1]);
    double u = share(variance);
    double[] functions = new double[count];
    functions[0] = 1;
    for (int i = 1; i < count - 1; i++) {
      functions[i] = functions[i - 1] * u / end;
    }
    functions[count - 1] = rest(u, count) / rest(end, count);
    return functions;
  }

  /** u */
  private double share(double variance) {
    return variance / (unit + variance);
  }

  /** -log(1 - u) without the first terms of its series. */
  private static double rest(double u, int count) {
    double rest = -Math.log1p(-u);
    double power = 1;
    for (int i = 1; i < count - 1; i++) {
      power *= u;
      rest -= power / i;
    }
    return rest;
  }

  /** log(1 + t^2 / C) of a standard deviation, C half of the variance of a typical object. */
  double coordinate(double sd) {
    return Math.log1p(2 * sd * sd / unit);
  }

  /** The standard deviation of a coordinate. */
  double sd(double coordinate) {
    return Math.sqrt(0.5 * unit * Math.expm1(coordinate));
  }

  /** Largest coordinate of a node. */
  double end() {
    return Math.log1p(2 * nodes[nodes.length - 1] / unit);
  }

  /** Weights of the values at the nodes for the interpolated value at a standard deviation. */
  double[] weights(double sd) {
    double[] weights = new double[nodes.length];
    boolean isNear = sd <= NEAR;
    int count = isNear ? FIRST : LAST;
    double[] some =
        (isNear ? first : last)
            .solve(MatrixUtils.createRealVector(functions(sd * sd, count)))
            .toArray();
    System.arraycopy(some, 0, weights, isNear ? 0 : nodes.length - count, count);
    return weights;
  }

  /**
   * How much of the error of the fits at 0 counts at a standard deviation: 1 at 0, and nothing
   * beyond {@value #NEAREST}.
   */
  double shareOfFirst(double sd) {
    double share = Math.max(0, 1 - sd * sd / (NEAREST * NEAREST));
    return share * share;
  }
}
