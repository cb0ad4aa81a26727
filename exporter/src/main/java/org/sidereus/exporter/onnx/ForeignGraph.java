package org.sidereus.exporter.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.onnx.GraphBuilder.Axis;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.exporter.onnx.PosteriorGraph.Correction;
import org.sidereus.exporter.onnx.PosteriorGraph.DerivedOutputs;
import org.sidereus.networks.ParameterScaling;

/**
 * A graph of another program, features x [B,F] and noise [S,D] to samples theta [B,S,D] and their
 * log_prob [B,S], as the posterior graph of a bundle: prior, likelihood and derived quantities are
 * added behind it.
 *
 * <p>What differs from {@link GraphContract} without changing a number is adapted, and {@link
 * #adapted()} says what: other names, another type of numbers, fixed axes, numbers in a file beside
 * the graph, more outputs, an older version of the operators. Everything else is refused.
 */
public final class ForeignGraph {
  private static final long LOWEST_OPSET = 13;
  private static final String PREFIX = "sidereus_";
  private static final int TRAINING_MODE_INPUT = 2;

  private static final String HOW =
      "torch.onnx.export(..., dynamo=False, opset_version=17, input_names=['x', 'noise'],"
          + " output_names=['theta', 'log_prob'], dynamic_axes={'x': {0: 'B'}, 'noise': {0: 'S'},"
          + " 'theta': {0: 'B', 1: 'S'}, 'log_prob': {0: 'B', 1: 'S'}})";

  private static final Set<String> RANDOM =
      Set.of(
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Bernoulli",
          "Multinomial");

  private final String file;
  private final List<String> parameters;
  private final List<String> features;
  private final ModelProto model;
  private final long opset;
  private final List<String> adapted = new ArrayList<>();

