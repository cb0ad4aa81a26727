package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that compute number by number, and sums and the like along an axis. Arithmetic of whole
 * numbers that the translation knows is done at once.
 */
final class TileArithmetic {
  private static final int[] NONE = {0, 0};

  private final TileCode code;

  TileArithmetic(TileCode code) {
    this.code = code;
  }

  private TileValue number(float value) {
    return new TileValue(new int[0], new int[] {code.constant(value)});
  }

  TileValue unary(TileOperation operation, TileValue value) throws UnfitGraphException {
    if (value.kind() != TileKind.NUMBER) {
      return ofWholes(operation, value);
    }
    return value.with(value.shape(), code.add(operation, value.rows().length, NONE, value.rows()));
  }

  private TileValue ofWholes(TileOperation operation, TileValue value) throws UnfitGraphException {
    TileValue zero = new TileValue(value.kind(), new int[0], new int[] {code.whole(0)});
    return switch (operation) {
      case NEGATE -> binary(TileOperation.SUBTRACT, zero, value);
      case MAGNITUDE ->
          binary(TileOperation.LARGER, value, binary(TileOperation.SUBTRACT, zero, value));
      default -> throw new UnfitGraphException("a function of whole numbers");
    };
  }

  TileValue binary(TileOperation operation, TileValue a, TileValue b) throws UnfitGraphException {
    int[] shape = TileValue.common(a.shape(), b.shape());
    TileKind kind =
        switch (operation) {
          case GREATER, LESS, GREATER_OR_EQUAL, LESS_OR_EQUAL, EQUAL -> TileKind.TRUTH;
          default -> a.kind();
        };
    if (a.isKnown() && b.isKnown()) {
      return known(kind, shape, a, b, (one, other) -> compute(operation, one, other));
    }
    int[] first = a.spread(shape);
    int[] second = b.spread(shape);
    if (operation == TileOperation.DIVIDE && a.kind() != TileKind.NUMBER) {
      throw new UnfitGraphException("a quotient of whole numbers");
    }
    int[] both = Arrays.copyOf(first, 2 * first.length);
    System.arraycopy(second, 0, both, first.length, first.length);
    return new TileValue(kind, shape, code.add(operation, first.length, new int[0], both));
  }

  /** Arithmetic of whole numbers that the translation knows. */
  private TileValue known(
      TileKind kind, int[] shape, TileValue a, TileValue b, LongBinaryOperator operation) {
    int[] first = a.spread(shape);
    int[] second = b.spread(shape);
    int[] rows = new int[first.length];
    for (int i = 0; i < rows.length; i++) {
      long one = code.wholeNumber(first[i]);
      rows[i] = code.whole(operation.applyAsLong(one, code.wholeNumber(second[i])));
    }
    return new TileValue(kind, shape, rows);
  }

  private static long compute(TileOperation operation, long a, long b) {
    return switch (operation) {
      case ADD -> Math.addExact(a, b);
      case SUBTRACT -> Math.subtractExact(a, b);
      case MULTIPLY -> Math.multiplyExact(a, b);
      case DIVIDE -> a / b;
      case LARGER -> Math.max(a, b);
      case SMALLER -> Math.min(a, b);
      case GREATER -> a > b ? 1 : 0;
      case LESS -> a < b ? 1 : 0;
      case GREATER_OR_EQUAL -> a >= b ? 1 : 0;
      case LESS_OR_EQUAL -> a <= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      default -> throw new IllegalArgumentException(operation + " of whole numbers");
    };
  }

  /** An operation of all values, one after the other. */
  TileValue all(TileOperation operation, List<TileValue> values) throws UnfitGraphException {
    TileValue result = values.get(0);
    for (TileValue value : values.subList(1, values.size())) {
      result = binary(operation, result, value);
    }
    return result;
  }

  /** Both are true. */
  TileValue and(TileValue a, TileValue b) throws UnfitGraphException {
    return binary(TileOperation.MULTIPLY, a, b);
  }

  /** One of them is true. */
  TileValue or(TileValue a, TileValue b) throws UnfitGraphException {
    return binary(TileOperation.LARGER, a, b);
  }

  TileValue not(TileValue value) throws UnfitGraphException {
    TileValue one = new TileValue(TileKind.TRUTH, new int[0], new int[] {code.whole(1)});
    return binary(TileOperation.SUBTRACT, one, value);
  }

