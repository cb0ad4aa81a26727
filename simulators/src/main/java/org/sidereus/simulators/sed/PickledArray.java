package org.sidereus.simulators.sed;

import java.util.Arrays;

/**
 * An array of NumPy in row-major order.
 *
 * @param shape lengths of the axes; none: a single number
 * @param values as many as the shape asks for; not copied
 */
record PickledArray(int[] shape, double[] values) {
  PickledArray {
    long size = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    if (size != values.length) {
      throw new IllegalArgumentException(
          "an array of the shape "
              + Arrays.toString(shape)
              + " does not have "
              + values.length
              + " values");
    }
  }

  /** Row i of a matrix. */
  double[] row(int i) {
    int width = shape[1];
    return Arrays.copyOfRange(values, i * width, (i + 1) * width);
  }
}
