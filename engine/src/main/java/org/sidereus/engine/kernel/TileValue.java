package org.sidereus.engine.kernel;

import java.util.Arrays;

/**
 * A tensor of the graph as a tile program sees it: the numbers of one object and one sample.
 *
 * @param shape sizes, with {@link #OBJECTS}, {@link #SAMPLES} and {@link #POINTS} for the free axes
 * @param rows where each number is, row-major over the axes that are not free; see {@link TileRows}
 */
record TileValue(int[] shape, int[] rows) {
  /** An axis over the objects. */
  static final int OBJECTS = -1;

  /** An axis over the samples. */
  static final int SAMPLES = -2;

  /** An axis over the samples of all objects. */
  static final int POINTS = -3;

  /** A graph with more is left to ONNX Runtime. */
  private static final int LARGEST = 1 << 16;

  int rank() {
    return shape.length;
  }

  /** An axis from 0, where it may be counted from the end. */
  int axis(long axis) {
    return Math.toIntExact(axis < 0 ? axis + shape.length : axis);
  }

  /** The rows with some other shape of as many. */
  TileValue as(int... other) {
    return new TileValue(other, rows);
  }

  /** Number of the values of an object and a sample in a shape. */
  static int size(int[] shape) {
    int size = Arrays.stream(shape).filter(one -> one >= 0).reduce(1, Math::multiplyExact);
    if (size > LARGEST) {
      throw new IllegalArgumentException("a value has " + size + " numbers of each sample");
    }
    return size;
  }

  /**
   * The place in the rows of this value of a number of a larger shape, where axes of 1 are
   * repeated.
   *
   * @param index along each axis of the larger shape; not read where that is free
   */
  int rowAt(int[] index) {
    int row = 0;
    int offset = index.length - shape.length;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] >= 0) {
        row = row * shape[i] + (shape[i] == 1 ? 0 : index[offset + i]);
      }
    }
    return rows[row];
  }

  /** Counts through all numbers of a shape, the last axis first. */
  static boolean next(int[] index, int[] shape) {
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] >= 0) {
        if (++index[i] < shape[i]) {
          return true;
        }
        index[i] = 0;
      }
    }
    return false;
  }
}
