package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * One instruction. Its results are consecutive rows.
 *
 * @param samples whether it is evaluated for each sample, not only for each object
 * @param out the first result
 * @param count number of results
 * @param numbers what belongs to the operation: bounds of a clip as bits, or the sizes and the
 *     place of the weights of a product
 * @param inputs rows that are read, by {@link TileRows}
 */
record TileInstruction(
    TileOperation operation, boolean samples, int out, int count, int[] numbers, int[] inputs) {

  /** Whether it is a product without an activation. */
  boolean isPlainProduct() {
    return operation.isProduct() && numbers[2] == 0;
  }

  /** The same product with an activation. */
  TileInstruction activated(TileOperation activation) {
    int[] changed = {numbers[0], numbers[1], activation.code()};
    return new TileInstruction(operation, samples, out, count, changed, inputs);
  }

  /**
   * The instruction as kernel.cpp reads it, its length first.
   *
   * @param place of a row: from 0 on in the tile, below 0 among the numbers that are the same for
   *     the whole tile
   */
  IntStream encode(IntUnaryOperator place) {
    IntStream.Builder code = IntStream.builder();
    code.add(operation.code()).add(place.applyAsInt(out)).add(count);
    if (operation.isProduct()) {
      encodeProduct(code, place);
    } else {
      IntStream.of(numbers).forEach(code::add);
      IntStream.of(inputs).map(place).forEach(code::add);
    }
    int[] all = code.build().toArray();
    return IntStream.concat(IntStream.of(all.length + 1), IntStream.of(all));
  }

  private void encodeProduct(IntStream.Builder code, IntUnaryOperator place) {
    int terms = numbers[0];
    List<int[]> runs = new ArrayList<>();
    for (int i = 0; i < terms; i++) {
      int row = place.applyAsInt(inputs[i]);
      int[] last = runs.isEmpty() ? new int[] {0, 0} : runs.get(runs.size() - 1);
      if (last[1] > 0 && last[0] + last[1] == row) {
        last[1]++;
      } else {
        runs.add(new int[] {row, 1});
      }
    }
    IntStream.of(numbers).forEach(code::add);
    code.add(runs.size()).add(inputs.length > terms ? 1 : 0);
    runs.forEach(run -> code.add(run[0]).add(run[1]));
    IntStream.of(inputs).skip(terms).map(place).forEach(code::add);
  }
}
