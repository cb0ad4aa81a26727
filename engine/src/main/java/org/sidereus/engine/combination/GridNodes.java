package org.sidereus.engine.combination;

import java.util.Arrays;

/**
 * Nodes of an even grid in K standardised directions, those within a radius of its centre: the
 * ellipsoid on which a density is taken. Cholesky coordinates of another order of the parameters
 * have the same distances from the centre, so it is the same ellipsoid for all orders. Immutable;
 * the arrays are not to be changed.
 */
final class GridNodes {
  private final double reach;
  private final int points;
  private final double[][] steps;
  private final int[] first;
  private final boolean[] border;
  private final double logVolume;

  /**
   * The nodes.
   *
   * @param directions K
   * @param reach radius of the ellipsoid in standard deviations
   * @param points nodes along the first direction, from -reach to reach; odd
   * @param others nodes along each other direction; odd
   */
  GridNodes(int directions, double reach, int points, int others) {
    this.reach = reach;
    this.points = points;
    int all = points;
    for (int i = 1; i < directions; i++) {
      all *= others;
    }
    double[][] inside = new double[directions][all];
    int[] firsts = new int[all];
    boolean[] borders = new boolean[all];
    double[] u = new double[directions];
    double thickness = 2 * reach / (Math.min(points, others) - 1);
    int count = 0;
    for (int p = 0; p < all; p++) {
      int rest = p / points;
      u[0] = step(p % points, points);
      double square = u[0] * u[0];
      for (int i = 1; i < directions; i++) {
        u[i] = step(rest % others, others);
        rest /= others;
        square += u[i] * u[i];
      }
      double radius = Math.sqrt(square);
      if (radius > reach) {
        continue;
      }
      for (int i = 0; i < directions; i++) {
        inside[i][count] = u[i];
      }
      firsts[count] = p % points;
      borders[count] = radius > reach - thickness;
      count++;
    }
    steps = new double[directions][];
    for (int i = 0; i < directions; i++) {
      steps[i] = Arrays.copyOf(inside[i], count);
    }
    first = Arrays.copyOf(firsts, count);
    border = Arrays.copyOf(borders, count);
    logVolume =
        Math.log(2 * reach / (points - 1)) + (directions - 1) * Math.log(2 * reach / (others - 1));
  }

  private double step(int index, int points) {
    return reach * (2.0 * index / (points - 1) - 1);
  }

  /** The nodes of the ellipsoid around a centre [K] with a root [K][K]. */
  PlacedNodes placed(double[] centre, double[][] root) {
    double[] volume = new double[size()];
    Arrays.fill(volume, 1);
    return new PlacedNodes(at(centre, root), first, border, volume, logVolume);
  }

  /** Number of nodes. */
  int size() {
    return first.length;
  }

  /** Number of places along the first direction. */
  int points() {
    return points;
  }

  /** Whether a node is in the outermost shell of the ellipsoid, one step thick. */
  boolean isBorder(int node) {
    return border[node];
  }

  /**
   * The points centre + root u of all nodes.
   *
   * @param centre [K]
   * @param root lower triangle [K][K]
   * @return [K][size]
   */
  double[][] at(double[] centre, double[][] root) {
    double[][] z = new double[centre.length][];
    for (int i = 0; i < z.length; i++) {
      double[] along = new double[size()];
      Arrays.fill(along, centre[i]);
      for (int j = 0; j <= i; j++) {
        double factor = root[i][j];
        double[] step = steps[j];
        for (int p = 0; p < along.length; p++) {
          along[p] += factor * step[p];
        }
      }
      z[i] = along;
    }
    return z;
  }
}
