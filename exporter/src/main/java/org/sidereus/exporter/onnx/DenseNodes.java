package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmbeddingSpec;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;

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
      case SILU -> graph.silu(value);
      case ELU -> graph.elu(value);
      case LEAKY_RELU -> graph.op("Max", value, graph.multiply(value, Activation.LEAKY_SLOPE));
      case IDENTITY -> value;
    };
  }

  /**
   * The logarithm of a small matrix [N, n]. Computes the logarithm of 16 copies and keeps one.
   * Otherwise the last bit depends on the number of rows, because runtimes compute the numbers
   * after the last full vector in another way.
   */
  Value logarithm(Value rows) {
    float[] ones = new float[16];
    Arrays.fill(ones, 1);
    Value copies =
        graph.multiply(
            graph.unsqueeze(rows, 2), graph.constant(new Tensor(List.of(1, 1, 16), ones)));
    Value one = graph.op("Gather", Map.of("axis", 2), graph.op("Log", copies), graph.longs(0));
    return graph.squeeze(one, 2);
  }

  /** The features [N, F], with the logarithm of those that are scaled by it. */
  private Value logarithms(Value x, List<Standardisation> scaling) {
    if (scaling.stream().allMatch(one -> one.logFloor() == null)) {
      return x;
    }
    double[] floor = new double[scaling.size()];
    double[] share = new double[scaling.size()];
    double[] rest = new double[scaling.size()];
    for (int i = 0; i < floor.length; i++) {
      Double logFloor = scaling.get(i).logFloor();
      floor[i] = logFloor == null ? 1 : logFloor;
      share[i] = logFloor == null ? 0 : 1;
      rest[i] = 1 - share[i];
    }
    Value logarithms = logarithm(graph.op("Max", x, vector(floor)));
    return graph.add(graph.multiply(logarithms, vector(share)), graph.multiply(x, vector(rest)));
  }

  private Value vector(double[] values) {
    return graph.constant(List.of(values.length), values);
  }

  /** Features in physical units [N, F] to the context [N, C]. */
  Value context(Value x, FlowNetwork network) {
    Value context = scaled(x, network.spec());
    for (Layer layer : embedding(network)) {
      context = activate(layer(context, layer.weight, layer.bias), layer.activation);
    }
    return context;
  }

  /**
   * Features in physical units [B, F] to the context as columns [B, C, 1]: each object is
   * multiplied by itself, so that it does not depend, to the last bit, on how many others are
   * beside it.
   */
  Value columnContext(Value x, FlowNetwork network) {
    Value context = graph.unsqueeze(scaled(x, network.spec()), 2);
    for (Layer layer : embedding(network)) {
      context = activate(columns(context, layer.weight, layer.bias), layer.activation);
    }
    return context;
  }

  /** columns [B, in, 1], weight [out, in], bias [out] to [B, out, 1]. */
  Value columns(Value columns, Tensor weight, Tensor bias) {
    float[] values = bias.values();
    return graph.add(
        graph.matMul(graph.constant(weight), columns),
        graph.constant(Tensor.matrix(values.length, 1, values)));
  }

  private record Layer(Tensor weight, Tensor bias, Activation activation) {}

  private static List<Layer> embedding(FlowNetwork network) {
    EmbeddingSpec embedding = network.spec().embedding();
    List<Layer> layers = new ArrayList<>();
    for (int l = 0; embedding != null && l < embedding.hidden().size(); l++) {
      String name = "embedding." + l + ".";
      layers.add(
          new Layer(
              network.weights().get(name + "weight"),
              network.weights().get(name + "bias"),
              embedding.activation(l)));
    }
    return layers;
  }

  private Value scaled(Value x, FlowSpec spec) {
    int features = spec.features();
    double[] shift = new double[features];
    double[] inverseScale = new double[features];
    for (int i = 0; i < features; i++) {
      shift[i] = spec.featureScaling().get(i).shift();
      inverseScale[i] = 1 / spec.featureScaling().get(i).scale();
    }
    Value scaled =
        graph.multiply(
            graph.subtract(logarithms(x, spec.featureScaling()), vector(shift)),
            vector(inverseScale));
    return graph.clip(scaled, -spec.scaledFeatureLimit(), spec.scaledFeatureLimit());
  }
}
