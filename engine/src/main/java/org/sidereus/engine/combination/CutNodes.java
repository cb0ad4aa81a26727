package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.numerics.Columns;

/**
 * Nodes on an ellipsoid of which the bounds of a prior cut a part off: an even grid has an error of
 * the size of its cells there. Direction by direction, each line is integrated between its own two
 * ends, in cells with two Gauss-Legendre nodes, or along the first direction in even cells.
 */
final class CutNodes {
  /** Places of the Gauss-Legendre nodes in a cell of width 1 around 0. */
  private static final double[] GAUSS = {-0.5 / Math.sqrt(3), 0.5 / Math.sqrt(3)};

  private final double[] centre;
  private final double[][] root;
  private final double[] lower;
  private final double[] upper;
  private final double reach;
  private final double density;
  private final List<double[]> points = new ArrayList<>();

  /** Of each point: its place along the first direction, its distance, the volume of its cell. */
  private final List<double[]> others = new ArrayList<>();

  private CutNodes(
      double[] centre,
      double[][] root,
      double[] lower,
      double[] upper,
      double reach,
      double density) {
    this.centre = centre;
    this.root = root;
    this.lower = lower;
    this.upper = upper;
    this.reach = reach;
    this.density = density;
  }

  /** Whether a bound is within the reach of an ellipsoid with a centre and a covariance. */
  static boolean isNeeded(
      double[] centre, double[][] covariance, double[] lower, double[] upper, double reach) {
    for (int i = 0; i < centre.length; i++) {
      double extent = reach * Math.sqrt(covariance[i][i]);
      if (centre[i] - extent < lower[i] || centre[i] + extent > upper[i]) {
        return true;
      }
    }
    return false;
  }

  /**
   * The nodes.
   *
   * @param centre of the ellipsoid [K]
   * @param root Cholesky factor of its covariance [K][K]
   * @param lower bounds [K], negative infinity where there is none
   * @param upper bounds [K], infinity where there is none
   * @param reach radius of the ellipsoid in standard deviations
   * @param density nodes for each standard deviation
   * @param even number of even cells along the first direction; 0: as along the others
   */
  static PlacedNodes place(
      double[] centre,
      double[][] root,
      double[] lower,
      double[] upper,
      double reach,
      double density,
      int even) {
    CutNodes nodes = new CutNodes(centre, root, lower, upper, reach, density);
    double[] u = new double[centre.length];
    double[] ends = nodes.ends(0, u, 0);
    if (even == 0) {
      nodes.add(0, u, 0, 1, 0);
    } else if (ends[1] > ends[0]) {
      double width = (ends[1] - ends[0]) / even;
      for (int cell = 0; cell < even; cell++) {
        u[0] = ends[0] + (cell + 0.5) * width;
        nodes.add(1, u, u[0] * u[0], width, cell);
      }
    }
    return nodes.placed();
  }

  /** The ends of the first direction in standard deviations; the second is less where none is. */
  static double[] firstEnds(
      double[] centre, double[][] root, double[] lower, double[] upper, double reach) {
    return new CutNodes(centre, root, lower, upper, reach, 1).ends(0, new double[1], 0);
  }

  /** The ends of direction j, from the places in the directions before. */
  private double[] ends(int j, double[] u, double square) {
    double base = centre[j];
    for (int i = 0; i < j; i++) {
      base += root[j][i] * u[i];
    }
    double limit = Math.sqrt(Math.max(0, reach * reach - square));
    return new double[] {
      Math.max(-limit, (lower[j] - base) / root[j][j]),
      Math.min(limit, (upper[j] - base) / root[j][j])
    };
  }

  private void add(int j, double[] u, double square, double volume, int place) {
    if (j == u.length) {
      double[] z = new double[j];
      for (int i = 0; i < j; i++) {
        z[i] = centre[i];
        for (int k = 0; k <= i; k++) {
          z[i] += root[i][k] * u[k];
        }
      }
      points.add(z);
      others.add(new double[] {place, Math.sqrt(square), volume});
      return;
    }
    double[] ends = ends(j, u, square);
    if (!(ends[1] > ends[0])) {
      return;
    }
    int cells = Math.max(2, (int) Math.ceil((ends[1] - ends[0]) * density / GAUSS.length));
    double width = (ends[1] - ends[0]) / cells;
    for (int cell = 0; cell < cells; cell++) {
      for (double offset : GAUSS) {
        u[j] = ends[0] + (cell + 0.5 + offset) * width;
        add(j + 1, u, square + u[j] * u[j], volume * width / GAUSS.length, place);
      }
    }
  }

  private PlacedNodes placed() {
    int count = points.size();
    double[][] z = Columns.of(centre.length, count);
    int[] first = new int[count];
    boolean[] border = new boolean[count];
    double[] volume = new double[count];
    for (int p = 0; p < count; p++) {
      for (int i = 0; i < z.length; i++) {
        z[i][p] = points.get(p)[i];
      }
      first[p] = (int) others.get(p)[0];
      border[p] = others.get(p)[1] > reach - 1 / density;
      volume[p] = others.get(p)[2];
    }
    return new PlacedNodes(z, first, border, volume, 0);
  }
}
