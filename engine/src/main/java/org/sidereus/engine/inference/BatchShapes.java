package org.sidereus.engine.inference;

import java.util.ArrayList;
import java.util.List;

/**
 * The few batch sizes that a GPU sees: the largest, a quarter of it, a quarter of that and so on. A
 * batch is padded to the next of them, so that memory is planned once for each and a small batch is
 * not padded to the largest.
 */
record BatchShapes(int largest) {
  private static final int FACTOR = 4;

  BatchShapes {
    if (largest < 1) {
      throw new IllegalArgumentException("largest must be at least 1 but is " + largest);
    }
  }

  /** The smallest shape that holds a batch of 1 to largest objects. */
  int holding(int count) {
    if (count < 1 || count > largest) {
      throw new IllegalArgumentException(
          "a batch of " + count + " objects is not between 1 and " + largest);
    }
    int shape = largest;
    while (shape > 1 && smaller(shape) >= count) {
      shape = smaller(shape);
    }
    return shape;
  }

  /** All shapes, the largest first. */
  List<Integer> all() {
    List<Integer> shapes = new ArrayList<>();
    int shape = largest;
    shapes.add(shape);
    while (shape > 1) {
      shape = smaller(shape);
      shapes.add(shape);
    }
    return shapes;
  }

  private static int smaller(int shape) {
    return Math.max(1, shape / FACTOR);
  }
}
