package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GraphContract;

/**
 * Translates a posterior graph to a {@link TileProgram}. A product takes the bias and the
 * activation behind it; {@link TileNodes} has the other nodes.
 */
final class TileCompiler {
  private static final int MOST_LISTED = 1 << 24;

  private record WaitingProduct(
      String name, float[] weight, int count, int[] inputs, int[] shape) {}

  private final OnnxModel model;
  private final TileCode code;
  private final TileMoves moves;
  private final TileArithmetic arithmetic;
  private final TileNodes nodes;
  private final Set<String> results;
  private final Map<String, TileValue> values = new HashMap<>();

  /** Products that wait for their bias. */
  private final Map<String, WaitingProduct> waiting = new HashMap<>();

  /** The nodes that read a value. */
  private final Map<String, List<OnnxNode>> readers = new HashMap<>();

  /** Values whose rows a product made for them alone: no other value has them under its name. */
  private final Set<String> made = new HashSet<>();

  /** Results of a Sigmoid that are factors of its input and nothing else. */
  private final Map<String, String> gates = new HashMap<>();

  /** Weights of the products of bfloat16, by the names of their results. */
  private final Map<String, float[]> bfloat16;

  private int listed;

  private TileCompiler(
      OnnxModel model, Map<String, float[]> bfloat16, int features, int terms, int parameters) {
    this.model = model;
    this.bfloat16 = bfloat16;
    code = new TileCode(features, terms * terms, parameters);
    moves = new TileMoves(code);
    arithmetic = new TileArithmetic(code);
    nodes = new TileNodes(moves, arithmetic);
    results = Set.copyOf(model.outputs());
    values.put(
        GraphContract.FEATURES,
        new TileValue(
            new int[] {TileValue.OBJECTS, features},
            IntStream.range(0, features).map(TileRows::column).toArray()));
    values.put(
        GraphContract.NOISE,
        new TileValue(
            new int[] {TileValue.SAMPLES, parameters}, IntStream.range(0, parameters).toArray()));
    values.put(
        GraphContract.WHITENING,
        new TileValue(
            new int[] {TileValue.OBJECTS, terms, terms},
            IntStream.range(features, features + terms * terms).map(TileRows::column).toArray()));
  }

  /**
   * A program for some outputs, or other values.
   *
   * @param bfloat16 weights [count, k] of the products that are computed in bfloat16, by the names
   *     of their results
   * @param features F
   * @param terms T; 0 where the graph takes no shared errors
   * @param parameters D
   * @throws UnfitGraphException if a node is needed that no program can compute
   */
  static TileProgram compile(
      OnnxModel model,
      Map<String, float[]> bfloat16,
      Collection<String> wanted,
      int features,
      int terms,
      int parameters)
      throws UnfitGraphException {
    for (String input :
        List.of(GraphContract.FEATURES, GraphContract.NOISE, GraphContract.WHITENING)) {
      if (model.constants().containsKey(input)) {
        throw new UnfitGraphException("its input " + input + " is also a constant");
      }
    }
    try {
      return new TileCompiler(model, bfloat16, features, terms, parameters).program(wanted);
    } catch (RuntimeException e) {
      throw new UnfitGraphException("it is of another kind (" + e + ")");
    }
  }

  private TileProgram program(Collection<String> outputs) throws UnfitGraphException {
    // Of the whole graph, so that a value is computed the same way whatever else is wanted.
    for (OnnxNode node : model.nodes()) {
      node.inputs()
          .forEach(name -> readers.computeIfAbsent(name, k -> new ArrayList<>()).add(node));
    }
    for (OnnxNode node : model.nodesOf(outputs)) {
      try {
        translate(node);
      } catch (UnfitGraphException e) {
        throw new UnfitGraphException("a node " + node.operator() + ": " + e.getMessage());
      } catch (RuntimeException e) {
        throw new UnfitGraphException(
            "a node " + node.operator() + " is of another kind (" + e + ")");
      }
    }
    Map<String, int[]> rows = new LinkedHashMap<>();
    for (String name : outputs) {
      TileValue value = value(name);
      int[] shape = value.shape();
      if (!results.contains(name)) {
        rows.put(name, value.rows());
        continue;
      }
      if (shape.length < 2
          || shape.length > 3
          || shape[0] != TileValue.OBJECTS
          || shape[1] != TileValue.SAMPLES
          || IntStream.of(shape).skip(2).anyMatch(size -> size < 1)) {
        throw new UnfitGraphException("the output " + name + " has another shape");
      }
      rows.put(name, value.rows());
    }
    return code.build(rows);
  }

