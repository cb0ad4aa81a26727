package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.onnx.GraphBuilder.Axis;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;

/** {@code emulator.onnx}: theta [N,D] to y [N,M], both in physical units. */
public final class EmulatorGraph {
  private EmulatorGraph() {}

  /** The graph of an emulator, as bytes of the file. */
  public static byte[] of(EmulatorNetwork network) {
    EmulatorSpec spec = network.spec();
    GraphBuilder graph = new GraphBuilder("emulator");
    DenseNodes dense = new DenseNodes(graph);
    Axis points = Axis.free("N");
    Value theta = graph.input(GraphContract.THETA, points, Axis.of(spec.dimensions()));
    Value z = new ParameterNodes(graph, spec.parameterScaling()).standardised(theta).value();
    Value h = z;
    int layers = spec.hidden().size() + 1;
    for (int l = 0; l < layers; l++) {
      h =
          dense.layer(
              h,
              network.weights().get("layers." + l + ".weight"),
              network.weights().get("layers." + l + ".bias"));
      h = l < layers - 1 ? dense.activate(h, spec.activation()) : h;
    }
    if (spec.skip()) {
      h = graph.add(h, dense.product(z, network.weights().get("skip.weight")));
    }
    float[] scale = new float[spec.outputs()];
    float[] shift = new float[spec.outputs()];
    for (int m = 0; m < scale.length; m++) {
      Standardisation scaling = spec.outputScaling().get(m);
      scale[m] = (float) scaling.scale();
      shift[m] = (float) scaling.shift();
    }
    Value y =
        graph.add(
            graph.multiply(h, graph.constant(Tensor.vector(scale))),
            graph.constant(Tensor.vector(shift)));
    if (!spec.observables().isEmpty()) {
      List<Value> columns = new ArrayList<>(columns(graph, theta, spec.dimensions()));
      columns.addAll(columns(graph, y, spec.outputs()));
      FormulaNodes formulas = new FormulaNodes(graph, columns);
      y = graph.concat(1, spec.observables().stream().map(formulas::value).toList());
    }
    graph.output(GraphContract.PREDICTIONS, y, points, Axis.of(spec.predictions()));
    return graph.build();
  }

  private static List<Value> columns(GraphBuilder graph, Value matrix, int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return graph.split(matrix, 1, ones);
  }
}
