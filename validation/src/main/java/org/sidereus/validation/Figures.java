package org.sidereus.validation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sidereus.engine.figure.Panel;
import org.sidereus.engine.figure.Svg;

/** The figures of a report; {@code docs/science/validation.md} says how to read them. */
final class Figures {
  private static final int COLUMNS = 3;
  private static final double[] UNIT = {0, 1};

  private final ValidationReport report;

  Figures(ValidationReport report) {
    this.report = report;
  }

  /** SVG images by the names of their files. */
  Map<String, String> all() {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("ranks.svg", ranks());
    figures.put("pp.svg", probabilities());
    figures.put("coverage.svg", coverage());
    figures.put("tarp.svg", tarp());
    figures.put("ape.svg", ape());
    Predictive predictive = report.single().predictive();
    if (predictive != null) {
      figures.put("predictive.svg", predictive(predictive));
    }
    ImportanceCorrection correction = report.single().correction();
    if (correction != null) {
      figures.put("weights.svg", weights(correction));
    }
    if (!report.chains().isEmpty()) {
      figures.put("mcmc.svg", chains());
    }
    if (!report.groups().isEmpty()) {
      figures.put("groups.svg", groups());
    }
    return figures;
  }

  private String ranks() {
    List<ParameterCalibration> parameters = report.single().parameters();
    Svg svg = sheet(parameters.size());
    for (int p = 0; p < parameters.size(); p++) {
      ParameterCalibration one = parameters.get(p);
      uniform(
          svg, p, one.name(), "rank of the truth", one.ranks().counts(), one.ranks().halfWidth());
    }
    return svg.image();
  }

  private void uniform(Svg svg, int place, String title, String x, int[] counts, double halfWidth) {
    double expected = (double) report.subject().objects() / counts.length;
    double highest = Math.max(2 * expected, 1.1 * Arrays.stream(counts).max().orElse(0));
    Panel panel = panel(svg, place, 0, 1, 0, highest);
    panel.band(
        UNIT,
        new double[] {expected - halfWidth, expected - halfWidth},
        new double[] {expected + halfWidth, expected + halfWidth});
    panel.dashed(UNIT, new double[] {expected, expected});
    panel.steps(edges(counts.length, 0, 1), heights(counts), Panel.BLUE);
    panel.axes(title, x, "objects");
  }

  private String probabilities() {
    List<ParameterCalibration> parameters = report.single().parameters();
    Svg svg = sheet(parameters.size());
    for (int p = 0; p < parameters.size(); p++) {
      ParameterCalibration one = parameters.get(p);
      double[] level = withEnds(one.intervals().levels(), 0, 1);
      double[] lower = level.clone();
      double[] upper = level.clone();
      for (int i = 0; i < one.intervals().levels().length; i++) {
        lower[i + 1] -= one.intervals().coverageHalfWidth()[i];
        upper[i + 1] += one.intervals().coverageHalfWidth()[i];
      }
      Panel panel = panel(svg, p, 0, 1, 0, 1);
      panel.band(level, lower, upper);
      panel.dashed(UNIT, UNIT);
      panel.line(level, withEnds(one.ranks().shares(), 0, 1), Panel.BLUE);
      panel.axes(
          "%s, within %.3f".formatted(one.name(), one.ranks().distance()),
          "rank of the truth",
          "share of the objects below");
    }
    return svg.image();
  }