  private void translate(OnnxNode node) throws UnfitGraphException {
    TileNodes.requireKnown(node);
    switch (node.operator()) {
      case "Add" -> add(node);
      case "Mul" -> multiply(node);
      case "Sigmoid" -> sigmoid(node);
      case "Tanh" -> activation(node, TileOperation.TANH);
      case "Relu" -> activation(node, TileOperation.RELU);
      case "Elu" -> elu(node);
      case "MatMul" -> matMul(node);
      case "Gemm" -> gemm(node);
      case "Split" -> split(node);
      default -> {
        List<@Nullable TileValue> inputs = new ArrayList<>();
        for (String name : node.inputs()) {
          inputs.add(name.isEmpty() ? null : value(name));
        }
        put(node, nodes.result(node, inputs));
      }
    }
  }

  private void split(OnnxNode node) throws UnfitGraphException {
    if (!node.hasInput(1)) {
      throw new UnfitGraphException("a Split without sizes");
    }
    List<TileValue> parts = moves.split(node, input(node, 0), input(node, 1));
    for (int i = 0; i < parts.size(); i++) {
      put(node.outputs().get(i), parts.get(i));
    }
  }

  private TileValue value(String name) throws UnfitGraphException {
    WaitingProduct product = waiting.remove(name);
    if (product != null) {
      return put(name, new TileValue(product.shape, finish(product, new int[0])));
    }
    TileValue value = values.get(name);
    if (value != null) {
      return value;
    }
    OnnxConstant constant = model.constants().get(name);
    if (constant == null) {
      throw new UnfitGraphException("it needs " + name);
    }
    return moves.constant(constant);
  }

  /** Moves cost no rows, but lists of places. */
  private TileValue put(String name, TileValue value) {
    listed = Math.addExact(listed, value.rows().length);
    if (listed > MOST_LISTED) {
      throw new IllegalArgumentException("a graph has too many values");
    }
    values.put(name, value);
    return value;
  }

  private void put(OnnxNode node, TileValue value) {
    put(node.outputs().get(0), value);
  }

  private TileValue input(OnnxNode node, int index) throws UnfitGraphException {
    return value(node.inputs().get(index));
  }

  private int[] finish(WaitingProduct product, int[] bias) {
    float[] rounded = bfloat16.get(product.name);
    return rounded == null
        ? code.product(TileOperation.PRODUCT, product.weight, product.count, product.inputs, bias)
        : code.product(
            TileOperation.BFLOAT16_PRODUCT, rounded, product.count, product.inputs, bias);
  }

  /** A product waits for a bias only where nothing else reads it. */
  private void offer(OnnxNode node, WaitingProduct product) {
    String name = node.outputs().get(0);
    if (isReadOnce(name) && readersOf(name).get(0).operator().equals("Add")) {
      waiting.put(name, product);
    } else {
      put(name, new TileValue(product.shape(), finish(product, new int[0])));
      made.add(name);
    }
  }

  private boolean isReadOnce(String name) {
    return !results.contains(name) && readersOf(name).size() == 1;
  }

  private List<OnnxNode> readersOf(String name) {
    return readers.getOrDefault(name, List.of());
  }

  private void add(OnnxNode node) throws UnfitGraphException {
    for (int i = 0; i < 2; i++) {
      WaitingProduct product = waiting.get(node.inputs().get(i));
      if (product == null) {
        continue;
      }
      waiting.remove(node.inputs().get(i));
      TileValue bias = input(node, 1 - i);
      int[] shape = product.shape();
      if (!Arrays.equals(TileValue.common(shape, bias.shape()), shape)) {
        put(node.inputs().get(i), new TileValue(shape, finish(product, new int[0])));
        break;
      }
      int[] rows = finish(product, bias.spread(shape));
      put(node, new TileValue(shape, rows));
      made.add(node.outputs().get(0));
      return;
    }
    put(node, arithmetic.binary(TileOperation.ADD, input(node, 0), input(node, 1)));
  }

  private void multiply(OnnxNode node) throws UnfitGraphException {
    for (int i = 0; i < 2; i++) {
      String gated = gates.get(node.inputs().get(i));
      if (gated != null && gated.equals(node.inputs().get(1 - i))) {
        TileValue value = value(gated);
        boolean alone = mayActivate(gated, 2);
        put(node, activated(value, alone, TileOperation.SILU));
        return;
      }
    }
    put(node, arithmetic.binary(TileOperation.MULTIPLY, input(node, 0), input(node, 1)));
  }

  private void sigmoid(OnnxNode node) throws UnfitGraphException {
    String gated = node.inputs().get(0);
    String result = node.outputs().get(0);
    if (isReadOnce(result)) {
      OnnxNode reader = readersOf(result).get(0);
      if (reader.operator().equals("Mul") && reader.inputs().contains(gated)) {
        gates.put(result, gated);
        return;
      }
    }
    put(node, arithmetic.unary(TileOperation.SIGMOID, input(node, 0)));
  }

  private void elu(OnnxNode node) throws UnfitGraphException {
    if (node.decimal("alpha", 1) != 1) {
      throw new UnfitGraphException("an Elu of another kind");
    }
    activation(node, TileOperation.ELU);
  }