  /** The remainder of whole numbers, which has the sign of the divisor. */
  TileValue remainder(TileValue a, TileValue b) throws UnfitGraphException {
    int[] shape = TileValue.common(a.shape(), b.shape());
    if (a.isKnown() && b.isKnown()) {
      return known(TileKind.WHOLE, shape, a, b, Math::floorMod);
    }
    if (a.kind() == TileKind.NUMBER) {
      throw new UnfitGraphException("a remainder of numbers");
    }
    TileValue quotient =
        unary(TileOperation.FLOOR, binary(TileOperation.DIVIDE, asNumbers(a), asNumbers(b)));
    TileValue whole = new TileValue(TileKind.WHOLE, quotient.shape(), quotient.rows());
    return binary(TileOperation.SUBTRACT, a, binary(TileOperation.MULTIPLY, whole, b));
  }

  /** The same numbers, as those of float32. */
  TileValue asNumbers(TileValue value) {
    return new TileValue(value.shape(), code.numbers(value.rows()));
  }

  /** The numbers by the code of a type. */
  TileValue cast(OnnxNode node, TileValue value) throws UnfitGraphException {
    int type = Math.toIntExact(node.attribute("to", 0));
    boolean isTruth = value.kind() == TileKind.TRUTH;
    if (type == OnnxConstant.FLOAT) {
      return asNumbers(value);
    }
    if ((type == OnnxConstant.INT64 || type == OnnxConstant.INT32)
        && value.kind() != TileKind.NUMBER) {
      return new TileValue(TileKind.WHOLE, value.shape(), value.rows());
    }
    if (type == OnnxConstant.BOOL && isTruth) {
      return value;
    }
    if (type == OnnxConstant.BOOL && value.kind() == TileKind.WHOLE) {
      TileValue zero = new TileValue(TileKind.WHOLE, new int[0], new int[] {code.whole(0)});
      return not(binary(TileOperation.EQUAL, value, zero));
    }
    throw new UnfitGraphException("a Cast of another kind");
  }