  private String coverage() {
    List<ParameterCalibration> parameters = report.single().parameters();
    Svg svg = sheet(parameters.size());
    for (int p = 0; p < parameters.size(); p++) {
      ParameterCalibration one = parameters.get(p);
      double[] level = withEnds(one.intervals().levels(), 0, 1);
      double[] difference = new double[level.length];
      double[] lower = new double[level.length];
      double[] upper = new double[level.length];
      double highest = 0.01;
      for (int i = 0; i < one.intervals().levels().length; i++) {
        difference[i + 1] = one.intervals().coverage()[i] - one.intervals().levels()[i];
        upper[i + 1] = one.intervals().coverageHalfWidth()[i];
        lower[i + 1] = -upper[i + 1];
        highest = Math.max(highest, Math.max(upper[i + 1], Math.abs(difference[i + 1])));
      }
      Panel panel = panel(svg, p, 0, 1, -1.1 * highest, 1.1 * highest);
      panel.band(level, lower, upper);
      panel.dashed(UNIT, new double[2]);
      panel.line(level, difference, Panel.BLUE);
      panel.axes(one.name(), "credibility", "coverage − credibility");
    }
    return svg.image();
  }

  private String tarp() {
    Svg svg = sheet(1);
    Tarp tarp = report.single().tarp();
    Panel panel = panel(svg, 0, 0, 1, 0, 1);
    panel.band(tarp.credibility(), tarp.lower(), tarp.upper());
    panel.dashed(UNIT, UNIT);
    panel.line(tarp.credibility(), tarp.coverage(), Panel.BLUE);
    panel.axes("all parameters", "credibility", "expected coverage");
    return svg.image();
  }

  private String ape() {
    List<ParameterCalibration> parameters = report.single().parameters();
    Svg svg = sheet(parameters.size());
    for (int p = 0; p < parameters.size(); p++) {
      ParameterCalibration one = parameters.get(p);
      int bins = one.errors().counts().length;
      double last = bins * one.errors().binWidth();
      double highest = 1.1 * Arrays.stream(one.errors().counts()).max().orElse(1);
      Panel panel = panel(svg, p, 0, last, 0, highest);
      panel.steps(edges(bins, 0, last), heights(one.errors().counts()), Panel.BLUE);
      panel.vertical(one.errors().median(), Panel.ORANGE);
      panel.axes(
          "%s, median %.1f %%".formatted(one.name(), one.errors().median()),
          "absolute percentage error",
          "objects");
    }
    return svg.image();
  }

  private String predictive(Predictive predictive) {
    Svg svg = sheet(2);
    uniform(
        svg,
        0,
        "chi square of one posterior draw",
        "probability of a larger one",
        predictive.pivotalCounts(),
        predictive.pivotalHalfWidth());
    double[] rms = predictive.residualRms();
    double[] place = IntStream.rangeClosed(1, rms.length).asDoubleStream().toArray();
    double highest =
        Math.max(1.3, 1.1 * Arrays.stream(rms).filter(Double::isFinite).max().orElse(1));
    Panel panel = panel(svg, 1, 0, rms.length + 1.0, 0.7, highest);
    panel.dashed(new double[] {0, rms.length + 1.0}, new double[] {1, 1});
    panel.points(place, rms, Panel.BLUE);
    panel.axes("residuals of one posterior draw", "number of the observable", "rms / error");
    return svg.image();
  }

  private String weights(ImportanceCorrection correction) {
    Svg svg = sheet(1);
    int[] counts = correction.counts();
    double highest = 1.1 * Arrays.stream(counts).max().orElse(1);
    Panel panel = panel(svg, 0, 0, 1, 0, highest);
    panel.steps(edges(counts.length, 0, 1), heights(counts), Panel.BLUE);
    panel.vertical(correction.median() / report.subject().samples(), Panel.ORANGE);
    panel.axes("importance weights", "effective share of the samples", "objects");
    return svg.image();
  }

