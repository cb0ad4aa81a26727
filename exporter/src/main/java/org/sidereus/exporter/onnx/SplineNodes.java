package org.sidereus.exporter.onnx;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;

/**
 * The monotone rational-quadratic spline of Durkan et al. 2019, bins on axis 1. The bin of a value
 * is a one-hot mask, and what belongs to the bin is a masked sum: no gathering, so that the same
 * nodes run on every device.
 */
final class SplineNodes {
  private final GraphBuilder graph;
  private final TransformSpec.Spline spec;
  private final boolean divided;

  /**
   * Nodes of a spline.
   *
   * @param divided whether the raw outputs are divided by their soft bounds already
   */
  SplineNodes(GraphBuilder graph, TransformSpec.Spline spec, boolean divided) {
    this.graph = graph;
    this.spec = spec;
    this.divided = divided;
  }

  /** A mapped value and the logarithm of dz_{t+1}/dz_t there. */
  record Image(Value value, Value logDerivative) {}

  /** What the bin of a value has: left knot, sizes, slope, and derivatives at both ends. */
  private record Bin(
      Value x, Value y, Value width, Value height, Value slope, Value left, Value right) {

    Value curvature(GraphBuilder graph) {
      return graph.subtract(graph.add(left, right), graph.multiply(slope, 2));
    }
  }

  /**
   * z_t to z_{t+1}, equation 4.
   *
   * @param widths raw, [.., bins, ..]
   * @param heights raw, [.., bins, ..]
   * @param derivatives raw, [.., bins - 1, ..]
   * @param z [.., 1, ..]
   */
  Image forward(Value widths, Value heights, Value derivatives, Value z) {
    Value clipped = graph.clip(z, -spec.tailBound(), spec.tailBound());
    Bin bin = bin(widths, heights, derivatives, clipped, false);
    Value xi = graph.divide(graph.subtract(clipped, bin.x), bin.width);
    Value xiOther = product(xi, graph.subtract(graph.constant(1), xi));
    Value rise = graph.add(product(bin.slope, product(xi, xi)), product(bin.left, xiOther));
    Value denominator = denominator(bin, xiOther);
    Value inside = graph.add(bin.y, graph.divide(product(bin.height, rise), denominator));
    return withTails(z, inside, logDerivative(bin, xi, xiOther, denominator));
  }

  /** z_{t+1} to z_t, equations 6 to 8 and 29; the derivative is still dz_{t+1}/dz_t. */
  Image inverse(Value widths, Value heights, Value derivatives, Value z) {
    Value clipped = graph.clip(z, -spec.tailBound(), spec.tailBound());
    Bin bin = bin(widths, heights, derivatives, clipped, true);
    Value above = graph.subtract(clipped, bin.y);
    Value bent = product(above, bin.curvature(graph));
    Value a = graph.add(product(bin.height, graph.subtract(bin.slope, bin.left)), bent);
    Value b = graph.subtract(product(bin.height, bin.left), bent);
    Value c = product(bin.slope, above); // -c of the paper
    Value discriminant = graph.add(product(b, b), graph.multiply(product(a, c), 4));
    Value root = graph.op("Sqrt", graph.op("Max", discriminant, graph.constant(0)));
    Value xi = graph.clip(graph.divide(graph.multiply(c, 2), graph.add(b, root)), 0, 1);
    Value xiOther = product(xi, graph.subtract(graph.constant(1), xi));
    Value inside = graph.add(bin.x, product(xi, bin.width));
    return withTails(z, inside, logDerivative(bin, xi, xiOther, denominator(bin, xiOther)));
  }

  private Image withTails(Value z, Value inside, Value logDerivative) {
    Value within = graph.op("Less", graph.op("Abs", z), graph.constant(spec.tailBound()));
    return new Image(
        graph.op("Where", within, inside, z),
        graph.op("Where", within, logDerivative, graph.constant(0)));
  }

  private Value denominator(Bin bin, Value xiOther) {
    return graph.add(bin.slope, product(bin.curvature(graph), xiOther));
  }

