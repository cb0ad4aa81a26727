package org.sidereus.exporter.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * Whether a graph of another program gives the same posterior in every replay, on every runtime:
 * operators of a known version, no random numbers, no loop, no training mode, each value once.
 */
final class ForeignGraphCheck {
  private static final long LOWEST_OPSET = 13;
  private static final int TRAINING_MODE_INPUT = 2;

  private static final Set<String> RANDOM =
      Set.of(
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Bernoulli",
          "Multinomial");

  private final ForeignFile file;
  private final ModelProto.Builder model;
  private final GraphProto graph;

  ForeignGraphCheck(ForeignFile file, ModelProto.Builder model) {
    this.file = file;
    this.model = model;
    graph = model.getGraph();
  }

  /**
   * Checks the graph.
   *
   * @return the version of the operators that it can have
   * @throws SidereusException if it cannot be used: what, and what to do
   */
  long check() {
    checkHeader();
    long opset = opset();
    checkNodes();
    checkNames();
    return opset;
  }

  private void checkHeader() {
    if (model.getGraph().getNodeCount() == 0) {
      throw file.refused("is no ONNX graph or has no node", "export it with " + ForeignFile.HOW);
    }
    if (model.getFunctionsCount() > 0) {
      throw file.refused("holds functions", "export it with " + ForeignFile.HOW);
    }
    if (model.getTrainingInfoCount() > 0) {
      throw file.refused(
          "holds a training step", "call eval() and export the trained module alone");
    }
  }

  private long opset() {
    Set<String> used =
        graph.getNodeList().stream()
            .map(NodeProto::getDomain)
            .map(ForeignGraphCheck::plain)
            .collect(Collectors.toCollection(TreeSet::new));
    used.remove("");
    if (!used.isEmpty()) {
      throw file.refused(
          "needs the operators of " + String.join(", ", used),
          "write these steps with the operators of docs/reference/bundle.md, and export it again");
    }
    long found =
        model.getOpsetImportList().stream()
            .filter(set -> plain(set.getDomain()).isEmpty())
            .mapToLong(OnnxMl.OperatorSetIdProto::getVersion)
            .findFirst()
            .orElse(1);
    if (found < LOWEST_OPSET) {
      throw file.refused(
          "has opset " + found + ", in which operators mean something else",
          "export it with opset_version=17");
    }
    // between these versions, operators only take more than before
    return Math.max(GraphBuilder.OPSET, found);
  }

  private static String plain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  private void checkNodes() {
    Map<String, TensorProto> constants = new HashMap<>();
    graph.getInitializerList().forEach(one -> constants.put(one.getName(), one));
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        node.getAttributeList().stream()
            .filter(AttributeProto::hasT)
            .forEach(one -> constants.put(node.getOutput(0), one.getT()));
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      if (RANDOM.contains(node.getOpType())) {
        throw file.refused(
            "draws random numbers (" + place(node) + ")",
            "make the samples of the input noise, so that a replay gives the same posterior");
      }
      if (node.getAttributeList().stream()
          .anyMatch(one -> one.hasG() || one.getGraphsCount() > 0)) {
        throw file.refused(
            "has a loop or a branch (" + place(node) + ")",
            "unroll it: write the steps one after the other, and torch.where in place of if");
      }
      if (isTraining(node, constants)) {
        throw file.refused(
            "is in training mode (" + place(node) + ")",
            "call eval() before the export, and do not ask for training=TrainingMode.TRAINING");
      }
    }
  }

  private static boolean isTraining(NodeProto node, Map<String, TensorProto> constants) {
    return switch (node.getOpType()) {
      case "BatchNormalization" ->
          node.getOutputCount() > 1
              || node.getAttributeList().stream()
                  .anyMatch(one -> one.getName().equals("training_mode") && one.getI() != 0);
      case "Dropout" ->
          node.getInputCount() > TRAINING_MODE_INPUT
              && isTrue(constants.get(node.getInput(TRAINING_MODE_INPUT)));
      default -> false;
    };
  }

  private static boolean isTrue(@Nullable TensorProto constant) {
    if (constant == null) {
      return false;
    }
    for (byte one : constant.getRawData()) {
      if (one != 0) {
        return true;
      }
    }
    return constant.getInt32DataList().stream().anyMatch(one -> one != 0);
  }

  private static String place(NodeProto node) {
    return node.getName().isEmpty()
        ? "an operator " + node.getOpType()
        : "the " + node.getOpType() + " " + node.getName();
  }

  private void checkNames() {
    Set<String> made = new HashSet<>();
    graph.getInputList().forEach(one -> made.add(one.getName()));
    graph.getInitializerList().forEach(one -> made.add(one.getName()));
    graph.getOutputList().stream()
        .map(ValueInfoProto::getName)
        .filter(
            name ->
                graph.getOutputList().stream().filter(o -> o.getName().equals(name)).count() > 1)
        .findFirst()
        .ifPresent(name -> twice(name));
    for (NodeProto node : graph.getNodeList()) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && !made.add(output)) {
          twice(output);
        }
      }
    }
  }

  private void twice(String name) {
    throw file.refused(
        "has two values named " + name,
        "give the output another name than steps inside of the graph have, or export it with "
            + ForeignFile.HOW);
  }
}
