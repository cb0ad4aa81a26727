package org.sidereus.exporter.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.onnx.GraphBuilder.Axis;

/** Gives the inputs and outputs of another program's graph the form of a bundle's graph. */
final class PortAdapter {
  private final ForeignFile file;
  private final GraphProto.Builder graph;
  private final List<String> parameters;
  private final List<String> features;
  private final List<String> adapted = new ArrayList<>();

  /** New names of values of the graph. */
  private final Map<String, String> names = new HashMap<>();

  /** Conversions of the inputs. */
  private final List<NodeProto> first = new ArrayList<>();

  /** Conversions of the outputs. */
  private final List<NodeProto> last = new ArrayList<>();

  /**
   * An adapter.
   *
   * @param graph is changed
   * @param parameters names of the columns of noise and theta [D]
   * @param features names of the columns of x [F]
   */
  PortAdapter(
      ForeignFile file, GraphProto.Builder graph, List<String> parameters, List<String> features) {
    this.file = file;
    this.graph = graph;
    this.parameters = parameters;
    this.features = features;
  }

  /** What was adapted, a short sentence each. */
  List<String> adapted() {
    return adapted;
  }

  /** Names, types and axes of inputs and outputs as {@link GraphContract} says. */
  void adapt() {
    Ports ports = ports();
    graph.clearInput().clearOutput().clearValueInfo();
    input(ports.x(), GraphContract.FEATURES, "B", features);
    input(ports.noise(), GraphContract.NOISE, "S", parameters);
    Axis objects = Axis.free("B");
    Axis samples = Axis.free("S");
    output(ports.theta(), GraphContract.THETA, objects, samples, Axis.of(parameters.size()));
    output(ports.logProb(), GraphContract.LOG_PROB, objects, samples);
    if (ports.sharedLogProb() != null) {
      output(ports.sharedLogProb(), GraphContract.SHARED_LOG_PROB, objects, samples);
    }
    rename();
    List<NodeProto> own = List.copyOf(graph.getNodeList());
    graph.clearNode().addAllNode(first).addAllNode(own).addAllNode(last);
  }

  /** Which inputs and outputs of the graph are which. */
  private record Ports(
      GraphPort x,
      GraphPort noise,
      GraphPort theta,
      GraphPort logProb,
      @Nullable GraphPort sharedLogProb) {}

  private Ports ports() {
    Set<String> constants =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    List<GraphPort> inputs =
        GraphPort.all(graph.getInputList()).stream()
            .filter(one -> !constants.contains(one.name()))
            .toList();
    List<GraphPort> outputs = GraphPort.all(graph.getOutputList());
    if (inputs.size() != 2) {
      throw file.refused(
          "has the inputs " + GraphPort.described(inputs) + " instead of " + wanted(),
          "export a module (x, noise) -> theta, log_prob: " + ForeignFile.HOW);
    }
    GraphPort x = GraphPort.named(inputs, GraphContract.FEATURES);
    GraphPort noise = GraphPort.named(inputs, GraphContract.NOISE);
    if (x == null || noise == null) {
      x =
          GraphPort.only(
              inputs,
              one ->
                  one.mayHaveColumns(features.size()) && !one.name().equals(GraphContract.NOISE));
      noise =
          GraphPort.only(
              inputs,
              one ->
                  one.mayHaveColumns(parameters.size())
                      && !one.name().equals(GraphContract.FEATURES));
      if (x == null || noise == null || x.equals(noise)) {
        throw file.refused(
            "has the inputs "
                + GraphPort.described(inputs)
                + ", and which of them are "
                + wanted()
                + " is not clear",
            "name them: input_names=['x', 'noise']");
      }
      adapted.add("the inputs %s and %s are called x and noise".formatted(x.name(), noise.name()));
    }
    GraphPort theta = GraphPort.named(outputs, GraphContract.THETA);
    GraphPort logProb = GraphPort.named(outputs, GraphContract.LOG_PROB);
    if (theta == null || logProb == null) {
      theta = theta != null ? theta : GraphPort.only(outputs, one -> one.rank() == 3);
      logProb = logProb != null ? logProb : GraphPort.only(outputs, one -> one.rank() == 2);
      if (theta == null || logProb == null) {
        throw file.refused(
            "has the outputs "
                + GraphPort.described(outputs)
                + ", and which of them are theta [B,S,D] and log_prob [B,S] is not clear",
            "name them: output_names=['theta', 'log_prob']");
      }
      adapted.add(
          "the outputs %s and %s are called theta and log_prob"
              .formatted(theta.name(), logProb.name()));
    }
    GraphPort shared = GraphPort.named(outputs, GraphContract.SHARED_LOG_PROB);
    Set<GraphPort> kept = new LinkedHashSet<>(List.of(theta, logProb));
    List<String> others =
        outputs.stream()
            .filter(one -> !kept.contains(one) && !one.equals(shared))
            .map(GraphPort::name)
            .toList();
    if (!others.isEmpty()) {
      adapted.add("the outputs " + String.join(", ", others) + " are left out");
    }
    return new Ports(x, noise, theta, logProb, shared);
  }

