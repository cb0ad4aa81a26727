package org.sidereus.explorer.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines around the smallest regions that hold the shares of probability of 1, 2 and 3 sigma, 68.27,
 * 95.45 and 99.73 %, from the logarithm of a density on an even square grid. Between the nodes the
 * logarithm is interpolated by cubic convolution (Keys 1981, IEEE Trans. ASSP 29, 1153).
 */
final class DensityContours {
  /** Shares of probability. */
  static final double[] SHARES = {0.682689492, 0.954499736, 0.997300204};

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
  DensityContours(double[] logDensity, double reach) {
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
  double level(double share) {
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
  List<List<double[]>> lines(double level) {
    List<double[][]> segments = new ArrayList<>();
    for (int i = 0; i + 1 < side; i++) {
      for (int j = 0; j + 1 < side; j++) {
        addSegments(i, j, level, segments);
      }
    }
    return joined(segments);
  }

  private void addSegments(int i, int j, double level, List<double[][]> segments) {
    double a = density[i][j] - level;
    double b = density[i + 1][j] - level;
    double c = density[i + 1][j + 1] - level;
    double d = density[i][j + 1] - level;
    List<double[]> crossings = new ArrayList<>(4);
    add(crossings, a, b, i, j, i + 1, j);
    add(crossings, b, c, i + 1, j, i + 1, j + 1);
    add(crossings, c, d, i + 1, j + 1, i, j + 1);
    add(crossings, d, a, i, j + 1, i, j);
    if (crossings.size() == 2) {
      segments.add(new double[][] {crossings.get(0), crossings.get(1)});
    } else if (crossings.size() == 4) {
      // a saddle: the middle says which corners belong together
      boolean high = a + b + c + d > 0;
      int shift = (a > 0) == high ? 1 : 0;
      segments.add(new double[][] {crossings.get(shift), crossings.get(shift + 1)});
      segments.add(new double[][] {crossings.get((shift + 2) % 4), crossings.get((shift + 3) % 4)});
    }
  }

  private static void add(
      List<double[]> crossings, double from, double to, int i, int j, int k, int l) {
    if ((from > 0) != (to > 0)) {
      double t = from / (from - to);
      crossings.add(new double[] {i + t * (k - i), j + t * (l - j)});
    }
  }

  private List<List<double[]>> joined(List<double[][]> segments) {
    Map<Long, List<Integer>> ends = new HashMap<>();
    for (int s = 0; s < segments.size(); s++) {
      for (double[] end : segments.get(s)) {
        ends.computeIfAbsent(place(end), key -> new ArrayList<>(2)).add(s);
      }
    }
    boolean[] taken = new boolean[segments.size()];
    List<List<double[]>> lines = new ArrayList<>();
    // lines that end at the border begin there
    for (int pass = 0; pass < 2; pass++) {
      for (int s = 0; s < taken.length; s++) {
        if (taken[s]) {
          continue;
        }
        double[][] segment = segments.get(s);
        boolean first = isEnd(ends, segment[0]);
        if (pass == 0 && !first && !isEnd(ends, segment[1])) {
          continue;
        }
        double[] from = pass == 0 && !first ? segment[1] : segment[0];
        lines.add(line(s, from, segments, ends, taken));
      }
    }
    return lines;
  }

  private static boolean isEnd(Map<Long, List<Integer>> ends, double[] point) {
    List<Integer> meeting = ends.get(place(point));
    return meeting == null || meeting.size() < 2;
  }

  private List<double[]> line(
      int start,
      double[] from,
      List<double[][]> segments,
      Map<Long, List<Integer>> ends,
      boolean[] taken) {
    List<double[]> line = new ArrayList<>();
    line.add(scaled(from));
    double[] at = from;
    Integer next = start;
    while (next != null) {
      taken[next] = true;
      double[][] segment = segments.get(next);
      at = place(segment[0]) == place(at) ? segment[1] : segment[0];
      line.add(scaled(at));
      next = following(ends.get(place(at)), taken);
    }
    return line;
  }

  private static @Nullable Integer following(@Nullable List<Integer> meeting, boolean[] taken) {
    if (meeting != null) {
      for (Integer one : meeting) {
        if (!taken[one]) {
          return one;
        }
      }
    }
    return null;
  }

  private static long place(double[] point) {
    return Math.round(point[0] * 1e4) * 100_000_000L + Math.round(point[1] * 1e4);
  }

  private double[] scaled(double[] point) {
    double step = 2 * reach / (side - 1);
    return new double[] {point[0] * step - reach, point[1] * step - reach};
  }
}