  private void activation(OnnxNode node, TileOperation operation) throws UnfitGraphException {
    put(node, activated(input(node, 0), mayActivate(node.inputs().get(0), 1), operation));
  }

  /** Whether an activation may change a value in its place: only its reader or readers know it. */
  private boolean mayActivate(String name, int count) {
    return made.contains(name) && !results.contains(name) && readersOf(name).size() == count;
  }

  private TileValue activated(TileValue value, boolean alone, TileOperation operation)
      throws UnfitGraphException {
    if (alone && code.activate(value.rows(), operation)) {
      return value;
    }
    return arithmetic.unary(operation, value);
  }

  private OnnxConstant.@Nullable Numbers numbers(String name) {
    return model.constants().get(name) instanceof OnnxConstant.Numbers found ? found : null;
  }

  private void matMul(OnnxNode node) throws UnfitGraphException {
    OnnxConstant.@Nullable Numbers left = numbers(node.inputs().get(0));
    OnnxConstant.@Nullable Numbers right = numbers(node.inputs().get(1));
    if (left != null && left.shape().length == 2) {
      TileValue value = input(node, 1);
      int[] shape = value.shape().clone();
      requireSize(shape[shape.length - 2], left.shape()[1]);
      requireSize(value.rows().length, left.shape()[1]);
      requireOneUnitAxis(value);
      shape[shape.length - 2] = left.shape()[0];
      String name = node.outputs().get(0);
      offer(node, new WaitingProduct(name, left.values(), left.shape()[0], value.rows(), shape));
    } else if (right != null && right.shape().length == 2) {
      offer(node, rowsProduct(node, right.shape()[1], transposed(right)));
    } else {
      objectProduct(node);
    }
  }

  private void gemm(OnnxNode node) throws UnfitGraphException {
    OnnxConstant.@Nullable Numbers weight = numbers(node.inputs().get(1));
    boolean isPlain = node.decimal("alpha", 1) == 1 && node.decimal("beta", 1) == 1;
    if (weight == null || !isPlain) {
      throw new UnfitGraphException("a Gemm has no constant weights");
    }
    boolean turned = node.attribute("transB", 0) == 1;
    int out = turned ? weight.shape()[0] : weight.shape()[1];
    WaitingProduct product = rowsProduct(node, out, turned ? weight.values() : transposed(weight));
    if (node.inputs().size() > 2) {
      int[] bias = input(node, 2).spread(product.shape());
      put(node, new TileValue(product.shape(), finish(product, bias)));
      made.add(node.outputs().get(0));
    } else {
      offer(node, product);
    }
  }

  /** Rows [..., k] times weights, given as [out, k]. */
  private WaitingProduct rowsProduct(OnnxNode node, int out, float[] weight)
      throws UnfitGraphException {
    TileValue value = input(node, 0);
    int[] shape = value.shape().clone();
    requireSize(Math.multiplyExact(shape[shape.length - 1], out), weight.length);
    requireSize(value.rows().length, shape[shape.length - 1]);
    requireOneUnitAxis(value);
    shape[shape.length - 1] = out;
    return new WaitingProduct(node.outputs().get(0), weight, out, value.rows(), shape);
  }

  private void objectProduct(OnnxNode node) throws UnfitGraphException {
    TileValue matrix = input(node, 0);
    TileValue value = input(node, 1);
    int[] shape = value.shape();
    boolean fits =
        matrix.rank() == 3
            && shape.length == 3
            && shape[2] == TileValue.SAMPLES
            && matrix.shape()[2] == shape[1]
            && matrix.shape()[1] > 0
            && matrix.shape()[2] > 0
            && matrix.shape()[0] == TileValue.OBJECTS
            && value.rows().length == shape[1]
            && IntStream.of(matrix.rows()).allMatch(TileRows::isColumn);
    if (!fits) {
      throw new UnfitGraphException("a product has no constant factor");
    }
    int[] result = {TileValue.OBJECTS, matrix.shape()[1], TileValue.SAMPLES};
    put(
        node,
        new TileValue(result, code.objectProduct(matrix.rows(), matrix.shape()[1], value.rows())));
  }

  private static void requireSize(int size, int expected) throws UnfitGraphException {
    if (size != expected) {
      throw new UnfitGraphException("sizes of a product do not fit");
    }
  }

  private static void requireOneUnitAxis(TileValue value) throws UnfitGraphException {
    if (IntStream.of(value.shape()).filter(size -> size > 1).count() > 1) {
      throw new UnfitGraphException("a product has several matrices");
    }
  }

  static float[] transposed(OnnxConstant.Numbers matrix) {
    int rows = matrix.shape()[0];
    int columns = matrix.shape()[1];
    float[] turned = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        turned[c * rows + r] = matrix.values()[r * columns + c];
      }
    }
    return turned;
  }
}
