package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Collects the instructions of a {@link TileProgram} and gives each row its place. */
final class TileCode {
  /** A graph with more values is left to ONNX Runtime. */
  private static final int MOST = 1 << 20;

  /**
   * A larger whole number is a size of the objects or samples, which a program does not know, or
   * none that float32 keeps.
   */
  private static final long LARGEST = 1 << 19;

  /** So is one with more weights. */
  private static final int MOST_WEIGHTS = 1 << 26;

  /** And one whose tile has more rows at the same time: 16 MiB for each thread. */
  private static final int MOST_PLACES = 1 << 16;

  private static final int MOST_OPERANDS = 1 << 24;

  private final int features;
  private final int matrix;
  private final int parameters;
  private final List<TileInstruction> instructions = new ArrayList<>();
  private final Map<Float, Integer> constants = new HashMap<>();
  private final List<Float> numbers = new ArrayList<>();
  private final List<Long> wholes = new ArrayList<>();
  private final List<float[]> weights = new ArrayList<>();
  private int weightCount;
  private int operands;
  private int columns;
  private int rows;

  /** The features and the matrix are the first columns, the noise the first rows. */
  TileCode(int features, int matrix, int parameters) {
    this.features = features;
    this.matrix = matrix;
    this.parameters = parameters;
    columns = features + matrix;
    rows = parameters;
  }

  int constant(float value) {
    // by bits: 0 and -0 differ
    Integer place = constants.get(value);
    if (place == null) {
      place = numbers.size();
      constants.put(value, place);
      numbers.add(value);
    }
    requireFew(place, MOST);
    return TileRows.constant(place);
  }

  /** The number of a row that {@link #constant} gave. */
  float number(int row) {
    if (!TileRows.isConstant(row)) {
      throw new IllegalArgumentException("a number is no constant");
    }
    return numbers.get(TileRows.place(row));
  }

  /** The row of a whole number that the translation knows. */
  int whole(long value) {
    wholes.add(value);
    requireFew(wholes.size(), MOST_OPERANDS);
    return TileRows.whole(wholes.size() - 1);
  }

  /** The number of a row that {@link #whole} gave. */
  long wholeNumber(int row) {
    if (!TileRows.isWhole(row)) {
      throw new IllegalArgumentException("a whole number is not known");
    }
    return wholes.get(TileRows.place(row));
  }

  /** The rows with whole numbers as constants. */
  int[] numbers(int[] some) {
    return IntStream.of(some).map(this::asConstant).toArray();
  }

  private int asConstant(int row) {
    if (!TileRows.isWhole(row)) {
      return row;
    }
    long value = wholeNumber(row);
    if (Math.abs(value) > LARGEST) {
      throw new IllegalArgumentException("a size is used as a number");
    }
    return constant(value);
  }

  private static void requireFew(int some, int most) {
    if (some > most) {
      throw new IllegalArgumentException("a graph has too many values");
    }
  }

  /** Results of an operation on some rows: for each object only where no row is of the tile. */
  int[] add(TileOperation operation, int count, int[] parameters, int... inputs) {
    int[] from = numbers(inputs);
    boolean samples = IntStream.of(from).anyMatch(TileRows::isTile);
    int out = samples ? rows : TileRows.column(columns);
    instructions.add(new TileInstruction(operation, samples, out, count, parameters, from));
    if (samples) {
      rows += count;
    } else {
      columns += count;
    }
    if (count < 1) {
      throw new IllegalArgumentException("a value without numbers");
    }
    requireFew(Math.max(rows, columns), MOST);
    operands += inputs.length;
    requireFew(operands, MOST_OPERANDS);
    return IntStream.range(out, out + count).toArray();
  }

  /**
   * A product of weights [count, k] and k rows.
   *
   * @param operation a product
   * @param bias one row for each result, or none
   */
  int[] product(TileOperation operation, float[] weight, int count, int[] inputs, int[] bias) {
    boolean samples =
        IntStream.concat(IntStream.of(inputs), IntStream.of(bias)).anyMatch(TileRows::isTile);
    int[] ready = IntStream.of(inputs).map(row -> inRow(row, samples)).toArray();
    int[] sizes = {ready.length, weightCount, 0};
    weights.add(weight);
    weightCount = Math.addExact(weightCount, weight.length);
    requireFew(weightCount, MOST_WEIGHTS);
    int[] all = Arrays.copyOf(ready, ready.length + bias.length);
    System.arraycopy(bias, 0, all, ready.length, bias.length);
    return add(operation, count, sizes, all);
  }

  /** A product of a matrix [count, k] of the object and k rows of the tile. */
  int[] objectProduct(int[] factor, int count, int[] inputs) {
    int[] all = Arrays.copyOf(factor, factor.length + inputs.length);
    for (int i = 0; i < inputs.length; i++) {
      all[factor.length + i] = inRow(inputs[i], true);
    }
    return add(TileOperation.OBJECT_PRODUCT, count, new int[] {inputs.length}, all);
  }

