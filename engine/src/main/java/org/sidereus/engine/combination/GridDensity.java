package org.sidereus.engine.combination;

import java.util.Arrays;
import java.util.List;

/**
 * A density of one variable at evenly spaced nodes, four or more for each standard deviation, that
 * has practically vanished at the ends.
 */
final class GridDensity implements ParameterDensity {
  private final double first;
  private final double step;
  private final double[] values;
  private final double[] cumulative;

  /**
   * A density.
   *
   * @param first first node
   * @param step distance of the nodes
   * @param values at the nodes, not normalised
   */
  GridDensity(double first, double step, double[] values) {
    this.first = first;
    this.step = step;
    // the sum is the trapezoidal rule, which is nearly exact for a density that ends smoothly
    double total = Arrays.stream(values).sum() * step;
    this.values = Arrays.stream(values).map(v -> v / total).toArray();
    cumulative = new double[values.length];
    for (int i = 1; i < values.length; i++) {
      cumulative[i] = cumulative[i - 1] + Math.max(0, increment(i));
    }
  }

  /** Integral from node i - 1 to node i of the cubic through the four nodes around it. */
  private double increment(int i) {
    double before = i >= 2 ? values[i - 2] : 0;
    double after = i + 1 < values.length ? values[i + 1] : 0;
    return step / 24 * (13 * (values[i - 1] + values[i]) - before - after);
  }

  @Override
  public double mean() {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += step * values[i] * (first + step * i);
    }
    return sum;
  }

  @Override
  public double sd() {
    double mean = mean();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += step * values[i] * Math.pow(first + step * i - mean, 2);
    }
    return Math.sqrt(sum);
  }

  @Override
  public double[] quantiles(List<Double> levels) {
    return levels.stream().mapToDouble(this::quantile).toArray();
  }

  private double quantile(double level) {
    double wanted = level * cumulative[cumulative.length - 1];
    int i = 1;
    while (i < cumulative.length - 1 && cumulative[i] < wanted) {
      i++;
    }
    double low = 0;
    double high = 1;
    for (int halving = 0; halving < 50; halving++) {
      double middle = 0.5 * (low + high);
      if (between(i, middle) < wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return first + step * (i - 1 + 0.5 * (low + high));
  }

  /** The distribution function between nodes i - 1 and i, by cubic Hermite interpolation. */
  private double between(int i, double t) {
    double rise = cumulative[i] - cumulative[i - 1];
    double left = step * values[i - 1];
    double right = step * values[i];
    return cumulative[i - 1]
        + t * t * (3 - 2 * t) * rise
        + t * (1 - t) * ((1 - t) * left - t * right);
  }

  /** The nodes in the middle with their density. */
  @Override
  public MarginalDensity plotted(int points) {
    int from = (values.length - points) / 2;
    double[] nodes = new double[points];
    for (int i = 0; i < points; i++) {
      nodes[i] = first + step * (from + i);
    }
    return new MarginalDensity(nodes, Arrays.copyOfRange(values, from, from + points));
  }
}
