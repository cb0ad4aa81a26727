package org.sidereus.engine.combination;

/**
 * The posterior density of one parameter at some points, for a plot. The arrays are not copied; do
 * not change them.
 *
 * @param nodes points in ascending order, in the parameter's unit
 * @param values density at the points, per unit of the parameter
 */
public record MarginalDensity(double[] nodes, double[] values) {
  /** Number of points in the densities that are published. */
  public static final int POINTS = 33;

  public MarginalDensity {
    if (nodes.length != values.length) {
      throw new IllegalArgumentException(
          nodes.length + " nodes do not fit " + values.length + " values");
    }
  }
}
