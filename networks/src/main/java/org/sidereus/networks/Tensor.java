package org.sidereus.networks;

import java.util.Arrays;
import java.util.List;

/**
 * A float32 array, row-major.
 *
 * @param shape sizes, outermost first; not modified
 * @param values as many as the product of the sizes; owned by the tensor, not to be modified
 */
public record Tensor(List<Integer> shape, float[] values) {

  /** Checks that shape and values fit. */
  public Tensor {
    shape = List.copyOf(shape);
    long size = 1;
    for (int extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("a size is negative in shape " + shape);
      }
      size = Math.multiplyExact(size, extent);
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "shape " + shape + " needs " + size + " values but there are " + values.length);
    }
  }

  /** A vector. */
  public static Tensor vector(float... values) {
    return new Tensor(List.of(values.length), values);
  }

  /** A matrix of {@code rows} rows. */
  public static Tensor matrix(int rows, int columns, float... values) {
    return new Tensor(List.of(rows, columns), values);
  }

  /** Element of a vector. */
  public float at(int i) {
    return values[i];
  }

  /** Element of a matrix. */
  public float at(int row, int column) {
    return values[row * shape.get(1) + column];
  }

  /** Rows of a matrix, or length of a vector. */
  public int rows() {
    return shape.get(0);
  }

  /** Columns of a matrix. */
  public int columns() {
    return shape.get(1);
  }

  /** The given rows of a matrix, or elements of a vector, in the given order. */
  public Tensor rows(int... rows) {
    int width = shape.size() == 1 ? 1 : columns();
    float[] selected = new float[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(values, rows[row] * width, selected, row * width, width);
    }
    return shape.size() == 1 ? vector(selected) : matrix(rows.length, width, selected);
  }

  /** The given columns of a matrix, in the given order. */
  public Tensor columns(int... columns) {
    float[] selected = new float[rows() * columns.length];
    for (int row = 0; row < rows(); row++) {
      for (int j = 0; j < columns.length; j++) {
        selected[row * columns.length + j] = at(row, columns[j]);
      }
    }
    return matrix(rows(), columns.length, selected);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
