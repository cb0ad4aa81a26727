package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that only move numbers: Concat, Split, Gather, Transpose, Reshape and others. They cost
 * nothing, because a value is a list of the rows where its numbers are. So are sizes and other
 * whole numbers that the translation knows.
 */
final class TileMoves {
  private final TileCode code;

  TileMoves(TileCode code) {
    this.code = code;
  }

  /** The numbers of a value that the translation knows. */
  long[] known(TileValue value) {
    return IntStream.of(value.rows()).mapToLong(code::wholeNumber).toArray();
  }

  private TileValue wholes(long... values) {
    int[] rows = LongStream.of(values).mapToInt(code::whole).toArray();
    return new TileValue(TileKind.WHOLE, new int[] {values.length}, rows);
  }

  TileValue concat(OnnxNode node, List<TileValue> parts) throws UnfitGraphException {
    return joined(parts, parts.get(0).axis(node.attribute("axis", 0)));
  }

  /** Values one after the other along an axis. */
  static TileValue joined(List<TileValue> parts, int axis) throws UnfitGraphException {
    int[] shape = parts.get(0).shape().clone();
    shape[axis] = 0;
    for (TileValue part : parts) {
      if (part.rank() != shape.length || part.kind() != parts.get(0).kind()) {
        throw new UnfitGraphException("parts do not fit each other");
      }
      shape[axis] = Math.addExact(shape[axis], part.size(axis));
    }
    for (TileValue part : parts) {
      for (int i = 0; i < shape.length; i++) {
        if (i != axis && part.shape()[i] != shape[i]) {
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
    return parts.get(0).with(shape, rows);
  }

  List<TileValue> split(OnnxNode node, TileValue value, TileValue sizes)
      throws UnfitGraphException {
    int axis = value.axis(node.attribute("axis", 0));
    List<TileValue> parts = new ArrayList<>();
    int from = 0;
    for (long one : known(sizes)) {
      int size = Math.toIntExact(one);
      if (size < 0) {
        throw new UnfitGraphException("a part has no size");
      }
      parts.add(taken(value, axis, IntStream.range(from, from + size).toArray()));
      from += size;
    }
    if (from != value.shape()[axis]) {
      throw new UnfitGraphException("the parts are not the whole");
    }
    return parts;
  }

  /** The numbers at some places along an axis. */
  static TileValue taken(TileValue value, int axis, int... some) throws UnfitGraphException {
    value.size(axis);
    int[] shape = value.shape().clone();
    shape[axis] = some.length;
    int[] rows = new int[TileValue.size(shape)];
    int[] index = new int[shape.length];
    for (int r = 0; r < rows.length; r++) {
      int[] at = index.clone();
      at[axis] = some[index[axis]];
      rows[r] = value.rowAt(at);
      TileValue.next(index, shape);
    }
    return value.with(shape, rows);
  }

  TileValue gather(OnnxNode node, TileValue value, TileValue indices) throws UnfitGraphException {
    int axis = value.axis(node.attribute("axis", 0));
    int size = value.size(axis);
    int[] some = LongsToInts.of(known(indices));
    for (int i = 0; i < some.length; i++) {
      some[i] += some[i] < 0 ? size : 0;
      if (some[i] < 0 || some[i] >= size) {
        throw new UnfitGraphException("an index is out of range");
      }
    }
    TileValue found = taken(value, axis, some);
    if (indices.rank() > 1) {
      throw new UnfitGraphException("a Gather of several axes");
    }
    return indices.rank() == 0 ? without(found, Set.of(axis)) : found;
  }

  TileValue slice(OnnxNode node, List<@Nullable TileValue> inputs) throws UnfitGraphException {
    TileValue value = given(inputs, 0);
    long[] starts = known(given(inputs, 1));
    long[] ends = known(given(inputs, 2));
    long[] axes =
        node.hasInput(3) ? known(given(inputs, 3)) : LongStream.range(0, starts.length).toArray();
    long[] steps = new long[starts.length];
    Arrays.fill(steps, 1);
    if (node.hasInput(4)) {
      steps = known(given(inputs, 4));
    }
    for (int i = 0; i < starts.length; i++) {
      int axis = value.axis(axes[i]);
      long size = FreeAxes.size(value.shape()[axis]);
      int[] some = places(starts[i], ends[i], steps[i], size, value.shape()[axis] < 0);
      value = some == null ? value : taken(value, axis, some);
    }
    return value;
  }

  /** The places of a slice; null: all. */
  private static int @Nullable [] places(long start, long end, long step, long size, boolean isFree)
      throws UnfitGraphException {
    if (step == 0) {
      throw new UnfitGraphException("a Slice without steps");
    }
    long first = start < 0 ? start + size : start;
    long last = end < 0 ? Math.max(end, -size - 1) + size : end;
    if (step > 0) {
      first = Math.max(0, Math.min(first, size));
      last = Math.max(0, Math.min(last, size));
    } else {
      first = Math.max(-1, Math.min(first, size - 1));
      last = Math.max(-1, Math.min(last, size - 1));
    }
    if (step == 1 && first == 0 && last == size) {
      return null;
    }
    if (isFree) {
      throw new UnfitGraphException("parts of the samples");
    }
    IntStream.Builder some = IntStream.builder();
    for (long place = first; step > 0 ? place < last : place > last; place += step) {
      some.add((int) place);
    }
    return some.build().toArray();
  }

  TileValue pad(OnnxNode node, List<@Nullable TileValue> inputs) throws UnfitGraphException {
    OnnxNode.Attribute mode = node.attributes().get("mode");
    TileValue value = given(inputs, 0);
    long[] pads = known(given(inputs, 1));
    boolean constant = mode == null || mode.text().equals("constant");
    if (!constant || pads.length != 2 * value.rank() || inputs.size() > 3) {
      throw new UnfitGraphException("a Pad of another kind");
    }
    int filling =
        node.hasInput(2)
            ? given(inputs, 2).rows()[0]
            : value.kind() == TileKind.NUMBER ? code.constant(0) : code.whole(0);
    for (int axis = 0; axis < value.rank(); axis++) {
      List<TileValue> parts = new ArrayList<>();
      int before = Math.toIntExact(pads[axis]);
      int after = Math.toIntExact(pads[axis + value.rank()]);
      if (before < 0 || after < 0) {
        throw new UnfitGraphException("a Pad that takes away");
      }
      if (before + after > 0) {
        value.size(axis);
        parts.add(filled(value, axis, before, filling));
        parts.add(value);
        parts.add(filled(value, axis, after, filling));
        value = joined(parts, axis);
      }
    }
    return value;
  }

  private static TileValue filled(TileValue value, int axis, int count, int row) {
    int[] shape = value.shape().clone();
    shape[axis] = count;
    int[] rows = new int[TileValue.size(shape)];
    Arrays.fill(rows, row);
    return value.with(shape, rows);
  }

  TileValue transpose(OnnxNode node, TileValue value) throws UnfitGraphException {
    OnnxNode.Attribute axes = node.attributes().get("perm");
    if (axes == null || !isPermutation(axes.integers(), value.rank())) {
      throw new UnfitGraphException("a Transpose without the order of all axes");
    }
    int[] order = LongsToInts.of(axes.integers());
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
    return value.with(shape, rows);
  }

  private static boolean isPermutation(long[] axes, int rank) {
    long[] sorted = LongStream.of(axes).sorted().toArray();
    return Arrays.equals(sorted, LongStream.range(0, rank).toArray());
  }

  TileValue squeeze(TileValue value, TileValue axes) throws UnfitGraphException {
    Set<Integer> gone = new HashSet<>();
    for (long axis : known(axes)) {
      gone.add(value.axis(axis));
      if (value.shape()[value.axis(axis)] != 1) {
        throw new UnfitGraphException("a Squeeze of an axis that is not 1");
      }
    }
    return without(value, gone);
  }

  static TileValue without(TileValue value, Set<Integer> axes) {
    return value.as(
        IntStream.range(0, value.rank())
            .filter(axis -> !axes.contains(axis))
            .map(axis -> value.shape()[axis])
            .toArray());
  }

  TileValue unsqueeze(TileValue value, TileValue axes) {
    int rank = value.rank() + axes.rows().length;
    List<Integer> shape = new ArrayList<>(IntStream.of(value.shape()).boxed().toList());
    LongStream.of(known(axes))
        .map(axis -> axis < 0 ? axis + rank : axis)
        .sorted()
        .forEach(axis -> shape.add(Math.toIntExact(axis), 1));
    return value.as(shape.stream().mapToInt(size -> size).toArray());
  }

  TileValue shape(OnnxNode node, TileValue value) throws UnfitGraphException {
    int start = value.axis(node.attribute("start", 0));
    long end = node.attribute("end", value.rank());
    if (end > value.rank()) {
      throw new UnfitGraphException("more axes than there are");
    }
    int last = end == value.rank() ? (int) end : value.axis(end);
    return wholes(sizes(Arrays.copyOfRange(value.shape(), start, last)));
  }

  private static long[] sizes(int[] shape) {
    return IntStream.of(shape).mapToLong(FreeAxes::size).toArray();
  }

  /** The numbers keep their order, so that the free axes have as many numbers before them. */
  TileValue reshape(OnnxNode node, TileValue value, TileValue target) throws UnfitGraphException {
    long[] sizes = known(target).clone();
    long all = LongStream.of(sizes(value.shape())).reduce(1, Math::multiplyExact);
    int inferred = -1;
    long others = 1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == 0 && node.attribute("allowzero", 0) == 0) {
        sizes[i] = FreeAxes.size(value.shape()[i]);
      }
      if (sizes[i] == -1) {
        inferred = i;
      } else {
        others = Math.multiplyExact(others, sizes[i]);
      }
    }
    if (inferred >= 0 && others > 0) {
      sizes[inferred] = all / others;
      others *= sizes[inferred];
    }
    int[] shape = new int[sizes.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = FreeAxes.axis(sizes[i]);
    }
    if (others != all || !free(shape).equals(free(value.shape()))) {
      throw new UnfitGraphException("a Reshape of another kind");
    }
    return value.as(shape);
  }

  /** The free axes of a shape, each with the size of what is before it. */
  private static List<List<Integer>> free(int[] shape) {
    List<List<Integer>> found = new ArrayList<>();
    int before = 1;
    for (int size : shape) {
      if (size == TileValue.POINTS) {
        found.add(List.of(TileValue.OBJECTS, before));
        found.add(List.of(TileValue.SAMPLES, before));
      } else if (size < 0) {
        found.add(List.of(size, before));
      } else {
        before *= size;
      }
    }
    return found;
  }

  TileValue expand(TileValue value, TileValue sizes) throws UnfitGraphException {
    int[] shape = TileValue.common(value.shape(), axes(sizes));
    return value.with(shape, value.spread(shape));
  }

  private int[] axes(TileValue sizes) throws UnfitGraphException {
    long[] all = known(sizes);
    int[] axes = new int[all.length];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = FreeAxes.axis(all[i]);
    }
    return axes;
  }

