package org.sidereus.catalogs.report;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.bundle.Prior;

/**
 * Within what two parameters are.
 *
 * @param lower [2], in the units of the parameters; minus infinity: none
 * @param upper [2], in the units of the parameters; infinity: none
 */
record Bounds(double[] lower, double[] upper) {
  private static final double FAR = Double.POSITIVE_INFINITY;

  /** No bounds. */
  static final Bounds NONE = new Bounds(new double[] {-FAR, -FAR}, new double[] {FAR, FAR});

  /** The bounds of two priors. */
  static Bounds of(Prior first, Prior second) {
    return new Bounds(
        new double[] {first.lower(), second.lower()}, new double[] {first.upper(), second.upper()});
  }

  /** Whether a point [2] is within. */
  boolean hold(double[] point) {
    return point[0] >= lower[0]
        && point[0] <= upper[0]
        && point[1] >= lower[1]
        && point[1] <= upper[1];
  }

  /** The part of a closed line of points [2] that is within, closed along the bounds. */
  List<double[]> within(List<double[]> line) {
    List<double[]> left = line;
    for (int axis = 0; axis < 2; axis++) {
      left = cut(left, axis, lower[axis], 1);
      left = cut(left, axis, upper[axis], -1);
    }
    return left;
  }

  /**
   * Cuts a closed line at one bound (Sutherland and Hodgman 1974, Comm. ACM 17, 32).
   *
   * @param side 1: what is above the bound stays; -1: what is below
   */
  private static List<double[]> cut(List<double[]> line, int axis, double bound, int side) {
    if (line.stream().allMatch(point -> side * (point[axis] - bound) >= 0)) {
      return line;
    }
    List<double[]> left = new ArrayList<>();
    for (int i = 1; i < line.size(); i++) {
      double[] from = line.get(i - 1);
      double[] to = line.get(i);
      boolean isFrom = side * (from[axis] - bound) >= 0;
      boolean isTo = side * (to[axis] - bound) >= 0;
      if (isFrom != isTo) {
        double share = (bound - from[axis]) / (to[axis] - from[axis]);
        double[] crossing = new double[2];
        crossing[axis] = bound;
        crossing[1 - axis] = from[1 - axis] + share * (to[1 - axis] - from[1 - axis]);
        left.add(crossing);
      }
      if (isTo) {
        left.add(to);
      }
    }
    if (!left.isEmpty()) {
      left.add(left.get(0));
    }
    return left;
  }
}
