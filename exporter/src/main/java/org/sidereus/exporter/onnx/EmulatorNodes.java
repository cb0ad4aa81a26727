package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sidereus.exporter.network.EmulatorNetwork;
import org.sidereus.exporter.network.EmulatorSpec;
import org.sidereus.exporter.network.ParameterScaling;
import org.sidereus.exporter.network.Standardisation;
import org.sidereus.exporter.network.Tensor;
import org.sidereus.exporter.onnx.GraphBuilder.Value;

/** An emulator evaluated at posterior samples, the samples along the last axis. */
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
  Value predictions(Value theta, Value covariates, int... outputs) {
    EmulatorSpec spec = network.spec();
    List<ParameterScaling> scalings = spec.parameterScaling();
    int d = parameters;
    Value z = new ParameterNodes(graph, scalings.subList(0, d)).standardisedSamples(theta);
    Value known =
        covariates == null
            ? null
            : new ParameterNodes(graph, scalings.subList(d, scalings.size()))
                .standardisedSamples(graph.unsqueeze(covariates, 2));
    Value h = z;
    for (int l = 0; l < spec.hidden().size(); l++) {
      Value product = l == 0 ? split(weight(l), d, z, known) : product(weight(l), h);
      h = dense.activate(graph.add(product, column(bias(l).values())), spec.activation());
    }
    if (spec.observables().isEmpty()) {
      return outputs(h, z, known, outputs);
    }
    List<Value> columns = new ArrayList<>(columns(theta, d));
    if (covariates != null) {
      columns.addAll(columns(graph.unsqueeze(covariates, 2), scalings.size() - d));
    }
    Value all = outputs(h, z, known, IntStream.range(0, spec.outputs()).toArray());
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

  /** Some outputs of the network [B, outputs, S], physical units. */
  private Value outputs(Value h, Value z, Value known, int... outputs) {
    EmulatorSpec spec = network.spec();
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
      y = graph.add(y, split(skip, parameters, z, known));
    }
    return graph.add(y, column(shift));
  }

  /** The product with the covariates is computed once for each object, not for each sample. */
  private Value split(Tensor weight, int d, Value z, Value known) {
    if (known == null) {
      return product(weight, z);
    }
    int[] all = IntStream.range(0, weight.columns()).toArray();
    Tensor ofParameters = weight.columns(Arrays.copyOf(all, d));
    Tensor ofCovariates = weight.columns(Arrays.copyOfRange(all, d, all.length));
    return graph.add(product(ofParameters, z), product(ofCovariates, known));
  }

  private Value product(Tensor weight, Value h) {
    return graph.matMul(graph.constant(weight), h);
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
