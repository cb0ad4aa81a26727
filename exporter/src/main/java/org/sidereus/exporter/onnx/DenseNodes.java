package org.sidereus.exporter.onnx;

import java.util.List;
import java.util.Map;
import org.sidereus.exporter.network.Activation;
import org.sidereus.exporter.network.EmbeddingSpec;
import org.sidereus.exporter.network.FlowLimits;
import org.sidereus.exporter.network.FlowNetwork;
import org.sidereus.exporter.network.FlowSpec;
import org.sidereus.exporter.network.Standardisation;
import org.sidereus.exporter.network.Tensor;
import org.sidereus.exporter.onnx.GraphBuilder.Value;

/** Layers over rows, one object or point a row, and the context of a flow made of them. */
final class DenseNodes {
  private final GraphBuilder graph;

  DenseNodes(GraphBuilder graph) {
    this.graph = graph;
  }

  /** rows [N, in], weight [out, in], bias [out] to [N, out]. */
  Value layer(Value rows, Tensor weight, Tensor bias) {
    return graph.op(
        "Gemm", Map.of("transB", 1), rows, graph.constant(weight), graph.constant(bias));
  }

  /** rows [N, in], weight [out, in] to [N, out]. */
  Value product(Value rows, Tensor weight) {
    return graph.op("Gemm", Map.of("transB", 1), rows, graph.constant(weight));
  }

  Value activate(Value value, Activation activation) {
    return switch (activation) {
      case TANH -> graph.op("Tanh", value);
      case RELU -> graph.op("Relu", value);
      case SILU -> graph.multiply(value, graph.op("Sigmoid", value));
    };
  }

  /** The features [N, F], with the logarithm of those that are scaled by it. */
  private Value logarithms(Value x, List<Standardisation> scaling) {
    if (scaling.stream().allMatch(one -> one.logFloor() == null)) {
      return x;
    }
    float[] floor = new float[scaling.size()];
    float[] share = new float[scaling.size()];
    float[] rest = new float[scaling.size()];
    for (int i = 0; i < floor.length; i++) {
      boolean logarithm = scaling.get(i).logFloor() != null;
      floor[i] = logarithm ? scaling.get(i).logFloor().floatValue() : 1;
      share[i] = logarithm ? 1 : 0;
      rest[i] = 1 - share[i];
    }
    Value logarithms = graph.op("Log", graph.op("Max", x, graph.constant(Tensor.vector(floor))));
    return graph.add(
        graph.multiply(logarithms, graph.constant(Tensor.vector(share))),
        graph.multiply(x, graph.constant(Tensor.vector(rest))));
  }

  /** Features in physical units [N, F] to the context [N, C]. */
  Value context(Value x, FlowNetwork network) {
    FlowSpec spec = network.spec();
    int features = spec.features();
    float[] shift = new float[features];
    float[] inverseScale = new float[features];
    for (int i = 0; i < features; i++) {
      shift[i] = (float) spec.featureScaling().get(i).shift();
      inverseScale[i] = (float) (1 / spec.featureScaling().get(i).scale());
    }
    Value scaled =
        graph.multiply(
            graph.subtract(
                logarithms(x, spec.featureScaling()), graph.constant(Tensor.vector(shift))),
            graph.constant(Tensor.vector(inverseScale)));
    Value context = graph.clip(scaled, -FlowLimits.SCALED_FEATURE, FlowLimits.SCALED_FEATURE);
    EmbeddingSpec embedding = spec.embedding();
    for (int l = 0; embedding != null && l < embedding.hidden().size(); l++) {
      String name = "embedding." + l + ".";
      context =
          activate(
              layer(
                  context,
                  network.weights().get(name + "weight"),
                  network.weights().get(name + "bias")),
              embedding.activation());
    }
    return context;
  }
}
