package org.sidereus.exporter.onnx;

import org.sidereus.exporter.network.EmulatorNetwork;
import org.sidereus.exporter.network.EmulatorSpec;
import org.sidereus.exporter.network.Standardisation;
import org.sidereus.exporter.network.Tensor;
import org.sidereus.exporter.onnx.GraphBuilder.Value;

/** An emulator evaluated at posterior samples, the samples along the last axis. */
final class EmulatorNodes {
  private final GraphBuilder graph;
  private final EmulatorNetwork network;
  private final DenseNodes dense;

  EmulatorNodes(GraphBuilder graph, EmulatorNetwork network) {
    this.graph = graph;
    this.network = network;
    this.dense = new DenseNodes(graph);
  }

  /**
   * Some of the emulator's outputs.
   *
   * @param theta [B,D,S], physical units
   * @param outputs which, in this order
   * @return [B, outputs, S], physical units
   */
  Value predictions(Value theta, int... outputs) {
    EmulatorSpec spec = network.spec();
    Value z = new ParameterNodes(graph, spec.parameterScaling()).standardisedSamples(theta);
    Value h = z;
    for (int l = 0; l < spec.hidden().size(); l++) {
      Value product = graph.matMul(graph.constant(weight(l)), h);
      h = dense.activate(graph.add(product, column(bias(l).values())), spec.activation());
    }
    // The scaling of the outputs is part of the last weights: no pass over [B,M,S] for it.
    int last = spec.hidden().size();
    float[] shift = new float[outputs.length];
    for (int i = 0; i < shift.length; i++) {
      Standardisation scaling = spec.outputScaling().get(outputs[i]);
      shift[i] = (float) scaling.physical(bias(last).at(outputs[i]));
    }
    Value y = graph.matMul(graph.constant(scaled(weight(last), outputs)), h);
    if (spec.skip()) {
      Tensor skip = scaled(network.weights().get("skip.weight"), outputs);
      y = graph.add(y, graph.matMul(graph.constant(skip), z));
    }
    return graph.add(y, column(shift));
  }

  private Tensor weight(int layer) {
    return network.weights().get("layers." + layer + ".weight");
  }

  private Tensor bias(int layer) {
    return network.weights().get("layers." + layer + ".bias");
  }

  private Value column(float[] values) {
    return graph.constant(Tensor.matrix(values.length, 1, values));
  }

  private Tensor scaled(Tensor weight, int[] outputs) {
    float[] values = weight.rows(outputs).values().clone();
    int width = weight.columns();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) network.spec().outputScaling().get(outputs[i / width]).scale();
    }
    return Tensor.matrix(outputs.length, width, values);
  }
}
