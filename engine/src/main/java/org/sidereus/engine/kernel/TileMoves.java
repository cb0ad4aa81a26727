package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The values of a graph, and its nodes that only move numbers: Concat, Split, Gather, Transpose,
 * Reshape and others. They cost nothing, because a value is a list of the rows where its numbers
 * are.
 */
abstract class TileMoves {
  private static final int MOST_LISTED = 1 << 24;

  final OnnxModel model;

  final TileCode code;

  final Map<String, TileValue> values = new HashMap<>();

  /** Shapes that the graph computes with. */
  final Map<String, int[]> shapes = new HashMap<>();

  private int listed;

  /** Products that wait for their bias. */
  final Map<String, WaitingProduct> waiting = new HashMap<>();

  TileMoves(OnnxModel model, TileCode code) {
    this.model = model;
    this.code = code;
  }

  record WaitingProduct(float[] weight, int count, int[] inputs, int[] shape) {}

  TileValue value(String name) throws UnfitGraphException {
    WaitingProduct product = waiting.remove(name);
    if (product != null) {
      return put(name, product.shape, finish(product, new int[0]));
    }
    TileValue value = values.get(name);
    if (value != null) {
      return value;
    }
    OnnxModel.Constant constant = model.floats().get(name);
    if (constant == null) {
      throw new UnfitGraphException("it needs " + name);
    }
    int[] rows = new int[TileValue.size(constant.shape())];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = code.constant(constant.values()[i]);
    }
    return new TileValue(constant.shape(), rows);
  }

  TileValue put(String name, int[] shape, int[] rows) {
    TileValue value = new TileValue(shape, rows);
    requireFew(value);
    values.put(name, value);
    return value;
  }

  void put(OnnxModel.Node node, TileValue value) {
    requireFew(value);
    values.put(node.outputs().get(0), value);
  }

  TileValue input(OnnxModel.Node node, int index) throws UnfitGraphException {
    return value(node.inputs().get(index));
  }

  int[] finish(WaitingProduct product, int[] bias) {
    return code.product(product.weight, product.count, product.inputs, bias);
  }

  /** Moves cost no rows, but lists of places. */
  private void requireFew(TileValue value) {
    listed = Math.addExact(listed, value.rows().length);
    if (listed > MOST_LISTED) {
      throw new IllegalArgumentException("a graph has too many values");
    }
  }

  static int[] common(int[] a, int[] b) throws UnfitGraphException {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      int one = i <= a.length ? a[a.length - i] : 1;
      int other = i <= b.length ? b[b.length - i] : 1;
      if (one != other && one != 1 && other != 1) {
        throw new UnfitGraphException("shapes do not fit each other");
      }
      shape[shape.length - i] = one == 1 ? other : one;
    }
    for (int free = TileValue.POINTS; free < 0; free++) {
      int axis = free;
      if (IntStream.of(shape).filter(size -> size == axis).count() > 1) {
        throw new UnfitGraphException("pairs of samples");
      }
    }
    return shape;
  }

  static int[] spread(TileValue value, int[] shape) {
    int[] rows = new int[TileValue.size(shape)];
    int[] index = new int[shape.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = value.rowAt(index);
      TileValue.next(index, shape);
    }
    return rows;
  }

  static void requireSize(int size, int expected) throws UnfitGraphException {
    if (size != expected) {
      throw new UnfitGraphException("sizes of a product do not fit");
    }
  }

  static TileValue without(TileValue value, Set<Integer> axes) {
    return value.as(
        IntStream.range(0, value.rank())
            .filter(axis -> !axes.contains(axis))
            .map(axis -> value.shape()[axis])
            .toArray());
  }

  long[] longs(OnnxModel.Node node, int input) throws UnfitGraphException {
    long[] values = model.longs().get(node.inputs().get(input));
    if (values == null) {
      throw new UnfitGraphException("axes or sizes are no constants");
    }
    return values;
  }

  void concat(OnnxModel.Node node) throws UnfitGraphException {
    if (shapes.containsKey(node.inputs().get(0))
        || model.longs().containsKey(node.inputs().get(0))) {
      IntStream.Builder sizes = IntStream.builder();
      for (String name : node.inputs()) {
        IntStream.of(sizes(name)).forEach(sizes::add);
      }
      shapes.put(node.outputs().get(0), sizes.build().toArray());
      return;
    }
    List<TileValue> parts = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      parts.add(input(node, i));
    }
    int axis = parts.get(0).axis(node.attribute("axis", 0));
    int[] shape = parts.get(0).shape().clone();
    shape[axis] = parts.stream().mapToInt(part -> part.shape()[axis]).reduce(0, Math::addExact);
    for (TileValue part : parts) {
      for (int i = 0; i < shape.length; i++) {
        boolean fits = i == axis ? part.shape()[i] > 0 : part.shape()[i] == shape[i];
        if (part.rank() != shape.length || !fits) {
          throw new UnfitGraphException("parts do not fit each other");
        }
      }
    }
    int[] rows = new int[TileValue.size(shape)];
    int[] index = new int[shape.length];
    for (int r = 0; r < rows.length; r++) {
      int[] at = index.clone();
      int part = 0;
      while (at[axis] >= parts.get(part).shape()[axis]) {
        at[axis] -= parts.get(part++).shape()[axis];
      }
      rows[r] = parts.get(part).rowAt(at);
      TileValue.next(index, shape);
    }
    put(node, new TileValue(shape, rows));
  }

  int[] sizes(String name) throws UnfitGraphException {
    int[] known = shapes.get(name);
    if (known != null) {
      return known;
    }
    long[] values = model.longs().get(name);
    if (values == null) {
      throw new UnfitGraphException("a shape is not known");
    }
    return LongsToInts.of(values);
  }

  void split(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    int axis = value.axis(node.attribute("axis", 0));
    int from = 0;
    long[] sizes = longs(node, 1);
    for (int i = 0; i < sizes.length; i++) {
      int size = Math.toIntExact(sizes[i]);
      if (size < 0) {
        throw new UnfitGraphException("a part has no size");
      }
      TileValue part = taken(value, axis, IntStream.range(from, from + size).toArray());
      put(node.outputs().get(i), part.shape(), part.rows());
      from += size;
    }
    requireSize(from, value.shape()[axis]);
  }

  static TileValue taken(TileValue value, int axis, int[] some) throws UnfitGraphException {
    int[] shape = value.shape().clone();
    if (shape[axis] < 0) {
      throw new UnfitGraphException("parts of the samples");
    }
    shape[axis] = some.length;
    int[] rows = new int[TileValue.size(shape)];
    int[] index = new int[shape.length];
    for (int r = 0; r < rows.length; r++) {
      int[] at = index.clone();
      at[axis] = some[index[axis]];
      rows[r] = value.rowAt(at);
      TileValue.next(index, shape);
    }
    return new TileValue(shape, rows);
  }

  void gather(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    int axis = value.axis(node.attribute("axis", 0));
    int size = value.shape()[axis];
    int[] some = LongsToInts.of(longs(node, 1));
    for (int i = 0; i < some.length; i++) {
      some[i] += some[i] < 0 ? size : 0;
      if (some[i] < 0 || some[i] >= size) {
        throw new UnfitGraphException("an index is out of range");
      }
    }
    put(node, taken(value, axis, some));
  }

  void transpose(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    long[] axes = node.attributes().get("perm");
    if (axes == null || !isPermutation(axes, value.rank())) {
      throw new UnfitGraphException("a Transpose without the order of all axes");
    }
    int[] order = LongsToInts.of(axes);
    int[] shape = IntStream.of(order).map(axis -> value.shape()[axis]).toArray();
    int[] rows = new int[value.rows().length];
    int[] index = new int[shape.length];
    for (int r = 0; r < rows.length; r++) {
      int[] at = new int[shape.length];
      for (int i = 0; i < order.length; i++) {
        at[order[i]] = index[i];
      }
      rows[r] = value.rowAt(at);
      TileValue.next(index, shape);
    }
    put(node, new TileValue(shape, rows));
  }

  private static boolean isPermutation(long[] axes, int rank) {
    long[] sorted = LongStream.of(axes).sorted().toArray();
    return Arrays.equals(sorted, LongStream.range(0, rank).toArray());
  }

  void squeeze(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    Set<Integer> gone = new HashSet<>();
    for (long axis : longs(node, 1)) {
      gone.add(value.axis(axis));
      requireSize(value.shape()[value.axis(axis)], 1);
    }
    put(node, without(value, gone));
  }

  void unsqueeze(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    List<Integer> shape = new ArrayList<>(IntStream.of(value.shape()).boxed().toList());
    for (int axis : IntStream.of(LongsToInts.of(longs(node, 1))).sorted().toArray()) {
      // an axis that is counted from the end is no index here
      shape.add(axis, 1);
    }
    put(node, value.as(shape.stream().mapToInt(size -> size).toArray()));
  }

  void shape(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    int start = value.axis(node.attribute("start", 0));
    long end = node.attribute("end", value.rank());
    if (end > value.rank()) {
      throw new UnfitGraphException("more axes than there are");
    }
    shapes.put(
        node.outputs().get(0),
        Arrays.copyOfRange(
            value.shape(), start, end == value.rank() ? (int) end : value.axis(end)));
  }

  /** Only samples of objects to points and back, with the numbers of a point last. */
  void reshape(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    int[] target = sizes(node.inputs().get(1));
    int[] from = value.shape();
    int width = from[from.length - 1];
    if (width < 1 || target[target.length - 1] != width) {
      throw new UnfitGraphException("a Reshape of another kind");
    }
    int[] samples = {TileValue.OBJECTS, TileValue.SAMPLES, width};
    int[] points = {TileValue.POINTS, width};
    int[] flat = {-1, width};
    boolean literal = model.longs().containsKey(node.inputs().get(1));
    if (Arrays.equals(from, samples) && literal && Arrays.equals(target, flat)) {
      put(node, value.as(points));
    } else if (Arrays.equals(from, points) && !literal && Arrays.equals(target, samples)) {
      put(node, value.as(samples));
    } else {
      throw new UnfitGraphException("a Reshape of another kind");
    }
  }

  void expand(OnnxModel.Node node) throws UnfitGraphException {
    TileValue value = input(node, 0);
    String name = node.inputs().get(1);
    if (!shapes.containsKey(name)) {
      throw new UnfitGraphException("an Expand to a constant shape");
    }
    int[] shape = common(value.shape(), sizes(name));
    put(node, new TileValue(shape, spread(value, shape)));
  }

  /** Truth values are 1 and 0 already. */
  void cast(OnnxModel.Node node) throws UnfitGraphException {
    if (node.attribute("to", 0) != 1 || !values.containsKey(node.inputs().get(0))) {
      throw new UnfitGraphException("a Cast of another kind");
    }
    put(node, input(node, 0));
  }
}