  /** Products read rows; what is the same for all of a tile is copied to one. */
  private int inRow(int row, boolean samples) {
    boolean ready = samples ? TileRows.isTile(row) : TileRows.isColumn(row);
    if (ready) {
      return row;
    }
    int out = samples ? rows++ : TileRows.column(columns++);
    instructions.add(
        new TileInstruction(
            TileOperation.COPY, samples, out, 1, new int[] {0, 0}, numbers(new int[] {row})));
    return out;
  }

  /** Puts an activation behind the instruction that made these rows, if that is a product. */
  boolean activate(int[] results, TileOperation activation) {
    for (int i = instructions.size() - 1; i >= 0; i--) {
      TileInstruction one = instructions.get(i);
      if (one.out() == results[0]) {
        if (one.count() != results.length || !one.isPlainProduct()) {
          return false;
        }
        instructions.set(i, one.activated(activation));
        return true;
      }
    }
    return false;
  }

  /** The program with some outputs, whose values are rows each. */
  TileProgram build(Map<String, int[]> outputs) {
    int[] places = new int[rows];
    int tileRows = place(places, outputs);
    requireFew(tileRows, MOST_PLACES);
    int first = numbers.size();
    IntStream.Builder objectCode = IntStream.builder();
    IntStream.Builder sampleCode = IntStream.builder();
    for (TileInstruction one : instructions) {
      if (one.samples()) {
        one.encode(row -> inTile(row, places, first)).forEach(sampleCode::add);
      } else {
        one.encode(row -> TileRows.isColumn(row) ? TileRows.place(row) : ~TileRows.place(row))
            .forEach(objectCode::add);
      }
    }
    IntStream.Builder out = IntStream.builder();
    outputs.forEach(
        (name, values) -> {
          out.add(values.length);
          IntStream.of(values).map(row -> inTile(row, places, first)).forEach(out::add);
        });
    float[] scalars = new float[first];
    for (int i = 0; i < first; i++) {
      scalars[i] = numbers.get(i);
    }
    float[] allWeights = new float[weightCount];
    int at = 0;
    for (float[] some : weights) {
      System.arraycopy(some, 0, allWeights, at, some.length);
      at += some.length;
    }
    return new TileProgram(
        new int[] {features, matrix, parameters, columns, tileRows},
        objectCode.build().toArray(),
        sampleCode.build().toArray(),
        out.build().toArray(),
        scalars,
        allWeights);
  }

  private static int inTile(int row, int[] places, int constants) {
    if (TileRows.isTile(row)) {
      return places[row];
    }
    return TileRows.isColumn(row) ? ~(constants + TileRows.place(row)) : ~TileRows.place(row);
  }

  /**
   * Gives rows that are never needed at the same time the same place, so that a tile stays in the
   * first cache.
   *
   * @return number of places
   */
  private int place(int[] places, Map<String, int[]> outputs) {
    Map<Integer, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < instructions.size(); i++) {
      TileInstruction one = instructions.get(i);
      if (one.samples()) {
        for (int r = 0; r < one.count(); r++) {
          lastUse.put(one.out() + r, i);
        }
        int at = i;
        IntStream.of(one.inputs()).filter(TileRows::isTile).forEach(row -> lastUse.put(row, at));
      }
    }
    outputs.values().stream()
        .flatMapToInt(IntStream::of)
        .filter(TileRows::isTile)
        .forEach(row -> lastUse.put(row, instructions.size()));
    Map<Integer, List<Integer>> ends = new HashMap<>();
    lastUse.forEach((row, end) -> ends.computeIfAbsent(end, key -> new ArrayList<>()).add(row));
    BitSet taken = new BitSet();
    for (int row = 0; row < parameters; row++) {
      places[row] = row;
      taken.set(row);
    }
    int most = parameters;
    for (int i = 0; i < instructions.size(); i++) {
      TileInstruction one = instructions.get(i);
      if (!one.samples()) {
        continue;
      }
      int free = run(taken, one.count());
      for (int r = 0; r < one.count(); r++) {
        places[one.out() + r] = free + r;
        taken.set(free + r);
      }
      most = Math.max(most, free + one.count());
      ends.getOrDefault(i, List.of()).forEach(row -> taken.clear(places[row]));
    }
    return most;
  }

  private static int run(BitSet taken, int count) {
    int free = taken.nextClearBit(0);
    for (int next = taken.nextSetBit(free);
        next >= 0 && next - free < count;
        next = taken.nextSetBit(free)) {
      free = taken.nextClearBit(next);
    }
    return free;
  }
}
