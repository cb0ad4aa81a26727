package org.sidereus.exporter.onnx;

import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.PositiveScale;
import org.sidereus.networks.TransformSpec;

/** The affine transforms of one dimension or of all, their shift and raw scale given. */
final class AffineNodes {
  private final GraphBuilder graph;
  private final TransformSpec spec;
  private final boolean divided;
  private final boolean perObject;

  /**
   * Nodes of an affine transform.
   *
   * @param divided whether the raw outputs are divided by their soft bounds already
   * @param perObject whether there is one raw output for each object, not one for each sample
   */
  AffineNodes(GraphBuilder graph, TransformSpec spec, boolean divided, boolean perObject) {
    this.graph = graph;
    this.spec = spec;
    this.divided = divided;
    this.perObject = perObject;
  }

  /**
   * A mapped value.
   *
   * @param logDerivative log of dz_{t+1}/dz_t or, where it is negated, its negative
   * @param negated one negation of a sum is cheaper than many
   */
  record Image(Value value, Value logDerivative, boolean negated) {}

  /** z_t to z_{t+1}. */
  Image forward(Value shift, Value raw, Value z) {
    if (spec instanceof TransformSpec.PositiveScaleShift positive) {
      Value scale = scale(positive, raw);
      return new Image(graph.add(graph.multiply(z, scale), shift), logarithm(scale), false);
    }
    Value logScale = logScale(raw, 1);
    if (spec instanceof TransformSpec.ScaleShift) {
      Value value = graph.add(graph.multiply(z, graph.op("Exp", logScale)), shift);
      return new Image(value, logScale, false);
    }
    Value negative = graph.op("Neg", logScale);
    Value value = graph.multiply(graph.subtract(z, shift), graph.op("Exp", negative));
    return new Image(value, negative, false);
  }

  /** z_{t+1} to z_t; the derivative is still dz_{t+1}/dz_t. */
  Image inverse(Value shift, Value raw, Value z) {
    if (spec instanceof TransformSpec.PositiveScaleShift positive) {
      Value scale = scale(positive, raw);
      return new Image(graph.divide(graph.subtract(z, shift), scale), logarithm(scale), false);
    }
    if (spec instanceof TransformSpec.ScaleShift) {
      Value negative = logScale(raw, -1);
      Value value = graph.multiply(graph.subtract(z, shift), graph.op("Exp", negative));
      return new Image(value, negative, true);
    }
    Value logScale = logScale(raw, 1);
    return new Image(
        graph.add(graph.multiply(z, graph.op("Exp", logScale)), shift), logScale, true);
  }

  private Value logScale(Value raw, int sign) {
    double size = spec.softBound(1).orElseThrow();
    Value ratio = divided ? raw : graph.multiply(raw, 1 / size);
    return graph.multiply(graph.softsign(ratio), sign * size);
  }

  private Value scale(TransformSpec.PositiveScaleShift positive, Value raw) {
    Value scale =
        positive.scale() == PositiveScale.SOFTPLUS
            ? graph.softplus(raw)
            : graph.sigmoid(graph.add(raw, graph.constant(PositiveScale.SIGMOID_SHIFT)));
    return graph.add(scale, graph.constant(positive.minScale()));
  }

  private Value logarithm(Value value) {
    if (!perObject) {
      return graph.op("Log", value);
    }
    return graph.unsqueeze(new DenseNodes(graph).logarithm(graph.squeeze(value, 2)), 2);
  }
}
