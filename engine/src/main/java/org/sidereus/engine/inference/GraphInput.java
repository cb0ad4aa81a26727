package org.sidereus.engine.inference;

/**
 * What a graph is evaluated at.
 *
 * @param name of the graph's input
 * @param width numbers of each point
 * @param values [N * width], point by point
 */
record GraphInput(String name, int width, float[] values) {
  GraphInput {
    if (values.length % width != 0) {
      throw new IllegalArgumentException(
          "%d numbers of %s are not N points of %d".formatted(values.length, name, width));
    }
  }

  /** N, the number of points. */
  int points() {
    return values.length / width;
  }
}