  /** Equation 5. */
  private Value logDerivative(Bin bin, Value xi, Value xiOther, Value denominator) {
    Value other = graph.subtract(graph.constant(1), xi);
    Value numerator =
        graph.add(
            graph.add(
                product(bin.right, product(xi, xi)), product(bin.left, product(other, other))),
            graph.multiply(product(bin.slope, xiOther), 2));
    Value ratio = graph.divide(bin.slope, denominator);
    return graph.op("Log", product(numerator, product(ratio, ratio)));
  }

  private Bin bin(Value widths, Value heights, Value derivatives, Value z, boolean byHeight) {
    Value width = sizes(bounded(widths, 0), spec.minBinWidth());
    Value height = sizes(bounded(heights, spec.bins()), spec.minBinHeight());
    Value x = leftKnots(width);
    Value y = leftKnots(height);
    Value reached = graph.number(graph.op("GreaterOrEqual", z, byHeight ? y : x));
    Value bin = graph.matMul(graph.constant(steps()), reached);
    Value inner = inner(bounded(derivatives, 2 * spec.bins()));
    Value binWidth = select(bin, width);
    Value binHeight = select(bin, height);
    return new Bin(
        select(bin, x),
        select(bin, y),
        binWidth,
        binHeight,
        graph.divide(binHeight, binWidth),
        select(bin, padded(inner, 0)),
        select(bin, padded(inner, 1)));
  }

  /** Derivatives at the inner knots. */
  private Value inner(Value derivatives) {
    return spec instanceof TransformSpec.RationalQuadraticSpline unbounded
        ? graph.add(graph.softplus(derivatives), graph.constant(unbounded.minDerivative()))
        : graph.op("Exp", derivatives);
  }

  /** Raw outputs with their soft bound, which is the same from the given one on. */
  private Value bounded(Value raw, int output) {
    OptionalDouble bound = spec.softBound(output);
    return bound.isEmpty() ? raw : graph.softBounded(raw, bound.getAsDouble(), divided);
  }

  /** Softmax over the bins, scaled to the interval with the smallest size kept. */
  private Value sizes(Value raw, double minSize) {
    Value e = graph.op("Exp", graph.subtract(raw, graph.reduceMax(raw, 1)));
    Value interval = graph.constant(2 * spec.tailBound() * (1 - minSize * spec.bins()));
    Value free = product(e, graph.divide(interval, graph.sumOverMiddle(e, spec.bins())));
    return graph.add(free, graph.constant(2 * spec.tailBound() * minSize));
  }

  private Value leftKnots(Value sizes) {
    int bins = spec.bins();
    float[] below = new float[bins * bins];
    for (int j = 0; j < bins; j++) {
      Arrays.fill(below, j * bins, j * bins + j, 1);
    }
    Value sums = graph.matMul(graph.constant(Tensor.matrix(bins, bins, below)), sizes);
    return graph.add(sums, graph.constant(-spec.tailBound()));
  }

  /** Knots reached (1, 1, 1, 0, ...) to the bin (0, 0, 1, 0, ...). */
  private Tensor steps() {
    int bins = spec.bins();
    float[] steps = new float[bins * bins];
    for (int j = 0; j < bins; j++) {
      steps[j * bins + j] = 1;
      if (j + 1 < bins) {
        steps[j * bins + j + 1] = -1;
      }
    }
    return Tensor.matrix(bins, bins, steps);
  }

  /** Derivatives at the left (end 0) or right (end 1) knot of each bin; 1 at the tails. */
  private Value padded(Value inner, int end) {
    int bins = spec.bins();
    float[] shift = new float[bins * (bins - 1)];
    float[] edge = new float[bins];
    edge[end == 0 ? 0 : bins - 1] = 1;
    for (int j = 0; j < bins; j++) {
      int knot = j - 1 + end;
      if (knot >= 0 && knot < bins - 1) {
        shift[j * (bins - 1) + knot] = 1;
      }
    }
    Value moved = graph.matMul(graph.constant(Tensor.matrix(bins, bins - 1, shift)), inner);
    return graph.add(moved, graph.constant(Tensor.matrix(bins, 1, edge)));
  }

  private Value select(Value bin, Value values) {
    return graph.sumOverMiddle(product(bin, values), spec.bins());
  }

  private Value product(Value a, Value b) {
    return graph.multiply(a, b);
  }
}
