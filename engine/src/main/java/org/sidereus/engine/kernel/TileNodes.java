package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The nodes whose results depend on nothing but their inputs, by operator. */
final class TileNodes {
  /** The attributes that the translation knows, by operator. */
  private static final Map<String, Set<String>> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("Cast", Set.of("to")),
          Map.entry("Concat", Set.of("axis")),
          Map.entry("ConstantOfShape", Set.of("value")),
          Map.entry("CumSum", Set.of("exclusive", "reverse")),
          Map.entry("Elu", Set.of("alpha")),
          Map.entry("Gather", Set.of("axis")),
          Map.entry("GatherElements", Set.of("axis")),
          Map.entry("Gemm", Set.of("alpha", "beta", "transB")),
          Map.entry("LeakyRelu", Set.of("alpha")),
          Map.entry("Mod", Set.of("fmod")),
          Map.entry("Pad", Set.of("mode")),
          Map.entry("ReduceMax", Set.of("axes", "keepdims")),
          Map.entry("ReduceMean", Set.of("axes", "keepdims")),
          Map.entry("ReduceMin", Set.of("axes", "keepdims")),
          Map.entry("ReduceSum", Set.of("axes", "keepdims")),
          Map.entry("Reshape", Set.of("allowzero")),
          Map.entry("Shape", Set.of("start", "end")),
          Map.entry("Softmax", Set.of("axis")),
          Map.entry("Split", Set.of("axis")),
          Map.entry("Transpose", Set.of("perm")));

  private final TileMoves moves;
  private final TileArithmetic arithmetic;

  TileNodes(TileMoves moves, TileArithmetic arithmetic) {
    this.moves = moves;
    this.arithmetic = arithmetic;
  }

  /**
   * An attribute may change what a node computes.
   *
   * @throws UnfitGraphException if it has one that the translation does not know
   */
  static void requireKnown(OnnxNode node) throws UnfitGraphException {
    Set<String> known = ATTRIBUTES.getOrDefault(node.operator(), Set.of());
    if (!known.containsAll(node.attributes().keySet())) {
      throw new UnfitGraphException("it has an unknown attribute");
    }
  }

  /**
   * The result of a node with one output.
   *
   * @param inputs null: not given
   * @throws UnfitGraphException if no program can compute it
   */
  TileValue result(OnnxNode node, List<@Nullable TileValue> inputs) throws UnfitGraphException {
    TileValue first = TileMoves.given(inputs, 0);
    return switch (node.operator()) {
      case "Identity" -> first;
      case "Concat" -> moves.concat(node, all(inputs));
      case "Gather" -> moves.gather(node, first, TileMoves.given(inputs, 1));
      case "Transpose" -> moves.transpose(node, first);
      case "Squeeze" -> moves.squeeze(first, TileMoves.given(inputs, 1));
      case "Unsqueeze" -> moves.unsqueeze(first, TileMoves.given(inputs, 1));
      case "Reshape" -> moves.reshape(node, first, TileMoves.given(inputs, 1));
      case "Expand" -> moves.expand(first, TileMoves.given(inputs, 1));
      case "Shape" -> moves.shape(node, first);
      case "ConstantOfShape" -> moves.constantOfShape(node, first);
      case "Slice" -> moves.slice(node, inputs);
      case "Pad" -> moves.pad(node, inputs);
      case "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin" -> reduced(node, inputs);
      case "Clip" -> arithmetic.clip(node, inputs);
      default -> computed(node, first, inputs);
    };
  }

  private TileValue computed(OnnxNode node, TileValue first, List<@Nullable TileValue> inputs)
      throws UnfitGraphException {
    return switch (node.operator()) {
      case "Sub" -> binary(TileOperation.SUBTRACT, inputs);
      case "Div" -> binary(TileOperation.DIVIDE, inputs);
      case "Max" -> arithmetic.all(TileOperation.LARGER, all(inputs));
      case "Min" -> arithmetic.all(TileOperation.SMALLER, all(inputs));
      case "Greater" -> binary(TileOperation.GREATER, inputs);
      case "Less" -> binary(TileOperation.LESS, inputs);
      case "GreaterOrEqual" -> binary(TileOperation.GREATER_OR_EQUAL, inputs);
      case "LessOrEqual" -> binary(TileOperation.LESS_OR_EQUAL, inputs);
      case "Equal" -> binary(TileOperation.EQUAL, inputs);
      case "And" -> arithmetic.and(first, TileMoves.given(inputs, 1));
      case "Or" -> arithmetic.or(first, TileMoves.given(inputs, 1));
      case "Not" -> arithmetic.not(first);
      case "Mod" -> remainder(node, first, TileMoves.given(inputs, 1));
      case "Pow" -> arithmetic.power(first, TileMoves.given(inputs, 1));
      case "Sum" -> arithmetic.sum(all(inputs));
      case "Where" ->
          arithmetic.where(first, TileMoves.given(inputs, 1), TileMoves.given(inputs, 2));
      case "Cast" -> arithmetic.cast(node, first);
      case "Neg" -> arithmetic.unary(TileOperation.NEGATE, first);
      case "Abs" -> arithmetic.unary(TileOperation.MAGNITUDE, first);
      case "Exp" -> arithmetic.unary(TileOperation.EXP, first);
      case "Log" -> arithmetic.unary(TileOperation.LOG, first);
      case "Erf" -> arithmetic.unary(TileOperation.ERF, first);
      case "Sqrt" -> arithmetic.unary(TileOperation.SQRT, first);
      case "Floor" -> arithmetic.unary(TileOperation.FLOOR, first);
      case "Softsign" -> arithmetic.unary(TileOperation.SOFTSIGN, first);
      case "Softplus" -> arithmetic.softplus(first);
      case "LeakyRelu" -> arithmetic.leakyRelu(node, first);
      case "Reciprocal" -> arithmetic.reciprocal(first);
      case "Softmax" -> arithmetic.softmax(first, first.axis(node.attribute("axis", -1)));
      case "CumSum" ->
          arithmetic.cumulativeSum(node, first, moves.known(TileMoves.given(inputs, 1))[0]);
      case "GatherElements" -> arithmetic.gatherElements(node, first, TileMoves.given(inputs, 1));
      default -> throw new UnfitGraphException("the translation does not know it");
    };
  }

  private static List<TileValue> all(List<@Nullable TileValue> inputs) throws UnfitGraphException {
    List<TileValue> all = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      all.add(TileMoves.given(inputs, i));
    }
    return all;
  }

  private TileValue binary(TileOperation operation, List<@Nullable TileValue> inputs)
      throws UnfitGraphException {
    return arithmetic.binary(operation, TileMoves.given(inputs, 0), TileMoves.given(inputs, 1));
  }

  private TileValue remainder(OnnxNode node, TileValue a, TileValue b) throws UnfitGraphException {
    if (node.attribute("fmod", 0) != 0) {
      throw new UnfitGraphException("a Mod of another kind");
    }
    return arithmetic.remainder(a, b);
  }

  private TileValue reduced(OnnxNode node, List<@Nullable TileValue> inputs)
      throws UnfitGraphException {
    TileValue value = TileMoves.given(inputs, 0);
    OnnxNode.Attribute given = node.attributes().get("axes");
    long[] axes = LongStream.range(0, value.rank()).toArray();
    if (given != null) {
      axes = given.integers();
    } else if (node.hasInput(1)) {
      axes = moves.known(TileMoves.given(inputs, 1));
    }
    Set<Integer> gone = new HashSet<>();
    for (long one : axes) {
      int axis = value.axis(one);
      gone.add(axis);
      value =
          switch (node.operator()) {
            case "ReduceSum" -> arithmetic.sum(value, axis);
            case "ReduceMean" -> arithmetic.mean(value, axis);
            case "ReduceMax" -> arithmetic.most(TileOperation.LARGER, value, axis);
            default -> arithmetic.most(TileOperation.SMALLER, value, axis);
          };
    }
    return node.attribute("keepdims", 1) == 1 ? value : TileMoves.without(value, gone);
  }
}