  TileValue constantOfShape(OnnxNode node, TileValue sizes) throws UnfitGraphException {
    int[] shape = axes(sizes);
    OnnxNode.Attribute value = node.attributes().get("value");
    OnnxConstant constant =
        value == null || value.constant() == null
            ? new OnnxConstant.Numbers(new int[] {1}, new float[1])
            : value.constant();
    TileValue one = constant(constant);
    int[] rows = new int[TileValue.size(shape)];
    Arrays.fill(rows, one.rows()[0]);
    return one.with(shape, rows);
  }

  /** A constant of the graph. */
  TileValue constant(OnnxConstant constant) throws UnfitGraphException {
    if (constant instanceof OnnxConstant.Numbers numbers) {
      int[] rows = new int[TileValue.size(numbers.shape())];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = code.constant(numbers.values()[i]);
      }
      return new TileValue(numbers.shape(), rows);
    }
    if (constant instanceof OnnxConstant.Wholes wholes) {
      int[] rows = LongStream.of(wholes.values()).mapToInt(code::whole).toArray();
      return new TileValue(wholes.kind(), wholes.shape(), rows);
    }
    throw new UnfitGraphException("a constant of another type");
  }

  static TileValue given(List<@Nullable TileValue> inputs, int index) throws UnfitGraphException {
    TileValue value = index < inputs.size() ? inputs.get(index) : null;
    if (value == null) {
      throw new UnfitGraphException("an input is missing");
    }
    return value;
  }
}
