package org.sidereus.engine.combination;

import java.util.Arrays;
import java.util.List;

/** A density of one variable in even cells between two ends, where it need not vanish. */
final class CutDensity implements ParameterDensity {
  private final double lower;
  private final double width;
  private final double[] values;

  /**
   * A density.
   *
   * @param lower lower end of the first cell
   * @param width of a cell
   * @param values at the middles of the cells, not normalised
   */
  CutDensity(double lower, double width, double[] values) {
    this.lower = lower;
    this.width = width;
    double total = Arrays.stream(values).sum() * width;
    this.values = Arrays.stream(values).map(v -> v / total).toArray();
  }

  private double middle(int cell) {
    return lower + (cell + 0.5) * width;
  }

  @Override
  public double mean() {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += width * values[i] * middle(i);
    }
    return sum;
  }

  @Override
  public double sd() {
    double mean = mean();
    double sum = width * width / 12;
    for (int i = 0; i < values.length; i++) {
      sum += width * values[i] * Math.pow(middle(i) - mean, 2);
    }
    return Math.sqrt(sum);
  }

  @Override
  public double[] quantiles(List<Double> levels) {
    return levels.stream().mapToDouble(this::quantile).toArray();
  }

  private double quantile(double level) {
    double below = 0;
    for (int i = 0; i < values.length; i++) {
      double share = width * values[i];
      if (below + share >= level) {
        return lower + width * (i + (level - below) / share);
      }
      below += share;
    }
    return lower + width * values.length;
  }

  @Override
  public MarginalDensity plotted(int points) {
    int stride = values.length / points;
    double[] nodes = new double[points];
    double[] some = new double[points];
    for (int i = 0; i < points; i++) {
      int cell = i * stride + stride / 2;
      nodes[i] = middle(cell);
      some[i] = values[cell];
    }
    return new MarginalDensity(nodes, some);
  }
}
