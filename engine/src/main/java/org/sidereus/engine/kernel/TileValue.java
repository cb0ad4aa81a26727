package org.sidereus.engine.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A tensor of the graph as a tile program sees it: the numbers of one object and one sample.
 *
 * @param kind what the numbers are
 * @param shape sizes, with {@link #OBJECTS}, {@link #SAMPLES} and {@link #POINTS} for the free axes
 * @param rows where each number is, row-major over the axes that are not free; see {@link TileRows}
 */
record TileValue(TileKind kind, int[] shape, int[] rows) {
  /** An axis over the objects. */
  static final int OBJECTS = -1;

  /** An axis over the samples. */
  static final int SAMPLES = -2;

  /** An axis over the samples of all objects. */
  static final int POINTS = -3;

  /** A graph with more is left to ONNX Runtime. */
  private static final int LARGEST = 1 << 16;

  /** Numbers of float32. */
  TileValue(int[] shape, int[] rows) {
    this(TileKind.NUMBER, shape, rows);
  }

  int rank() {
    return shape.length;
  }

  /** An axis from 0, where it may be counted from the end. */
  int axis(long axis) {
    return Math.toIntExact(axis < 0 ? axis + shape.length : axis);
  }

  /** The size of an axis that is not free. */
  int size(int axis) throws UnfitGraphException {
    if (shape[axis] < 0) {
      throw new UnfitGraphException("parts of the samples");
    }
    return shape[axis];
  }

  /** The rows with some other shape of as many. */
  TileValue as(int... other) {
    return new TileValue(kind, other, rows);
  }

  /** Other rows in a shape, of the same kind. */
  TileValue with(int[] otherShape, int[] otherRows) {
    return new TileValue(kind, otherShape, otherRows);
  }

  /** Whether all its numbers are whole ones that the translation knows. */
  boolean isKnown() {
    return IntStream.of(rows).allMatch(TileRows::isWhole);
  }

  /** Number of the values of an object and a sample in a shape. */
  static int size(int[] shape) {
    int size = Arrays.stream(shape).filter(one -> one >= 0).reduce(1, Math::multiplyExact);
    if (size > LARGEST) {
      throw new IllegalArgumentException("a value has " + size + " numbers of each sample");
    }
    return size;
  }

  /** The rows of this value in a larger shape, where axes of 1 are repeated. */
  int[] spread(int[] larger) {
    int[] spread = new int[size(larger)];
    int[] index = new int[larger.length];
    for (int i = 0; i < spread.length; i++) {
      spread[i] = rowAt(index);
      next(index, larger);
    }
    return spread;
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

  /**
   * The shape in which two can be combined, number by number.
   *
   * @throws UnfitGraphException where they cannot
   */
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
    for (int free = POINTS; free < 0; free++) {
      int axis = free;
      if (IntStream.of(shape).filter(size -> size == axis).count() > 1) {
        throw new UnfitGraphException("pairs of samples");
      }
    }
    return shape;
  }
}
