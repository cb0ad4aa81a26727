package org.sidereus.engine.combination;

/**
 * Interpolates a function of a scatter between nodes, in s = log(1 + t^2 / C) for the standard
 * deviation t. The log likelihood of a Gaussian object of variance 2 C is nearly a line in s; where
 * the objects' variances differ it stays smooth. Below the third node the interpolation is the
 * cubic through the first four nodes, above it through the last four: far above 0, where the
 * polynomials of objects say nothing without a scatter, they are not used. Immutable.
 */
final class ScatterScale {
  private static final int CUBIC = 4;

  private final double unit;

  /** Coordinates of the nodes, 0 first. */
  private final double[] nodes;

  /**
   * A scale.
   *
   * @param sds four nodes beyond 0, ascending
   * @param unit C
   */
  ScatterScale(double[] sds, double unit) {
    if (sds.length != CUBIC) {
      throw new IllegalArgumentException(CUBIC + " nodes are needed, not " + sds.length);
    }
    this.unit = unit;
    nodes = new double[CUBIC + 1];
    for (int n = 0; n < sds.length; n++) {
      nodes[n + 1] = coordinate(sds[n]);
    }
  }

  /** s of a standard deviation. */
  double coordinate(double sd) {
    return Math.log1p(sd * sd / unit);
  }

  /** The standard deviation of s. */
  double sd(double coordinate) {
    return Math.sqrt(unit * Math.expm1(coordinate));
  }

  /** Largest coordinate of a node. */
  double end() {
    return nodes[CUBIC];
  }

  /** Weights of the values at the nodes, 0 first, for the interpolated value. */
  double[] weights(double coordinate) {
    double[] weights = new double[nodes.length];
    int first = coordinate <= nodes[2] ? 0 : 1;
    for (int i = first; i < first + CUBIC; i++) {
      weights[i] = 1;
      for (int j = first; j < first + CUBIC; j++) {
        if (j != i) {
          weights[i] *= (coordinate - nodes[j]) / (nodes[i] - nodes[j]);
        }
      }
    }
    return weights;
  }
}
