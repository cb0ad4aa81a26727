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

  /**
   * Of an ellipsoid.
   *
   * @param centre of the ellipsoid [K]
   * @param root Cholesky factor of its covariance [K][K]
   * @param lower bounds [K], negative infinity where there is none
   * @param upper bounds [K], infinity where there is none
   * @param reach radius of the ellipsoid in standard deviations
   */
  CutNodes(double[] centre, double[][] root, double[] lower, double[] upper, double reach) {
    this.centre = centre;
    this.root = root;
    this.lower = lower;
    this.upper = upper;
    this.reach = reach;
  }

  /** Whether a bound is within the reach of an ellipsoid around moments. */
  static boolean areNeeded(Moments moments, double[] lower, double[] upper, double reach) {
    for (int i = 0; i < lower.length; i++) {
      double extent = reach * Math.sqrt(moments.covariance()[i][i]);
      if (moments.mean()[i] - extent < lower[i] || moments.mean()[i] + extent > upper[i]) {
        return true;
      }
    }
    return false;
  }

  /**
   * The nodes.
   *
   * @param density nodes for each standard deviation
   */
  PlacedNodes place(double density) {
    Line line = new Line(density);
    line.add(0, 0, 1, 0);
    return line.placed();
  }

  /**
   * The nodes, in even cells along the first direction.
   *
   * @param density nodes for each standard deviation along the others
   */
  PlacedNodes place(double density, int cells) {
    Line line = new Line(density);
    double[] ends = firstEnds();
    double width = Math.max(0, ends[1] - ends[0]) / cells;
    for (int cell = 0; cell < cells && width > 0; cell++) {
      line.u[0] = ends[0] + (cell + 0.5) * width;
      line.add(1, line.u[0] * line.u[0], width, cell);
    }
    return line.placed();
  }

  /** The ends of the first direction in standard deviations; the second is less where none is. */
  double[] firstEnds() {
    return ends(0, new double[0], 0);
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

  /**
   * A node.
   *
   * @param z coordinates [K]
   * @param first place along the first direction
   * @param distance from the centre in standard deviations
   * @param volume of its cell
   */
  private record Node(double[] z, int first, double distance, double volume) {}

  /** The nodes that were found, and the line on which the next ones are. */
  private final class Line {
    private final double density;
    private final double[] u = new double[centre.length];
    private final List<Node> nodes = new ArrayList<>();

    private Line(double density) {
      this.density = density;
    }

    /** Adds the nodes along the directions from j on. */
    private void add(int j, double square, double volume, int first) {
      if (j == u.length) {
        nodes.add(new Node(coordinates(), first, Math.sqrt(square), volume));
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
          add(j + 1, square + u[j] * u[j], volume * width / GAUSS.length, first);
        }
      }
    }

    private double[] coordinates() {
      double[] z = centre.clone();
      for (int i = 0; i < z.length; i++) {
        for (int k = 0; k <= i; k++) {
          z[i] += root[i][k] * u[k];
        }
      }
      return z;
    }

    private PlacedNodes placed() {
      int count = nodes.size();
      double[][] z = Columns.of(centre.length, count);
      int[] first = new int[count];
      boolean[] border = new boolean[count];
      double[] volume = new double[count];
      for (int p = 0; p < count; p++) {
        Node node = nodes.get(p);
        for (int i = 0; i < z.length; i++) {
          z[i][p] = node.z()[i];
        }
        first[p] = node.first();
        border[p] = node.distance() > reach - 1 / density;
        volume[p] = node.volume();
      }
      return new PlacedNodes(z, first, border, volume, 0);
    }
  }
}
