package org.sidereus.engine.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** One diagram of a figure: axes and what is drawn in their coordinates. */
public final class Panel {
  /** Width of a panel with its labels, in pixels. */
  public static final double WIDTH = 260;

  /** Height of a panel with its labels, in pixels. */
  public static final double HEIGHT = 215;

  public static final String BLUE = "#1f5fa8";
  public static final String ORANGE = "#d9730d";
  public static final String GREY = "#9aa0a6";
  public static final String BLACK = "#202124";

  /** Points of a contour are this many pixels apart. */
  private static final double APART = 2.5;

  /** Ticks of an axis, about. */
  private static final int TICKS = 4;

  private static final double LEFT = 60;
  private static final double RIGHT = 10;
  private static final double TOP = 24;
  private static final double BOTTOM = 38;

  private final Svg svg;
  private final double x0;
  private final double y0;
  private final double xLow;
  private final double xHigh;
  private final double yLow;
  private final double yHigh;

  /**
   * A panel with ticks at round numbers.
   *
   * @param column place in the figure, from 0
   * @param row place in the figure, from 0
   */
  public Panel(Svg svg, int column, int row, double xLow, double xHigh, double yLow, double yHigh) {
    this.svg = svg;
    this.xLow = xLow;
    this.xHigh = xHigh > xLow ? xHigh : xLow + 1;
    this.yLow = yLow;
    this.yHigh = yHigh > yLow ? yHigh : yLow + 1;
    x0 = column * WIDTH + LEFT;
    y0 = row * HEIGHT + TOP;
  }

  /** Frame, title, names of the axes and ticks at round numbers of both. */
  public void axes(String title, String xName, String yName) {
    axes(title, xName, yName, ticks(xLow, xHigh), labels(xLow, xHigh));
  }

  /** The same with given ticks of the x axis. */
  public void axes(String title, String xName, String yName, double[] xTicks, String[] xLabels) {
    double bottom = y0 + HEIGHT - TOP - BOTTOM;
    svg.rectangle(x0, y0, WIDTH - LEFT - RIGHT, bottom - y0, "none", BLACK);
    svg.label(x0 + (WIDTH - LEFT - RIGHT) / 2, y0 - 8, "middle", title);
    svg.label(x0 + (WIDTH - LEFT - RIGHT) / 2, bottom + 31, "middle", xName);
    svg.labelUpwards(x0 - 47, (y0 + bottom) / 2, yName);
    for (int i = 0; i < xTicks.length; i++) {
      double x = x(xTicks[i]);
      svg.line(new double[] {x, x}, new double[] {bottom, bottom + 4}, BLACK, 1, "");
      svg.label(x, bottom + 16, "middle", xLabels[i]);
    }
    double[] yTicks = ticks(yLow, yHigh);
    String[] yLabels = labels(yLow, yHigh);
    for (int i = 0; i < yTicks.length; i++) {
      double y = y(yTicks[i]);
      svg.line(new double[] {x0 - 4, x0}, new double[] {y, y}, BLACK, 1, "");
      svg.label(x0 - 6, y + 4, "end", yLabels[i]);
    }
  }

  /** A line through points. */
  public void line(double[] x, double[] y, String colour) {
    svg.line(xs(x), ys(y), colour, 1.5, "");
  }

  /** A thin dashed grey line through points. */
  public void dashed(double[] x, double[] y) {
    svg.line(xs(x), ys(y), GREY, 1, "4 3");
  }

  /** A dashed line over the whole height. */
  public void vertical(double x, String colour) {
    svg.line(new double[] {x(x), x(x)}, new double[] {y(yLow), y(yHigh)}, colour, 1, "4 3");
  }

  /** The area between two curves. */
  public void band(double[] x, double[] lower, double[] upper) {
    int n = x.length;
    double[] px = new double[2 * n];
    double[] py = new double[2 * n];
    for (int i = 0; i < n; i++) {
      px[i] = x(x[i]);
      py[i] = y(lower[i]);
      px[2 * n - 1 - i] = x(x[i]);
      py[2 * n - 1 - i] = y(upper[i]);
    }
    svg.polygon(px, py, GREY, 0.35);
  }

  /** A circle at each point. */
  public void points(double[] x, double[] y, String colour) {
    for (int i = 0; i < x.length; i++) {
      svg.circle(x(x[i]), y(y[i]), 3, colour);
    }
  }

  /**
   * A line that is drawn with only as many of its points as can be told apart; what lies outside of
   * the axes is drawn at their edge.
   *
   * @param points {x, y}
   */
  public void contour(List<double[]> points, String colour) {
    List<double[]> drawn = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      double[] at = {x(points.get(i)[0]), y(points.get(i)[1])};
      double[] last = drawn.isEmpty() ? null : drawn.get(drawn.size() - 1);
      boolean isEnd = i == points.size() - 1;
      if (last == null || isEnd || Math.hypot(at[0] - last[0], at[1] - last[1]) >= APART) {
        drawn.add(at);
      }
    }
    svg.line(
        drawn.stream().mapToDouble(at -> at[0]).toArray(),
        drawn.stream().mapToDouble(at -> at[1]).toArray(),
        colour,
        1.5,
        "");
  }

  /** A histogram as a stepped line over equal or unequal bins. */
  public void steps(double[] edges, double[] heights, String colour) {
    double[] x = new double[2 * heights.length + 2];
    double[] y = new double[x.length];
    for (int b = 0; b < heights.length; b++) {
      x[2 * b + 1] = edges[b];
      x[2 * b + 2] = edges[b + 1];
      y[2 * b + 1] = heights[b];
      y[2 * b + 2] = heights[b];
    }
    x[0] = edges[0];
    x[x.length - 1] = edges[heights.length];
    y[0] = yLow;
    y[y.length - 1] = yLow;
    line(x, y, colour);
  }

  private double x(double value) {
    double share = Math.min(1, Math.max(0, (value - xLow) / (xHigh - xLow)));
    return x0 + share * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    double share = Math.min(1, Math.max(0, (value - yLow) / (yHigh - yLow)));
    return y0 + (1 - share) * (HEIGHT - TOP - BOTTOM);
  }

  private double[] xs(double[] values) {
    return Arrays.stream(values).map(this::x).toArray();
  }

  private double[] ys(double[] values) {
    return Arrays.stream(values).map(this::y).toArray();
  }

  /** The multiples of 1, 2 or 5 times a power of ten that lie on an axis, two to six of them. */
  private static double[] ticks(double low, double high) {
    double step = step(low, high);
    double first = Math.ceil(low / step - 1e-9);
    double last = Math.floor(high / step + 1e-9);
    return IntStream.rangeClosed(0, (int) Math.max(0, last - first))
        .mapToDouble(i -> (first + i) * step)
        .toArray();
  }

  private static double step(double low, double high) {
    double rough = (high - low) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double share = rough / power;
    return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
  }

  private static String[] labels(double low, double high) {
    int places = (int) Math.max(0, -Math.floor(Math.log10(step(low, high)) + 1e-9));
    boolean isLong = places > 5 || Math.max(Math.abs(low), Math.abs(high)) >= 1e7;
    String format = isLong ? "%.3g" : "%." + places + "f";
    return Arrays.stream(ticks(low, high))
        .mapToObj(value -> String.format(Locale.ROOT, format, value + 0.0))
        .toArray(String[]::new);
  }
}
