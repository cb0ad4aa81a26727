package org.sidereus.engine.combination;

import java.util.Arrays;
import org.hipparchus.analysis.interpolation.SplineInterpolator;
import org.hipparchus.analysis.polynomials.PolynomialFunction;

/**
 * The natural cubic spline through values at evenly spaced nodes. The piece of a point is found
 * without a search. Immutable and safe for threads.
 */
final class EvenSpline {
  private static final int CUBIC = 3;

  private final double[] nodes;
  private final double step;

  /** [pieces][4]: coefficients of powers of the distance from a piece's first node. */
  private final double[][] pieces;

  /**
   * A spline.
   *
   * @param nodes evenly spaced, ascending, at least three; not copied
   * @param values at the nodes
   */
  EvenSpline(double[] nodes, double[] values) {
    this.nodes = nodes;
    step = (nodes[nodes.length - 1] - nodes[0]) / (nodes.length - 1);
    PolynomialFunction[] polynomials =
        new SplineInterpolator().interpolate(nodes, values).getPolynomials();
    pieces = new double[polynomials.length][];
    for (int p = 0; p < pieces.length; p++) {
      // a piece without higher powers has fewer coefficients
      pieces[p] = Arrays.copyOf(polynomials[p].getCoefficients(), CUBIC + 1);
    }
  }

  /** The value at a point; a point beyond the nodes by rounding counts as the last node. */
  double at(double x) {
    double inside = Math.max(nodes[0], Math.min(nodes[nodes.length - 1], x));
    int piece = Math.min(pieces.length - 1, (int) ((inside - nodes[0]) / step));
    double[] coefficients = pieces[piece];
    double distance = inside - nodes[piece];
    double value = coefficients[CUBIC];
    for (int power = CUBIC - 1; power >= 0; power--) {
      value = distance * value + coefficients[power];
    }
    return value;
  }
}
