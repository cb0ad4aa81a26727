package org.sidereus.trainer.network;

import java.util.random.RandomGenerator;

/** Values of weights before training. */
final class Initialisation {
  private final RandomGenerator random;

  Initialisation(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Uniform in +-gain sqrt(3 / fanIn), which keeps the variance of the activations where {@code
   * gain} is 1, with the fan-in that the mask of each row leaves open.
   *
   * @param mask [rows, columns], row-major
   */
  float[] weights(int rows, int columns, float[] mask, double gain) {
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      double fanIn = 0;
      for (int c = 0; c < columns; c++) {
        fanIn += mask[r * columns + c];
      }
      double bound = gain * Math.sqrt(3.0 / Math.max(fanIn, 1.0));
      for (int c = 0; c < columns; c++) {
        values[r * columns + c] = (float) (bound * (2.0 * random.nextDouble() - 1.0));
      }
    }
    return values;
  }

  /** Uniform in +-bound. */
  float[] biases(int length, double bound) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (bound * (2.0 * random.nextDouble() - 1.0));
    }
    return values;
  }
}
