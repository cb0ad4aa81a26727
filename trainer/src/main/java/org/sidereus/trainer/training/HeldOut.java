package org.sidereus.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** The mean of an objective over a fixed set of rows, piece by piece. */
public final class HeldOut implements Validation {
  private static final int PIECE = 8192;

  private final Objective objective;
  private final float[] first;
  private final float[] second;
  private final int rows;

  /**
   * A held-out set.
   *
   * @param first [rows, n] row-major
   * @param second [rows, m] row-major
   */
  public HeldOut(Objective objective, float[] first, float[] second, int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be at least 1 but is " + rows);
    }
    this.objective = objective;
    this.first = first;
    this.second = second;
    this.rows = rows;
  }

  @Override
  public double loss(NDArray weights) {
    double sum = 0;
    for (int from = 0; from < rows; from += PIECE) {
      int to = Math.min(rows, from + PIECE);
      try (NDManager piece = weights.getManager().newSubManager()) {
        NDArray view = weights.stopGradient();
        view.attach(piece);
        NDArray loss =
            objective.loss(view, matrix(piece, first, from, to), matrix(piece, second, from, to));
        sum += (to - from) * (double) loss.getFloat();
      }
    }
    return sum / rows;
  }

  private NDArray matrix(NDManager manager, float[] values, int from, int to) {
    int width = values.length / rows;
    return manager.create(
        Arrays.copyOfRange(values, from * width, to * width), new Shape(to - from, width));
  }
}