  /** Numbers of a or of b. */
  TileValue where(TileValue test, TileValue a, TileValue b) throws UnfitGraphException {
    int[] shape = TileValue.common(test.shape(), TileValue.common(a.shape(), b.shape()));
    int[] tests = test.spread(shape);
    int[] first = a.spread(shape);
    int[] second = b.spread(shape);
    if (test.isKnown()) {
      int[] rows = new int[tests.length];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = code.wholeNumber(tests[i]) != 0 ? first[i] : second[i];
      }
      return a.with(shape, rows);
    }
    return a.with(shape, select(tests, first, second));
  }

  private int[] select(int[] tests, int[] first, int[] second) {
    IntStream both = IntStream.concat(IntStream.of(first), IntStream.of(second));
    int[] rows = IntStream.concat(IntStream.of(tests), both).toArray();
    return code.add(TileOperation.SELECT, tests.length, new int[0], rows);
  }

  TileValue clip(OnnxNode node, List<@Nullable TileValue> inputs) throws UnfitGraphException {
    TileValue value = TileMoves.given(inputs, 0);
    int[] bounds = {
      bound(node, inputs, 1, Float.NEGATIVE_INFINITY),
      bound(node, inputs, 2, Float.POSITIVE_INFINITY)
    };
    if (value.kind() != TileKind.NUMBER) {
      throw new UnfitGraphException("a Clip of whole numbers");
    }
    return value.with(
        value.shape(), code.add(TileOperation.CLIP, value.rows().length, bounds, value.rows()));
  }

  private int bound(OnnxNode node, List<@Nullable TileValue> inputs, int input, float otherwise)
      throws UnfitGraphException {
    float bound = node.hasInput(input) ? constant(TileMoves.given(inputs, input)) : otherwise;
    return Float.floatToRawIntBits(bound);
  }

  /** The one number of a constant. */
  private float constant(TileValue value) throws UnfitGraphException {
    int row = code.numbers(value.rows())[0];
    if (value.rows().length != 1 || !TileRows.isConstant(row)) {
      throw new UnfitGraphException("a bound or an exponent is no constant");
    }
    return code.number(row);
  }

  /** A power as ONNX Runtime computes it without a logarithm. */
  TileValue power(TileValue value, TileValue exponent) throws UnfitGraphException {
    float number = constant(exponent);
    if (number == 1) {
      return value;
    }
    if (number == 2) {
      return binary(TileOperation.MULTIPLY, value, value);
    }
    if (number == 3) {
      TileValue square = binary(TileOperation.MULTIPLY, value, value);
      return binary(TileOperation.MULTIPLY, square, value);
    }
    if (number == 0.5f) {
      return unary(TileOperation.SQRT, value);
    }
    if (number == -1) {
      return reciprocal(value);
    }
    throw new UnfitGraphException("a power of " + number);
  }

  TileValue reciprocal(TileValue value) throws UnfitGraphException {
    return binary(TileOperation.DIVIDE, number(1), value);
  }

  /** max(x, 0) + log1p(exp(-|x|)), where log1p(y) = log(u) y / (u - 1) with u = 1 + y. */
  TileValue softplus(TileValue value) throws UnfitGraphException {
    TileValue size = unary(TileOperation.MAGNITUDE, value);
    TileValue y = unary(TileOperation.EXP, unary(TileOperation.NEGATE, size));
    TileValue u = binary(TileOperation.ADD, y, number(1));
    TileValue rest = binary(TileOperation.SUBTRACT, u, number(1));
    TileValue log = unary(TileOperation.LOG, u);
    TileValue ratio = binary(TileOperation.DIVIDE, binary(TileOperation.MULTIPLY, log, y), rest);
    TileValue isSeen = binary(TileOperation.GREATER, rest, number(0));
    TileValue positive = binary(TileOperation.LARGER, value, number(0));
    return binary(TileOperation.ADD, positive, where(isSeen, ratio, y));
  }

  TileValue leakyRelu(OnnxNode node, TileValue value) throws UnfitGraphException {
    TileValue below = binary(TileOperation.MULTIPLY, value, number(node.decimal("alpha", 0.01f)));
    return where(binary(TileOperation.LESS, value, number(0)), below, value);
  }

  /** The sum of some values, in their order. */
  TileValue sum(List<TileValue> terms) throws UnfitGraphException {
    int[] shape = new int[0];
    for (TileValue term : terms) {
      shape = TileValue.common(shape, term.shape());
    }
    int[] index = new int[shape.length];
    int[] rows = new int[TileValue.size(shape)];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = sum(terms.stream().mapToInt(term -> term.rowAt(index)).toArray());
      TileValue.next(index, shape);
    }
    return terms.get(0).with(shape, rows);
  }

  private int sum(int[] terms) {
    return code.add(TileOperation.SUM, 1, new int[] {terms.length}, terms)[0];
  }

  /** The parts of a value along an axis, of size 1 there. */
  private static List<TileValue> parts(TileValue value, int axis) throws UnfitGraphException {
    List<TileValue> parts = new ArrayList<>();
    for (int i = 0; i < value.size(axis); i++) {
      parts.add(TileMoves.taken(value, axis, i));
    }
    if (parts.isEmpty()) {
      throw new UnfitGraphException("nothing along an axis");
    }
    return parts;
  }

  TileValue sum(TileValue value, int axis) throws UnfitGraphException {
    return sum(parts(value, axis));
  }

  TileValue mean(TileValue value, int axis) throws UnfitGraphException {
    return binary(TileOperation.DIVIDE, sum(value, axis), number(value.size(axis)));
  }

  /** The largest or smallest along an axis. */
  TileValue most(TileOperation operation, TileValue value, int axis) throws UnfitGraphException {
    return all(operation, parts(value, axis));
  }

  TileValue softmax(TileValue value, int axis) throws UnfitGraphException {
    TileValue largest = most(TileOperation.LARGER, value, axis);
    TileValue weights = unary(TileOperation.EXP, binary(TileOperation.SUBTRACT, value, largest));
    return binary(TileOperation.DIVIDE, weights, sum(weights, axis));
  }

  TileValue cumulativeSum(OnnxNode node, TileValue value, long axis) throws UnfitGraphException {
    if (node.attribute("exclusive", 0) != 0 || node.attribute("reverse", 0) != 0) {
      throw new UnfitGraphException("a CumSum of another kind");
    }
    int along = value.axis(axis);
    List<TileValue> sums = new ArrayList<>();
    for (TileValue part : parts(value, along)) {
      TileValue before = sums.isEmpty() ? null : sums.get(sums.size() - 1);
      sums.add(before == null ? part : binary(TileOperation.ADD, before, part));
    }
    return TileMoves.joined(sums, along);
  }

  /** Numbers at places along an axis that are computed, counted from the end where below 0. */
  TileValue gatherElements(OnnxNode node, TileValue value, TileValue places)
      throws UnfitGraphException {
    int axis = value.axis(node.attribute("axis", 0));
    int[] shape = places.shape();
    int[] one = value.shape().clone();
    one[axis] = shape[axis];
    if (!Arrays.equals(one, shape)) {
      throw new UnfitGraphException("places of another shape");
    }
    List<TileValue> parts = parts(value, axis);
    TileValue size = number(parts.size());
    TileValue place = asNumbers(places);
    TileValue isBelow = binary(TileOperation.LESS, place, number(0));
    place = where(isBelow, binary(TileOperation.ADD, place, size), place);
    TileValue found = parts.get(0).with(shape, parts.get(0).spread(shape));
    for (int i = 1; i < parts.size(); i++) {
      TileValue isHere = binary(TileOperation.GREATER, place, number(i - 0.5f));
      found = where(isHere, parts.get(i), found);
    }
    return found;
  }
}
