package org.sidereus.engine.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Lines around the smallest regions that hold the shares of probability of 1, 2 and 3 sigma, 68.27,
 * 95.45 and 99.73 %, from the logarithm of a density on an even square grid. Between the nodes the
 * logarithm is interpolated by cubic convolution (Keys 1981, IEEE Trans. ASSP 29, 1153). A region
 * that goes on beyond the grid is closed along the border of the grid.
 */
public final class DensityContours {
  /** Shares of probability. */
  public static final double[] SHARES = {0.682689492, 0.954499736, 0.997300204};

  /** Fine steps for each step of the grid. */
  private static final int FINER = 8;

  private final int side;
  private final double reach;

  /** The density [side + 2, side + 2], with zeros around the grid. */
  private final double[][] density;

  /**
   * Contours of a density.
   *
   * @param logDensity [n * n], row by row: the first index is the first coordinate
   * @param reach the coordinates of the grid go from -reach to reach
   */
  public DensityContours(double[] logDensity, double reach) {
    int n = (int) Math.round(Math.sqrt(logDensity.length));
    if (n < 2 || n * n != logDensity.length) {
      throw new IllegalArgumentException(logDensity.length + " values are no square grid");
    }
    this.reach = reach;
    side = (n - 1) * FINER + 1;
    density = new double[side + 2][side + 2];
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        density[i + 1][j + 1] = Math.exp(interpolated(logDensity, n, i, j));
      }
    }
  }

  private static double interpolated(double[] values, int n, int i, int j) {
    int a = Math.min(i / FINER, n - 2);
    int b = Math.min(j / FINER, n - 2);
    double[] across = weights((double) i / FINER - a);
    double[] along = weights((double) j / FINER - b);
    double sum = 0;
    for (int k = 0; k < 4; k++) {
      int row = Math.max(0, Math.min(n - 1, a - 1 + k));
      for (int l = 0; l < 4; l++) {
        int column = Math.max(0, Math.min(n - 1, b - 1 + l));
        sum += across[k] * along[l] * values[row * n + column];
      }
    }
    return sum;
  }

  private static double[] weights(double t) {
    return new double[] {
      ((-0.5 * t + 1) * t - 0.5) * t,
      (1.5 * t - 2.5) * t * t + 1,
      ((-1.5 * t + 2) * t + 0.5) * t,
      (0.5 * t - 0.5) * t * t
    };
  }

  /** A part of the plane. */
  @FunctionalInterface
  public interface Region {
    boolean holds(double first, double second);
  }

  /** The density on the line around a share of the probability. */
  public double level(double share) {
    return level(share, (first, second) -> true);
  }

  /** The density on the line around a share of the probability that is in a region. */
  public double level(double share, Region region) {
    double[] sorted =
        IntStream.rangeClosed(1, side)
            .boxed()
            .flatMapToDouble(
                i ->
                    IntStream.rangeClosed(1, side)
                        .filter(j -> region.holds(coordinate(i), coordinate(j)))
                        .mapToDouble(j -> density[i][j]))
            .sorted()
            .toArray();
    double total = Arrays.stream(sorted).sum();
    double sum = 0;
    for (int i = sorted.length - 1; i >= 0; i--) {
      sum += sorted[i];
      if (sum >= share * total) {
        return sorted[i];
      }
    }
    return 0;
  }

  private double coordinate(int i) {
    return reach * (2.0 * (i - 1) / (side - 1) - 1);
  }

  /**
   * The lines at a density, by marching squares.
   *
   * @return closed lines of points {first, second}; a line ends where it began
   */
  public List<List<double[]>> lines(double level) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i <= side; i++) {
      for (int j = 0; j <= side; j++) {
        addSegments(i, j, level, segments);
      }
    }
    return joined(segments);
  }

  /** Whether the region above a density reaches the border of the grid and may go on beyond it. */
  public boolean reachesBorder(double level) {
    for (int i = 1; i <= side; i++) {
      if (density[1][i] > level
          || density[side][i] > level
          || density[i][1] > level
          || density[i][side] > level) {
        return true;
      }
    }
    return false;
  }

  /** Where a line crosses an edge of the grid; two neighbouring cells share the edge. */
  private record Crossing(double first, double second, long edge) {}

  private record Segment(Crossing from, Crossing to) {}

  private void addSegments(int i, int j, double level, List<Segment> segments) {
    double a = density[i][j] - level;
    double b = density[i + 1][j] - level;
    double c = density[i + 1][j + 1] - level;
    double d = density[i][j + 1] - level;
    List<Crossing> crossings = new ArrayList<>(4);
    if ((a > 0) != (b > 0)) {
      crossings.add(along(i, j, a, b));
    }
    if ((b > 0) != (c > 0)) {
      crossings.add(across(i + 1, j, b, c));
    }
    if ((c > 0) != (d > 0)) {
      crossings.add(along(i, j + 1, d, c));
    }
    if ((d > 0) != (a > 0)) {
      crossings.add(across(i, j, a, d));
    }
    if (crossings.size() == 2) {
      segments.add(new Segment(crossings.get(0), crossings.get(1)));
    } else if (crossings.size() == 4) {
      // a saddle: the middle says which corners belong together
      boolean high = a + b + c + d > 0;
      int shift = (a > 0) == high ? 0 : 3;
      segments.add(new Segment(crossings.get(shift), crossings.get((shift + 1) % 4)));
      segments.add(new Segment(crossings.get((shift + 2) % 4), crossings.get((shift + 3) % 4)));
    }
  }

  /** The crossing of the edge from (i, j) to (i + 1, j). */
  private Crossing along(int i, int j, double from, double to) {
    return new Crossing(i + from / (from - to), j, edge(i, j));
  }

  /** The crossing of the edge from (i, j) to (i, j + 1). */
  private Crossing across(int i, int j, double from, double to) {
    return new Crossing(i, j + from / (from - to), edge(i, j) + 1);
  }

  private long edge(int i, int j) {
    return 2L * ((long) i * (side + 2) + j);
  }

  private List<List<double[]>> joined(List<Segment> segments) {
    Map<Long, List<Integer>> ends = new HashMap<>();
    for (int s = 0; s < segments.size(); s++) {
      for (Crossing end : List.of(segments.get(s).from(), segments.get(s).to())) {
        ends.computeIfAbsent(end.edge(), key -> new ArrayList<>(2)).add(s);
      }
    }
    boolean[] taken = new boolean[segments.size()];
    List<List<double[]>> lines = new ArrayList<>();
    for (int s = 0; s < taken.length; s++) {
      if (!taken[s]) {
        lines.add(line(s, segments.get(s).from(), segments, ends, taken));
      }
    }
    return lines;
  }

  private List<double[]> line(
      int start,
      Crossing from,
      List<Segment> segments,
      Map<Long, List<Integer>> ends,
      boolean[] taken) {
    List<double[]> line = new ArrayList<>();
    line.add(scaled(from));
    Crossing at = from;
    Integer next = start;
    while (next != null) {
      taken[next] = true;
      Segment segment = segments.get(next);
      at = segment.from().edge() == at.edge() ? segment.to() : segment.from();
      line.add(scaled(at));
      next =
          ends.getOrDefault(at.edge(), List.of()).stream()
              .filter(one -> !taken[one])
              .findFirst()
              .orElse(null);
    }
    return line;
  }

  private double[] scaled(Crossing one) {
    return new double[] {scaled(one.first()), scaled(one.second())};
  }

  /**
   * The coordinate of a place in {@link #density}; places outside of the grid are at its border.
   */
  private double scaled(double place) {
    double step = 2 * reach / (side - 1);
    return Math.max(0, Math.min(side - 1.0, place - 1)) * step - reach;
  }
}
