package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
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
 * Translates a posterior graph to a {@link TileProgram}. Nodes that only move numbers (Concat,
 * Split, Transpose, Reshape and others) cost nothing: a value is a list of the rows where its
 * numbers are. A product takes the bias and the activation behind it.
 */
final class TileCompiler extends TileMoves {
  private final Set<String> results;

  /** The nodes that read a value. */
  private final Map<String, List<OnnxModel.Node>> readers = new HashMap<>();

  /** Values whose rows a product made for them alone: no other value has them under its name. */
  private final Set<String> made = new HashSet<>();

  /** Results of a Sigmoid that are factors of its input and nothing else. */
  private final Map<String, String> gates = new HashMap<>();

  private TileCompiler(OnnxModel model, int features, int terms, int parameters) {
    super(model, new TileCode(features, terms * terms, parameters));
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
   * A program for some outputs.
   *
   * @param features F
   * @param terms T; 0 where the graph takes no shared errors
   * @param parameters D
   * @throws UnfitGraphException if a node is needed that no program can compute
   */
  static TileProgram compile(
      OnnxModel model, Collection<String> wanted, int features, int terms, int parameters)
      throws UnfitGraphException {
    for (String input :
        List.of(GraphContract.FEATURES, GraphContract.NOISE, GraphContract.WHITENING)) {
      if (model.floats().containsKey(input) || model.longs().containsKey(input)) {
        throw new UnfitGraphException("its input " + input + " is also a constant");
      }
    }
    try {
      return new TileCompiler(model, features, terms, parameters).program(wanted);
    } catch (RuntimeException e) {
      throw new UnfitGraphException("it is of another kind (" + e + ")");
    }
  }

  private TileProgram program(Collection<String> outputs) throws UnfitGraphException {
    // Of the whole graph, so that a value is computed the same way whatever else is wanted.
    for (OnnxModel.Node node : model.nodes()) {
      node.inputs()
          .forEach(name -> readers.computeIfAbsent(name, k -> new ArrayList<>()).add(node));
    }
    for (OnnxModel.Node node : needed(outputs)) {
      try {
        translate(node);
      } catch (RuntimeException e) {
        throw new UnfitGraphException(
            "a node " + node.operator() + " is of another kind (" + e + ")");
      }
    }
    Map<String, int[]> rows = new LinkedHashMap<>();
    for (String name : outputs) {
      TileValue value = value(name);
      int[] shape = value.shape();
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

  /** The nodes that the wanted outputs depend on. */
  private List<OnnxModel.Node> needed(Collection<String> outputs) {
    Set<String> names = new HashSet<>(outputs);
    List<OnnxModel.Node> some = new ArrayList<>();
    for (int i = model.nodes().size() - 1; i >= 0; i--) {
      OnnxModel.Node node = model.nodes().get(i);
      if (node.outputs().stream().anyMatch(names::contains)) {
        names.addAll(node.inputs());
        some.add(node);
      }
    }
    Collections.reverse(some);
    return some;
  }

  private void translate(OnnxModel.Node node) throws UnfitGraphException {
    switch (node.operator()) {
      case "Add" -> add(node);
      case "Sub" -> binary(node, TileOperation.SUBTRACT);
      case "Mul" -> multiply(node);
      case "Div" -> binary(node, TileOperation.DIVIDE);
      case "Max" -> binary(node, TileOperation.LARGER);
      case "Min" -> binary(node, TileOperation.SMALLER);
      case "Greater" -> binary(node, TileOperation.GREATER);
      case "Less" -> binary(node, TileOperation.LESS);
      case "Sum" -> sum(node);
      case "Where" -> where(node);
      case "Neg" -> unary(node, TileOperation.NEGATE);
      case "Abs" -> unary(node, TileOperation.MAGNITUDE);
      case "Exp" -> unary(node, TileOperation.EXP);
      case "Log" -> unary(node, TileOperation.LOG);
      case "Erf" -> unary(node, TileOperation.ERF);
      case "Softsign" -> unary(node, TileOperation.SOFTSIGN);
      case "Sigmoid" -> sigmoid(node);
      case "Tanh" -> activation(node, TileOperation.TANH);
      case "Relu" -> activation(node, TileOperation.RELU);
      case "Elu" -> activation(node, TileOperation.ELU);
      case "Clip" -> clip(node);
      case "MatMul" -> matMul(node);
      case "Gemm" -> gemm(node);
      case "ReduceSum" -> reduceSum(node);
      case "Concat" -> concat(node);
      case "Split" -> split(node);
      case "Gather" -> gather(node);
      case "Transpose" -> transpose(node);
      case "Squeeze" -> squeeze(node);
      case "Unsqueeze" -> unsqueeze(node);
      case "Reshape" -> reshape(node);
      case "Expand" -> expand(node);
      case "Shape" -> shape(node);
      case "Cast" -> cast(node);
      default -> throw new UnfitGraphException("it has the operator " + node.operator());
    }
  }

  /** A product waits for a bias only where nothing else reads it. */
  private void offer(OnnxModel.Node node, WaitingProduct product) {
    String name = node.outputs().get(0);
    if (isReadOnce(name) && readersOf(name).get(0).operator().equals("Add")) {
      waiting.put(name, product);
    } else {
      put(name, product.shape(), finish(product, new int[0]));
      made.add(name);
    }
  }

  private boolean isReadOnce(String name) {
    return !results.contains(name) && readersOf(name).size() == 1;
  }

  private List<OnnxModel.Node> readersOf(String name) {
    return readers.getOrDefault(name, List.of());
  }

  private void binary(OnnxModel.Node node, TileOperation operation) throws UnfitGraphException {
    TileValue result = input(node, 0);
    for (int i = 1; i < node.inputs().size(); i++) {
      result = binary(operation, result, input(node, i));
    }
    put(node, result);
  }

  private TileValue binary(TileOperation operation, TileValue a, TileValue b)
      throws UnfitGraphException {
    int[] shape = common(a.shape(), b.shape());
    int[] first = spread(a, shape);
    int[] both = Arrays.copyOf(first, 2 * first.length);
    System.arraycopy(spread(b, shape), 0, both, first.length, first.length);
    return new TileValue(shape, code.add(operation, first.length, new int[0], both));
  }

  private void add(OnnxModel.Node node) throws UnfitGraphException {
    for (int i = 0; i < 2; i++) {
      WaitingProduct product = waiting.get(node.inputs().get(i));
      if (product == null) {
        continue;
      }
      waiting.remove(node.inputs().get(i));
      TileValue bias = input(node, 1 - i);
      if (!Arrays.equals(common(product.shape(), bias.shape()), product.shape())) {
        put(node.inputs().get(i), product.shape(), finish(product, new int[0]));
        break;
      }
      int[] rows = finish(product, spread(bias, product.shape()));
      put(node, new TileValue(product.shape(), rows));
      made.add(node.outputs().get(0));
      return;
    }
    binary(node, TileOperation.ADD);
  }

  private void multiply(OnnxModel.Node node) throws UnfitGraphException {
    for (int i = 0; i < 2; i++) {
      String gated = gates.get(node.inputs().get(i));
      if (gated != null && gated.equals(node.inputs().get(1 - i))) {
        TileValue value = value(gated);
        boolean alone = mayActivate(gated, 2);
        put(node, activated(value, alone, TileOperation.SILU));
        return;
      }
    }
    binary(node, TileOperation.MULTIPLY);
  }

  private void sigmoid(OnnxModel.Node node) throws UnfitGraphException {
    String gated = node.inputs().get(0);
    String result = node.outputs().get(0);
    if (isReadOnce(result)) {
      OnnxModel.Node reader = readersOf(result).get(0);
      if (reader.operator().equals("Mul") && reader.inputs().contains(gated)) {
        gates.put(result, gated);
        return;
      }
    }
    unary(node, TileOperation.SIGMOID);
  }

  private void activation(OnnxModel.Node node, TileOperation operation) throws UnfitGraphException {
    put(node, activated(input(node, 0), mayActivate(node.inputs().get(0), 1), operation));
  }

  /** Whether an activation may change a value in its place: only its reader or readers know it. */
  private boolean mayActivate(String name, int count) {
    return made.contains(name) && !results.contains(name) && readersOf(name).size() == count;
  }

  private TileValue activated(TileValue value, boolean alone, TileOperation operation) {
    if (alone && code.activate(value.rows(), operation)) {
      return value;
    }
    return unary(operation, value);
  }

  private void unary(OnnxModel.Node node, TileOperation operation) throws UnfitGraphException {
    put(node, unary(operation, input(node, 0)));
  }

  private TileValue unary(TileOperation operation, TileValue value) {
    int[] none = {0, 0};
    return new TileValue(
        value.shape(), code.add(operation, value.rows().length, none, value.rows()));
  }

  private void clip(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    int[] bounds = {
      bound(node, 1, Float.NEGATIVE_INFINITY), bound(node, 2, Float.POSITIVE_INFINITY)
    };
    put(
        node,
        new TileValue(
            value.shape(),
            code.add(TileOperation.CLIP, value.rows().length, bounds, value.rows())));
  }

  private int bound(OnnxModel.Node node, int input, float otherwise) throws UnfitGraphException {
    if (input >= node.inputs().size() || node.inputs().get(input).isEmpty()) {
      return Float.floatToRawIntBits(otherwise);
    }
    OnnxModel.Constant constant = model.floats().get(node.inputs().get(input));
    if (constant == null || constant.values().length != 1) {
      throw new UnfitGraphException("a bound is no constant");
    }
    return Float.floatToRawIntBits(constant.values()[0]);
  }

  private void sum(OnnxModel.Node node) throws UnfitGraphException {
    int[] shape = new int[0];
    List<TileValue> terms = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      TileValue term = input(node, i);
      terms.add(term);
      shape = common(shape, term.shape());
    }
    int[] index = new int[shape.length];
    int[] rows = new int[TileValue.size(shape)];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = sum(terms.stream().mapToInt(term -> term.rowAt(index)).toArray());
      TileValue.next(index, shape);
    }
    put(node, new TileValue(shape, rows));
  }

  /** The sum of some rows; its first number of results is the number of terms. */
  private int sum(int[] terms) {
    return code.add(TileOperation.SUM, 1, new int[] {terms.length}, terms)[0];
  }

  private void where(OnnxModel.Node node) throws UnfitGraphException {
    TileValue test = input(node, 0);
    TileValue a = input(node, 1);
    TileValue b = input(node, 2);
    int[] shape = common(test.shape(), common(a.shape(), b.shape()));
    int[] rows =
        IntStream.concat(
                IntStream.of(spread(test, shape)),
                IntStream.concat(IntStream.of(spread(a, shape)), IntStream.of(spread(b, shape))))
            .toArray();
    put(
        node,
        new TileValue(shape, code.add(TileOperation.SELECT, rows.length / 3, new int[0], rows)));
  }

  private void matMul(OnnxModel.Node node) throws UnfitGraphException {
    OnnxModel.@Nullable Constant left = model.floats().get(node.inputs().get(0));
    OnnxModel.@Nullable Constant right = model.floats().get(node.inputs().get(1));
    if (left != null && left.shape().length == 2) {
      TileValue value = input(node, 1);
      int[] shape = value.shape().clone();
      requireSize(shape[shape.length - 2], left.shape()[1]);
      requireSize(value.rows().length, left.shape()[1]);
      requireOneUnitAxis(value);
      shape[shape.length - 2] = left.shape()[0];
      offer(node, new WaitingProduct(left.values(), left.shape()[0], value.rows(), shape));
    } else if (right != null && right.shape().length == 2) {
      offer(node, rowsProduct(input(node, 0), right.shape()[1], transposed(right)));
    } else {
      objectProduct(node);
    }
  }

  private void gemm(OnnxModel.Node node) throws UnfitGraphException {
    OnnxModel.Constant weight = model.floats().get(node.inputs().get(1));
    boolean known = Set.of("transB").containsAll(node.attributes().keySet());
    if (weight == null || !known) {
      throw new UnfitGraphException("a Gemm has no constant weights");
    }
    boolean turned = node.attribute("transB", 0) == 1;
    int out = turned ? weight.shape()[0] : weight.shape()[1];
    WaitingProduct product =
        rowsProduct(input(node, 0), out, turned ? weight.values() : transposed(weight));
    if (node.inputs().size() > 2) {
      int[] bias = spread(input(node, 2), product.shape());
      put(node.outputs().get(0), product.shape(), finish(product, bias));
      made.add(node.outputs().get(0));
    } else {
      offer(node, product);
    }
  }

  /** Rows [..., k] times weights, given as [out, k]. */
  private static WaitingProduct rowsProduct(TileValue value, int out, float[] weight)
      throws UnfitGraphException {
    int[] shape = value.shape().clone();
    requireSize(Math.multiplyExact(shape[shape.length - 1], out), weight.length);
    requireSize(value.rows().length, shape[shape.length - 1]);
    requireOneUnitAxis(value);
    shape[shape.length - 1] = out;
    return new WaitingProduct(weight, out, value.rows(), shape);
  }

  private void objectProduct(OnnxModel.Node node) throws UnfitGraphException {
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

  private static void requireOneUnitAxis(TileValue value) throws UnfitGraphException {
    if (IntStream.of(value.shape()).filter(size -> size > 1).count() > 1) {
      throw new UnfitGraphException("a product has several matrices");
    }
  }

  private static float[] transposed(OnnxModel.Constant matrix) {
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

  private void reduceSum(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    int axis = value.axis(longs(node, 1)[0]);
    if (longs(node, 1).length != 1 || value.shape()[axis] < 1) {
      throw new UnfitGraphException("a sum over samples");
    }
    int[] shape = value.shape().clone();
    shape[axis] = 1;
    int[] rows = new int[TileValue.size(shape)];
    int[] index = new int[shape.length];
    for (int r = 0; r < rows.length; r++) {
      int[] terms = new int[value.shape()[axis]];
      int[] at = index.clone();
      for (int i = 0; i < terms.length; i++) {
        at[axis] = i;
        terms[i] = value.rowAt(at);
      }
      rows[r] = sum(terms);
      TileValue.next(index, shape);
    }
    TileValue sums = new TileValue(shape, rows);
    put(node, node.attribute("keepdims", 1) == 1 ? sums : without(sums, Set.of(axis)));
  }
}
