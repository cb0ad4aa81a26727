package org.sidereus.catalogs.report;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.combination.FactorizedPosterior;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.MarginalDensity;
import org.sidereus.engine.figure.Panel;
import org.sidereus.engine.figure.Svg;
import org.sidereus.engine.inference.KeptSamples;
import org.sidereus.engine.inference.ObjectSummary;

/** The figures of a report as SVG images. */
final class ReportFigures {
  /** Parameters in a corner plot, at most. */
  static final int MOST_PARAMETERS = 12;

  /**
   * Axes reach this many standard deviations to each side of the mean, and farther for contours.
   */
  private static final double REACH = 3.6;

  /** Between the outermost contour and the edge of a panel, in widths of the contours. */
  private static final double MARGIN = 0.04;

  private static final int BINS = 30;
  private static final int PRIOR_POINTS = 61;
  private static final double HEADROOM = 1.1;

  private final List<Parameter> parameters;
  private final List<Parameter> shared;

  ReportFigures(Manifest manifest) {
    parameters = manifest.parameters();
    shared = manifest.sharedParameters();
  }

  /** The corner plot of an object: histograms and contours of its weighted samples, and priors. */
  String object(ObjectSummary posterior, KeptSamples samples) {
    int d = Math.min(parameters.size(), MOST_PARAMETERS);
    Svg svg = new Svg(d * Panel.WIDTH, d * Panel.HEIGHT);
    List<double[]> ranges =
        IntStream.range(0, d).mapToObj(i -> range(posterior.mean()[i], posterior.sd(i))).toList();
    boolean contours = SampleDensity.isDrawable(samples, ranges);
    Lines lines =
        (i, j) ->
            SampleDensity.contours(
                    samples, i, j, Bounds.of(parameters.get(i).prior(), parameters.get(j).prior()))
                .lines();
    Lines drawn = contours ? extended(ranges, lines) : lines;
    for (int j = 0; j < d; j++) {
      double[] edges = even(ranges.get(j), BINS + 1);
      double[] heights = SampleDensity.histogram(samples, j, edges);
      Panel diagonal = diagonal(svg, j, ranges.get(j), heights, parameters.get(j).prior());
      diagonal.steps(edges, heights, Panel.BLUE);
      diagonal.axes("", label(parameters.get(j)), "density");
      for (int i = 0; i < j; i++) {
        Panel panel = pair(svg, i, j, ranges.get(i), ranges.get(j));
        if (contours) {
          draw(panel, drawn.of(i, j));
        } else {
          panel.points(
              SampleDensity.values(samples, i), SampleDensity.values(samples, j), Panel.BLUE);
        }
        panel.axes("", label(parameters.get(i)), label(parameters.get(j)));
      }
    }
    return svg.image();
  }

  /** The corner plot of the shared parameters of a group: densities and contours, and priors. */
  String group(GroupSummary group) {
    FactorizedPosterior posterior = group.factorized();
    int k = Math.min(shared.size(), MOST_PARAMETERS);
    Svg svg = new Svg(k * Panel.WIDTH, k * Panel.HEIGHT);
    List<double[]> ranges =
        IntStream.range(0, k).mapToObj(i -> range(posterior.mean()[i], posterior.sd(i))).toList();
    Lines drawn = extended(ranges, (i, j) -> PairContours.of(posterior, i, j).lines());
    for (int j = 0; j < k; j++) {
      MarginalDensity density = posterior.densities().get(j);
      Panel diagonal = diagonal(svg, j, ranges.get(j), density.values(), shared.get(j).prior());
      diagonal.line(density.nodes(), density.values(), Panel.BLUE);
      double robust = group.robustMean()[j];
      if (robust >= ranges.get(j)[0] && robust <= ranges.get(j)[1]) {
        diagonal.vertical(robust, Panel.ORANGE);
      }
      diagonal.axes("", label(shared.get(j)), "density");
      for (int i = 0; i < j; i++) {
        Panel panel = pair(svg, i, j, ranges.get(i), ranges.get(j));
        draw(panel, drawn.of(i, j));
        panel.axes("", label(shared.get(i)), label(shared.get(j)));
      }
    }
    return svg.image();
  }

  /**
   * A histogram.
   *
   * @param flat whether equal bins are expected, which a dashed line then shows
   */
  static String histogram(double[] edges, long[] counts, String name, boolean flat) {
    Svg svg = new Svg(Panel.WIDTH, Panel.HEIGHT);
    double most = Math.max(1, Arrays.stream(counts).max().orElse(0));
    double expected = (double) Arrays.stream(counts).sum() / counts.length;
    Panel panel =
        new Panel(
            svg, 0, 0, edges[0], edges[edges.length - 1], 0, HEADROOM * Math.max(most, expected));
    panel.steps(edges, Arrays.stream(counts).asDoubleStream().toArray(), Panel.BLUE);
    if (flat) {
      panel.dashed(
          new double[] {edges[0], edges[edges.length - 1]}, new double[] {expected, expected});
    }
    panel.axes("", name, "objects");
    return svg.image();
  }

  private static Panel diagonal(Svg svg, int place, double[] range, double[] heights, Prior prior) {
    double highest = Arrays.stream(heights).max().orElse(1);
    Panel panel = new Panel(svg, place, place, range[0], range[1], 0, HEADROOM * highest);
    double[] x = even(range, PRIOR_POINTS);
    panel.dashed(x, Arrays.stream(x).map(at -> Math.exp(prior.logDensity(at))).toArray());
    return panel;
  }

  private static Panel pair(Svg svg, int first, int second, double[] x, double[] y) {
    return new Panel(svg, first, second, x[0], x[1], y[0], y[1]);
  }

  private static void draw(Panel panel, List<List<double[]>> lines) {
    lines.forEach(line -> panel.contour(line, Panel.BLUE));
  }

  /** The contours of two parameters. */
  @FunctionalInterface
  private interface Lines {
    List<List<double[]>> of(int first, int second);
  }

  /** Extends the range of each parameter so that no contour is cut, and keeps the contours. */
  private static Lines extended(List<double[]> ranges, Lines lines) {
    Map<List<Integer>, List<List<double[]>>> all = new HashMap<>();
    for (int j = 0; j < ranges.size(); j++) {
      for (int i = 0; i < j; i++) {
        List<List<double[]>> some = lines.of(i, j);
        all.put(List.of(i, j), some);
        extend(ranges.get(i), some, 0);
        extend(ranges.get(j), some, 1);
      }
    }
    return (i, j) -> all.getOrDefault(List.of(i, j), List.of());
  }

  private static void extend(double[] range, List<List<double[]>> lines, int axis) {
    double[] values =
        lines.stream().flatMap(List::stream).mapToDouble(point -> point[axis]).sorted().toArray();
    if (values.length > 0) {
      double room = MARGIN * (values[values.length - 1] - values[0]);
      range[0] = Math.min(range[0], values[0] - room);
      range[1] = Math.max(range[1], values[values.length - 1] + room);
    }
  }

  private static double[] range(double mean, double sd) {
    return new double[] {mean - REACH * sd, mean + REACH * sd};
  }

  private static double[] even(double[] range, int points) {
    return IntStream.range(0, points)
        .mapToDouble(i -> range[0] + (range[1] - range[0]) * i / (points - 1))
        .toArray();
  }

  private static String label(Parameter parameter) {
    return parameter.name() + (parameter.unit().isEmpty() ? "" : " [" + parameter.unit() + "]");
  }
}