  private ForeignGraph(
      String file, ModelProto.Builder model, List<String> parameters, List<String> features) {
    this.file = file;
    this.parameters = parameters;
    this.features = features;
    checkHeader(model);
    opset = opset(model);
    GraphProto.Builder graph = model.getGraphBuilder();
    checkNodes(graph);
    checkNames(graph);
    adapt(graph);
    model
        .setIrVersion(Math.max(GraphBuilder.IR_VERSION, model.getIrVersion()))
        .clearOpsetImport()
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(opset));
    this.model = model.build();
  }

  /**
   * Reads a graph.
   *
   * @param file the {@code .onnx} file; numbers that it keeps in a file beside it are read, too
   * @param parameters names of the columns of noise and theta [D]
   * @param features names of the columns of x [F]
   * @throws SidereusException where it is no graph of a posterior: what, where, and what to do
   */
  public static ForeignGraph read(Path file, List<String> parameters, List<String> features) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
      List<String> beside = new ExternalNumbers(file).read(model.getGraphBuilder());
      ForeignGraph graph = new ForeignGraph(file.toString(), model, parameters, features);
      beside.forEach(data -> graph.adapted.add("the numbers in " + data + " are in the graph now"));
      return graph;
    } catch (InvalidProtocolBufferException e) {
      throw new SidereusException(
          file + " is no ONNX graph (" + e.getMessage() + "); export it with " + HOW, e);
    } catch (IOException e) {
      throw new SidereusException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** What was adapted, in the order in which it was found; a short sentence each. */
  public List<String> adapted() {
    return List.copyOf(adapted);
  }

  /**
   * The posterior graph of a bundle, as bytes of the file.
   *
   * @param correction where there is one, the graph has importance weights, which are 0 outside of
   *     the prior
   * @param derived derived quantities
   */
  public byte[] posterior(Optional<Correction> correction, DerivedOutputs derived) {
    if (correction.isEmpty() && derived.formulas().isEmpty()) {
      return model.toByteArray();
    }
    GraphBuilder nodes = GraphBuilder.behind(PREFIX, opset);
    SampleNodes behind = new SampleNodes(nodes, parameters.size(), features.size());
    Value x = new Value(GraphContract.FEATURES);
    Value theta = nodes.transpose(new Value(GraphContract.THETA), 0, 2, 1);
    correction.ifPresent(
        with ->
            behind.weights(
                with,
                // no scaling keeps the samples of another program within the bounds
                Collections.nCopies(parameters.size(), new ParameterScaling.Affine(0, 1)),
                x,
                theta,
                behind.whitening(with),
                nodes.unsqueeze(new Value(GraphContract.LOG_PROB), 1)));
    if (!derived.formulas().isEmpty()) {
      behind.derived(derived, x, theta);
    }
    ModelProto.Builder whole = model.toBuilder();
    nodes.addTo(whole.getGraphBuilder());
    return whole.build().toByteArray();
  }

  private void checkHeader(ModelProto.Builder from) {
    if (from.getGraph().getNodeCount() == 0) {
      throw refused("is no ONNX graph or has no node", "export it with " + HOW);
    }
    if (from.getFunctionsCount() > 0) {
      throw refused("holds functions", "export it with " + HOW);
    }
    if (from.getTrainingInfoCount() > 0) {
      throw refused("holds a training step", "call eval() and export the trained module alone");
    }
  }

  private long opset(ModelProto.Builder from) {
    Set<String> used =
        from.getGraph().getNodeList().stream()
            .map(NodeProto::getDomain)
            .map(ForeignGraph::plain)
            .collect(Collectors.toCollection(TreeSet::new));
    used.remove("");
    if (!used.isEmpty()) {
      throw refused(
          "needs the operators of " + String.join(", ", used),
          "write these steps with the operators of docs/reference/bundle.md, and export it again");
    }
    long found =
        from.getOpsetImportList().stream()
            .filter(set -> plain(set.getDomain()).isEmpty())
            .mapToLong(OnnxMl.OperatorSetIdProto::getVersion)
            .findFirst()
            .orElse(1);
    if (found < LOWEST_OPSET) {
      throw refused(
          "has opset " + found + ", in which operators mean something else",
          "export it with opset_version=17");
    }
    // between these versions, operators only take more than before
    return Math.max(GraphBuilder.OPSET, found);
  }

  private static String plain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  private void checkNodes(GraphProto.Builder graph) {
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
        throw refused(
            "draws random numbers (" + place(node) + ")",
            "make the samples of the input noise, so that a replay gives the same posterior");
      }
      if (node.getAttributeList().stream()
          .anyMatch(one -> one.hasG() || one.getGraphsCount() > 0)) {
        throw refused(
            "has a loop or a branch (" + place(node) + ")",
            "unroll it: write the steps one after the other, and torch.where in place of if");
      }
      if (isTraining(node, constants)) {
        throw refused(
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

  private void checkNames(GraphProto.Builder graph) {
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
    throw refused(
        "has two values named " + name,
        "give the output another name than steps inside of the graph have, or export it with "
            + HOW);
  }

  /** Names, types and axes of inputs and outputs as {@link GraphContract} says. */
  private void adapt(GraphProto.Builder graph) {
    Ports ports = ports(graph);
    Map<String, String> names = new HashMap<>();
    List<NodeProto> first = new ArrayList<>();
    List<NodeProto> last = new ArrayList<>();
    graph.clearInput().clearOutput().clearValueInfo();
    input(graph, ports.x(), GraphContract.FEATURES, "B", features, names, first);
    input(graph, ports.noise(), GraphContract.NOISE, "S", parameters, names, first);
    Axis objects = Axis.free("B");
    Axis samples = Axis.free("S");
    output(
        graph,
        ports.theta(),
        GraphContract.THETA,
        names,
        last,
        objects,
        samples,
        Axis.of(parameters.size()));
    output(graph, ports.logProb(), GraphContract.LOG_PROB, names, last, objects, samples);
    if (ports.sharedLogProb() != null) {
      output(
          graph,
          ports.sharedLogProb(),
          GraphContract.SHARED_LOG_PROB,
          names,
          last,
          objects,
          samples);
    }
    rename(graph, names);
    List<NodeProto> own = List.copyOf(graph.getNodeList());
    graph.clearNode().addAllNode(first).addAllNode(own).addAllNode(last);
  }

  /** Which inputs and outputs of the graph are which. */
  private record Ports(
      ValueInfoProto x,
      ValueInfoProto noise,
      ValueInfoProto theta,
      ValueInfoProto logProb,
      @Nullable ValueInfoProto sharedLogProb) {}

  private Ports ports(GraphProto.Builder graph) {
    Set<String> constants =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(one -> !constants.contains(one.getName())).toList();
    List<ValueInfoProto> outputs = List.copyOf(graph.getOutputList());
    if (inputs.size() != 2) {
      throw refused(
          "has the inputs " + described(inputs) + " instead of " + wanted(),
          "export a module (x, noise) -> theta, log_prob: " + HOW);
    }
    ValueInfoProto x = named(inputs, GraphContract.FEATURES);
    ValueInfoProto noise = named(inputs, GraphContract.NOISE);
    if (x == null || noise == null) {
      x =
          only(
              inputs,
              one -> mayBe(one, features.size()) && !one.getName().equals(GraphContract.NOISE));
      noise =
          only(
              inputs,
              one ->
                  mayBe(one, parameters.size()) && !one.getName().equals(GraphContract.FEATURES));
      if (x == null || noise == null || x.equals(noise)) {
        throw refused(
            "has the inputs "
                + described(inputs)
                + ", and which of them are "
                + wanted()
                + " is not clear",
            "name them: input_names=['x', 'noise']");
      }
      adapted.add(
          "the inputs %s and %s are called x and noise".formatted(x.getName(), noise.getName()));
    }
    ValueInfoProto theta = named(outputs, GraphContract.THETA);
    ValueInfoProto logProb = named(outputs, GraphContract.LOG_PROB);
    if (theta == null || logProb == null) {
      theta = theta != null ? theta : only(outputs, one -> rank(one) == 3);
      logProb = logProb != null ? logProb : only(outputs, one -> rank(one) == 2);
      if (theta == null || logProb == null) {
        throw refused(
            "has the outputs "
                + described(outputs)
                + ", and which of them are theta [B,S,D] and log_prob [B,S] is not clear",
            "name them: output_names=['theta', 'log_prob']");
      }
      adapted.add(
          "the outputs %s and %s are called theta and log_prob"
              .formatted(theta.getName(), logProb.getName()));
    }
    ValueInfoProto shared = named(outputs, GraphContract.SHARED_LOG_PROB);
    Set<ValueInfoProto> kept = new LinkedHashSet<>(List.of(theta, logProb));
    List<String> others =
        outputs.stream()
            .filter(one -> !kept.contains(one) && !one.equals(shared))
            .map(ValueInfoProto::getName)
            .toList();
    if (!others.isEmpty()) {
      adapted.add("the outputs " + String.join(", ", others) + " are left out");
    }
    return new Ports(x, noise, theta, logProb, shared);
  }

  private String wanted() {
    return "x [B,%d] and noise [S,%d]".formatted(features.size(), parameters.size());
  }

  private void input(
      GraphProto.Builder graph,
      ValueInfoProto port,
      String name,
      String axis,
      List<String> columns,
      Map<String, String> names,
      List<NodeProto> first) {
    if (!mayBe(port, columns.size())) {
      throw refused(
          "has the input %s instead of %s [%s,%d]"
              .formatted(described(List.of(port)), name, axis, columns.size()),
          "its columns are " + String.join(", ", columns));
    }
    freeAxis(port, 0, name, axis);
    graph.addInput(GraphBuilder.valueInfo(name, Axis.free(axis), Axis.of(columns.size())));
    String inside = name;
    if (type(port) != TensorProto.DataType.FLOAT.getNumber()) {
      inside = name + "_" + typeName(type(port));
      first.add(cast(name, inside, type(port)));
      adapted.add("the input %s is converted to %s".formatted(name, typeName(type(port))));
    }
    names.put(port.getName(), inside);
  }

  private void output(
      GraphProto.Builder graph,
      ValueInfoProto port,
      String name,
      Map<String, String> names,
      List<NodeProto> last,
      Axis... shape) {
    if (rank(port) >= 0 && rank(port) != shape.length) {
      throw refused(
          "has the output %s, which needs %d axes"
              .formatted(described(List.of(port)), shape.length),
          "theta is [objects, samples, parameters] and log_prob [objects, samples]");
    }
    freeAxis(port, 0, name, "B");
    freeAxis(port, 1, name, "S");
    graph.addOutput(GraphBuilder.valueInfo(name, shape));
    String inside = name;
    if (type(port) != TensorProto.DataType.FLOAT.getNumber()) {
      inside = name + "_" + typeName(type(port));
      last.add(cast(inside, name, TensorProto.DataType.FLOAT.getNumber()));
      adapted.add("the output %s is converted from %s".formatted(name, typeName(type(port))));
    }
    names.put(port.getName(), inside);
  }

  /** A fixed axis may only be the shape of the example that the graph was traced with. */
  private void freeAxis(ValueInfoProto port, int axis, String name, String free) {
    if (rank(port) > axis && shape(port).getDim(axis).hasDimValue()) {
      adapted.add(
          "the axis %s of %s is free, and was fixed to %d"
              .formatted(free, name, shape(port).getDim(axis).getDimValue()));
    }
  }

  private static NodeProto cast(String from, String to, int type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .setName(PREFIX + "convert_" + from)
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
  private static void rename(GraphProto.Builder graph, Map<String, String> names) {
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
              || name.startsWith(PREFIX);
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
      if (node.getName().startsWith(PREFIX) || !nodes.add(node.getName())) {
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

  private static @Nullable ValueInfoProto named(List<ValueInfoProto> ports, String name) {
    return only(ports, port -> port.getName().equals(name));
  }

  private static @Nullable ValueInfoProto only(
      List<ValueInfoProto> ports, Predicate<ValueInfoProto> wanted) {
    List<ValueInfoProto> found = ports.stream().filter(wanted).toList();
    return found.size() == 1 ? found.get(0) : null;
  }

  /** Whether a port may be a matrix of numbers with some columns. */
  private static boolean mayBe(ValueInfoProto port, int width) {
    boolean wide =
        rank(port) == 2
            && (!shape(port).getDim(1).hasDimValue()
                || shape(port).getDim(1).getDimValue() == width);
    return wide && isNumber(type(port));
  }

  private static boolean isNumber(int type) {
    return type == TensorProto.DataType.FLOAT.getNumber()
        || type == TensorProto.DataType.DOUBLE.getNumber()
        || type == TensorProto.DataType.FLOAT16.getNumber();
  }

  private static int type(ValueInfoProto port) {
    return port.getType().getTensorType().getElemType();
  }

  private static String typeName(int type) {
    TensorProto.DataType known = TensorProto.DataType.forNumber(type);
    return known == null ? "type " + type : known.name().toLowerCase(Locale.ROOT);
  }

  private static OnnxMl.TensorShapeProto shape(ValueInfoProto port) {
    return port.getType().getTensorType().getShape();
  }

  /** Number of axes; -1: not known. */
  private static int rank(ValueInfoProto port) {
    TypeProto.Tensor tensor = port.getType().getTensorType();
    return tensor.hasShape() ? tensor.getShape().getDimCount() : -1;
  }

  private static String described(List<ValueInfoProto> ports) {
    return ports.stream()
        .map(
            port ->
                "%s %s [%s]"
                    .formatted(
                        port.getName(),
                        typeName(type(port)),
                        shape(port).getDimList().stream()
                            .map(
                                one ->
                                    one.hasDimValue() ? "" + one.getDimValue() : one.getDimParam())
                            .collect(Collectors.joining(","))))
        .collect(Collectors.joining(", "));
  }

  private SidereusException refused(String what, String remedy) {
    return new SidereusException(file + " " + what + "; " + remedy);
  }
}