  private String chains() {
    int parameters = report.single().parameters().size();
    List<ChainComparison> chains = report.chains();
    Svg svg = new Svg(parameters * Panel.WIDTH, chains.size() * Panel.HEIGHT);
    for (int c = 0; c < chains.size(); c++) {
      for (int p = 0; p < parameters; p++) {
        ChainComparison.ChainMarginal one = chains.get(c).parameters().get(p);
        double[] edges = one.edges();
        double highest =
            1.1
                * Math.max(
                    Arrays.stream(one.density()).max().orElse(1),
                    Arrays.stream(one.chainDensity()).max().orElse(1));
        Panel panel = new Panel(svg, p, c, edges[0], edges[edges.length - 1], 0, highest);
        panel.steps(edges, one.chainDensity(), Panel.ORANGE);
        panel.steps(edges, one.density(), Panel.BLUE);
        panel.vertical(one.truth(), Panel.BLACK);
        panel.axes("object " + chains.get(c).object(), one.name(), "density");
      }
    }
    return svg.image();
  }

  private String groups() {
    List<String> shared =
        report.groups().stream().map(GroupCalibration::parameter).distinct().toList();
    Svg svg = new Svg(3 * Panel.WIDTH, shared.size() * Panel.HEIGHT);
    for (int row = 0; row < shared.size(); row++) {
      String name = shared.get(row);
      List<GroupCalibration> sizes =
          report.groups().stream().filter(g -> g.parameter().equals(name)).toList();
      String[] labels =
          sizes.stream().map(g -> Integer.toString(g.objects())).toArray(String[]::new);
      double[] rms = sizes.stream().mapToDouble(g -> g.calibration().rmsResidual()).toArray();
      double[] narrow = sizes.stream().mapToDouble(g -> g.calibration().coverage68()).toArray();
      double[] wide = sizes.stream().mapToDouble(g -> g.calibration().coverage95()).toArray();
      BySize bySize = new BySize(svg, row, name, labels);
      bySize.draw(0, "rms of (mean − truth) / sd", rms, ValidationChecks.GROUP_RMS);
      bySize.draw(1, "coverage of 68 %", narrow, ValidationChecks.GROUP_68);
      bySize.draw(2, "coverage of 95 %", wide, ValidationChecks.GROUP_95);
    }
    return svg.image();
  }

  /**
   * A row of panels against the size of the groups.
   *
   * @param sizes the sizes, as they are written
   */
  private record BySize(Svg svg, int row, String title, String[] sizes) {

    void draw(int column, String y, double[] values, CheckLimits limits) {
      double lowest = limits.lowest();
      double highest = limits.highest();
      double margin = highest - lowest;
      double low = Math.min(lowest - margin, Arrays.stream(values).min().orElse(lowest));
      double high = Math.max(highest + margin, Arrays.stream(values).max().orElse(highest));
      double[] place = IntStream.range(0, sizes.length).asDoubleStream().toArray();
      double[] ends = {-0.5, place.length - 0.5};
      Panel panel = new Panel(svg, column, row, ends[0], ends[1], low, high);
      panel.band(ends, new double[] {lowest, lowest}, new double[] {highest, highest});
      panel.line(place, values, Panel.BLUE);
      panel.points(place, values, Panel.BLUE);
      panel.axes(title, "objects of a group", y, place, sizes);
    }
  }

  private static Svg sheet(int panels) {
    int columns = Math.min(COLUMNS, panels);
    int rows = (panels + COLUMNS - 1) / COLUMNS;
    return new Svg(columns * Panel.WIDTH, rows * Panel.HEIGHT);
  }

  private static Panel panel(
      Svg svg, int place, double xLow, double xHigh, double yLow, double yHigh) {
    return new Panel(svg, place % COLUMNS, place / COLUMNS, xLow, xHigh, yLow, yHigh);
  }

  private static double[] edges(int bins, double low, double high) {
    return IntStream.rangeClosed(0, bins).mapToDouble(b -> low + (high - low) * b / bins).toArray();
  }

  private static double[] heights(int[] counts) {
    return Arrays.stream(counts).asDoubleStream().toArray();
  }

  private static double[] withEnds(double[] values, double first, double last) {
    double[] all = new double[values.length + 2];
    System.arraycopy(values, 0, all, 1, values.length);
    all[0] = first;
    all[all.length - 1] = last;
    return all;
  }
}
