package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.onnx.GraphBuilder.Axis;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;
import org.sidereus.networks.Weights;

/**
 * {@code density.onnx}: theta [N,D], x [N,F] to log_prob [N] in physical units; negative infinity
 * at and outside the bounds. Computed in double precision: where a posterior is narrow, the
 * transforms are steep in this direction and would lose digits of float32 one after another.
 *
 * <p>Close to a bound the density is that of theta as float32 can write it: the distance to the
 * bound has lost digits before the graph sees it.
 */
public final class DensityGraph {
  private final FlowNetwork network;
  private final FlowSpec spec;
  private final GraphBuilder graph = GraphBuilder.inDoublePrecision("density");
  private final DenseNodes dense = new DenseNodes(graph);

  private DensityGraph(FlowNetwork network) {
    this.network = network;
    this.spec = network.spec();
  }

  /** The graph of a flow, as bytes of the file. */
  public static byte[] of(FlowNetwork network) {
    return new DensityGraph(network).build();
  }

  private byte[] build() {
    Axis points = Axis.free("N");
    Value theta = graph.input(GraphContract.THETA, points, Axis.of(spec.dimensions()));
    Value x = graph.input(GraphContract.FEATURES, points, Axis.of(spec.features()));
    Value context = dense.context(x, network);
    ParameterNodes parameters = new ParameterNodes(graph, spec.parameterScaling());
    ParameterNodes.Mapped standardised = parameters.standardised(theta);
    List<Value> terms = new ArrayList<>();
    if (standardised.logDerivative() != null) {
      terms.add(standardised.logDerivative());
    }
    Value z = standardised.value();
    for (int t = 0; t < spec.transforms().size(); t++) {
      z = forward(t, z, context, terms);
    }
    Value square = graph.reduceSum(graph.multiply(z, z), 1);
    terms.add(graph.multiply(square, -0.5));
    terms.add(
        graph.constant(standardised.constant() - 0.5 * spec.dimensions() * Math.log(2 * Math.PI)));
    Value logProb = graph.sum(terms);
    Value within = parameters.within(theta);
    if (within != null) {
      logProb = graph.op("Where", within, logProb, graph.constant(Double.NEGATIVE_INFINITY));
    }
    graph.output(GraphContract.LOG_PROB, graph.squeeze(logProb, 1), points);
    return graph.build();
  }

  /** z_t [N,D] to z_{t+1}; adds the logarithm of the determinant [N,1] to the terms. */
  private Value forward(int t, Value z, Value context, List<Value> terms) {
    TransformSpec transform = spec.transforms().get(t);
    Value outputs = outputs(t, z, context);
    int dimensions = spec.dimensions();
    if (transform instanceof TransformSpec.Spline spline) {
      long bins = spline.bins();
      Value shaped = graph.op("Reshape", outputs, graph.longs(-1, 3 * bins - 1, dimensions));
      List<Value> parts = graph.split(shaped, 1, bins, bins, bins - 1);
      SplineNodes.Image image =
          new SplineNodes(graph, spline, false)
              .forward(parts.get(0), parts.get(1), parts.get(2), graph.unsqueeze(z, 1));
      terms.add(graph.reduceSum(graph.squeeze(image.logDerivative(), 1), 1));
      return graph.squeeze(image.value(), 1);
    }
    List<Value> parts = graph.split(outputs, 1, dimensions, dimensions);
    AffineNodes.Image image =
        new AffineNodes(graph, transform, false, false).forward(parts.get(0), parts.get(1), z);
    terms.add(graph.reduceSum(image.logDerivative(), 1));
    return image.value();
  }

  private Value outputs(int t, Value z, Value context) {
    TransformSpec transform = spec.transforms().get(t);
    Weights weights = network.weights();
    String name = "transforms." + t + ".";
    Value pre =
        graph.add(
            dense.layer(
                z, weights.get(name + "layers.0.weight"), weights.get(name + "layers.0.bias")),
            dense.product(context, weights.get(name + "context.weight")));
    Value h = dense.activate(pre, transform.activation());
    for (int l = 1; l < transform.hiddenLayers(); l++) {
      Tensor weight = weights.get(name + "layers." + l + ".weight");
      Tensor bias = weights.get(name + "layers." + l + ".bias");
      h = dense.activate(dense.layer(h, weight, bias), transform.activation());
    }
    return graph.add(
        dense.layer(h, weights.get(name + "output.weight"), weights.get(name + "output.bias")),
        dense.product(context, weights.get(name + "output.context.weight")));
  }
}
