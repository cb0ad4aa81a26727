package org.sidereus.engine.combination;

import org.hipparchus.analysis.interpolation.SplineInterpolator;
import org.hipparchus.analysis.polynomials.PolynomialFunction;

/**
 * The natural cubic spline through values at evenly spaced nodes. The piece of a point is found
 * without a search. Immutable and safe for threads.
 */
final class EvenSpline {
  private final double[] nodes;
  private final double step;
  private final PolynomialFunction[] pieces;

  /**
   * A spline.
   *
   * @param nodes evenly spaced, ascending, at least three; not copied
   * @param values at the nodes
   */
  EvenSpline(double[] nodes, double[] values) {
    this.nodes = nodes;
    step = (nodes[nodes.length - 1] - nodes[0]) / (nodes.length - 1);
    pieces = new SplineInterpolator().interpolate(nodes, values).getPolynomials();
  }

  /** The value at a point; a point beyond the nodes by rounding counts as the last node. */
  double at(double x) {
    double inside = Math.max(nodes[0], Math.min(nodes[nodes.length - 1], x));
    int piece = Math.min(pieces.length - 1, (int) ((inside - nodes[0]) / step));
    return pieces[piece].value(inside - nodes[piece]);
  }
}
