package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;

/**
 * An emulator evaluated at posterior samples. Inside, each sample is a row: the weights of layers
 * this wide are packed once, when the graph is loaded, and the bias is part of the product.
 */
final class EmulatorNodes {
  private final GraphBuilder graph;
  private final EmulatorNetwork network;
  private final int parameters;
  private final DenseNodes dense;

  /**
   * An emulator.
   *
   * @param parameters number of its inputs that are inferred; the others are covariates
   */
  EmulatorNodes(GraphBuilder graph, EmulatorNetwork network, int parameters) {
    this.graph = graph;
    this.network = network;
    this.parameters = parameters;
    this.dense = new DenseNodes(graph);
  }

  /**
   * Some of what the emulator predicts.
   *
   * @param theta [B,D,S], physical units
   * @param covariates [B,C], physical units; null: there are none
   * @param outputs which, in this order
   * @return predictions [B, outputs, S], physical units
   */
  Value predictions(Value theta, @Nullable Value covariates, int... outputs) {
    EmulatorSpec spec = network.spec();
    List<ParameterScaling> scalings = spec.parameterScaling();
    Value z = new ParameterNodes(graph, scalings.subList(0, parameters)).standardisedSamples(theta);
    if (covariates != null) {
      Value known =
          new ParameterNodes(graph, scalings.subList(parameters, scalings.size()))
              .standardisedSamples(graph.unsqueeze(covariates, 2));
      Value samples = graph.op("Shape", Map.of("start", 2, "end", 3), theta);
      Value shape = graph.concat(0, List.of(graph.longs(1, 1), samples));
      z = graph.concat(1, List.of(z, graph.op("Expand", known, shape)));
    }
    Value bySample = graph.transpose(z, 0, 2, 1);
    Value rows = graph.reshape(bySample, graph.longs(-1, spec.dimensions()));
    Value h = rows;
    for (int l = 0; l < spec.hidden().size(); l++) {
      h = dense.activate(dense.layer(h, weight(l), bias(l)), spec.activation());
    }
    if (spec.observables().isEmpty()) {
      return outputs(h, rows, bySample, outputs);
    }
    List<Value> columns = new ArrayList<>(columns(theta, parameters));
    if (covariates != null) {
      columns.addAll(columns(graph.unsqueeze(covariates, 2), scalings.size() - parameters));
    }
    Value all = outputs(h, rows, bySample, IntStream.range(0, spec.outputs()).toArray());
    columns.addAll(columns(all, spec.outputs()));
    FormulaNodes formulas = new FormulaNodes(graph, columns);
    return graph.concat(
        1, IntStream.of(outputs).mapToObj(spec.observables()::get).map(formulas::value).toList());
  }

  private List<Value> columns(Value matrix, int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return graph.split(matrix, 1, ones);
  }

  /**
   * Some outputs of the network.
   *
   * @param h last hidden layer [B * S, H]
   * @param rows inputs [B * S, D + C]
   * @param bySample the same as [B, S, D + C]
   * @return [B, outputs, S], physical units
   */
  private Value outputs(Value h, Value rows, Value bySample, int... outputs) {
    EmulatorSpec spec = network.spec();
    int last = spec.hidden().size();
    // The scaling of the outputs is part of the last weights.
    float[] shift = new float[outputs.length];
    for (int i = 0; i < shift.length; i++) {
      Standardisation scaling = spec.outputScaling().get(outputs[i]);
      shift[i] = (float) scaling.physical(bias(last).at(outputs[i]));
    }
    Value y = dense.layer(h, scaled(weight(last), outputs), Tensor.vector(shift));
    if (spec.skip()) {
      y = graph.add(y, dense.product(rows, scaled(network.weights().get("skip.weight"), outputs)));
    }
    Value objectsAndSamples = graph.op("Shape", Map.of("start", 0, "end", 2), bySample);
    Value shape = graph.concat(0, List.of(objectsAndSamples, graph.longs(outputs.length)));
    return graph.transpose(graph.reshape(y, shape), 0, 2, 1);
  }

  private Tensor weight(int layer) {
    return network.weights().get("layers." + layer + ".weight");
  }

  private Tensor bias(int layer) {
    return network.weights().get("layers." + layer + ".bias");
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
