package org.sidereus.engine.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines around the smallest regions that hold the shares of probability of 1, 2 and 3 sigma, 68.27,
 * 95.45 and 99.73 %, from the logarithm of a density on an even square grid. Between the nodes the
 * logarithm is interpolated by cubic convolution (Keys 1981, IEEE Trans. ASSP 29, 1153).
 */
public final class DensityContours {
  /** Shares of probability. */
  public static final double[] SHARES = {0.682689492, 0.954499736, 0.997300204};

  /** Fine steps for each step of the grid. */
  private static final int FINER = 8;

  private final int side;
  private final double reach;
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
    density = new double[side][side];
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        density[i][j] = Math.exp(interpolated(logDensity, n, i, j));
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

  /** The density on the line around a share of the probability. */
  public double level(double share) {
    double[] sorted = Arrays.stream(density).flatMapToDouble(Arrays::stream).sorted().toArray();
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

  /**
   * The lines at a density, by marching squares.
   *
   * @return lines of points {first, second}; a line ends where it began, or at the grid's border
   */
  public List<List<double[]>> lines(double level) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i + 1 < side; i++) {
      for (int j = 0; j + 1 < side; j++) {
        addSegments(i, j, level, segments);
      }
    }
    return joined(segments);
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
    return new Crossing(i + from / (from - to), j, 2L * ((long) i * side + j));
  }

  /** The crossing of the edge from (i, j) to (i, j + 1). */
  private Crossing across(int i, int j, double from, double to) {
    return new Crossing(i, j + from / (from - to), 2L * ((long) i * side + j) + 1);
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
    // first the lines that end at the border, from there
    for (int s = 0; s < taken.length; s++) {
      Segment segment = segments.get(s);
      if (!taken[s] && meeting(ends, segment.from()).size() < 2) {
        lines.add(line(s, segment.from(), segments, ends, taken));
      } else if (!taken[s] && meeting(ends, segment.to()).size() < 2) {
        lines.add(line(s, segment.to(), segments, ends, taken));
      }
    }
    for (int s = 0; s < taken.length; s++) {
      if (!taken[s]) {
        lines.add(line(s, segments.get(s).from(), segments, ends, taken));
      }
    }
    return lines;
  }

  private static List<Integer> meeting(Map<Long, List<Integer>> ends, Crossing one) {
    return ends.getOrDefault(one.edge(), List.of());
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
      next = meeting(ends, at).stream().filter(one -> !taken[one]).findFirst().orElse(null);
    }
    return line;
  }

  private double[] scaled(Crossing one) {
    double step = 2 * reach / (side - 1);
    return new double[] {one.first() * step - reach, one.second() * step - reach};
  }
}