  private String wanted() {
    return "x [B,%d] and noise [S,%d]".formatted(features.size(), parameters.size());
  }

  private void input(GraphPort port, String name, String axis, List<String> columns) {
    if (!port.mayHaveColumns(columns.size())) {
      throw file.refused(
          "has the input %s instead of %s [%s,%d]"
              .formatted(port.described(), name, axis, columns.size()),
          "its columns are " + String.join(", ", columns));
    }
    freeAxis(port, 0, name, axis);
    graph.addInput(GraphBuilder.valueInfo(name, Axis.free(axis), Axis.of(columns.size())));
    String inside = name;
    if (!port.isFloat()) {
      inside = name + "_" + port.typeName();
      first.add(cast(name, inside, port.type()));
      adapted.add("the input %s is converted to %s".formatted(name, port.typeName()));
    }
    names.put(port.name(), inside);
  }

  private void output(GraphPort port, String name, Axis... shape) {
    if (port.rank() >= 0 && port.rank() != shape.length) {
      throw file.refused(
          "has the output %s, which needs %d axes".formatted(port.described(), shape.length),
          "theta is [objects, samples, parameters] and log_prob [objects, samples]");
    }
    freeAxis(port, 0, name, "B");
    freeAxis(port, 1, name, "S");
    graph.addOutput(GraphBuilder.valueInfo(name, shape));
    String inside = name;
    if (!port.isFloat()) {
      inside = name + "_" + port.typeName();
      last.add(cast(inside, name, TensorProto.DataType.FLOAT.getNumber()));
      adapted.add("the output %s is converted from %s".formatted(name, port.typeName()));
    }
    names.put(port.name(), inside);
  }

  /** A fixed axis may only be the shape of the example that the graph was traced with. */
  private void freeAxis(GraphPort port, int axis, String name, String free) {
    if (port.isFixed(axis)) {
      adapted.add(
          "the axis %s of %s is free, and was fixed to %d"
              .formatted(free, name, port.length(axis)));
    }
  }

  private static NodeProto cast(String from, String to, int type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .setName(ForeignGraph.PREFIX + "convert_" + from)
        .addInput(from)
        .addOutput(to)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeProto.AttributeType.INT)
                .setI(type))
        .build();
  }

  /** Gives inputs and outputs their names, and others to values that have such a name inside. */
  private void rename() {
    Set<String> taken = new HashSet<>(names.values());
    taken.addAll(GraphContract.POSTERIOR_NAMES);
    Set<String> all = new LinkedHashSet<>();
    graph.getInitializerList().forEach(one -> all.add(one.getName()));
    graph.getNodeList().forEach(node -> all.addAll(node.getOutputList()));
    taken.addAll(all);
    for (String name : all) {
      boolean reserved =
          GraphContract.POSTERIOR_NAMES.contains(name)
              || names.containsValue(name)
              || name.startsWith(ForeignGraph.PREFIX);
      if (reserved && !names.containsKey(name)) {
        String other = "own_" + name;
        while (!taken.add(other)) {
          other = "own_" + other;
        }
        names.put(name, other);
      }
    }
    for (TensorProto.Builder constant : graph.getInitializerBuilderList()) {
      constant.setName(names.getOrDefault(constant.getName(), constant.getName()));
    }
    Set<String> nodes = new HashSet<>();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getName().startsWith(ForeignGraph.PREFIX) || !nodes.add(node.getName())) {
        node.clearName(); // a runtime refuses two nodes of one name, and takes any number without
      }
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, names.getOrDefault(node.getInput(i), node.getInput(i)));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        node.setOutput(i, names.getOrDefault(node.getOutput(i), node.getOutput(i)));
      }
    }
  }
}
