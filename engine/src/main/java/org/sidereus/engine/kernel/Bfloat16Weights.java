package org.sidereus.engine.kernel;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * Weights of a product in bfloat16. Those of one result are rounded one after the other, and each
 * one that is still to be rounded makes up for the error before it, as far as the values that the
 * weights meet go together (GPTQ, Frantar et al. 2023, arXiv:2210.17323).
 */
final class Bfloat16Weights {
  /** What is added to the diagonal of the moments, in units of its mean. */
  private static final double RIDGE = 1e-3;

  private Bfloat16Weights() {}

  /** The nearest number of bfloat16; of two, the even one. */
  static float nearest(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat(bits + 0x7fff + (bits >> 16 & 1) & 0xffff0000);
  }

  /**
   * Rounded weights.
   *
   * @param values [N, terms] that the weights meet
   * @return [count, terms]; null where the values determine nothing
   */
  static float @Nullable [] of(Bfloat16Products.Product product, FloatBuffer values) {
    int terms = product.terms();
    double[][] moments = moments(values, terms);
    double trace = 0;
    for (int i = 0; i < terms; i++) {
      trace += moments[i][i];
    }
    for (int i = 0; i < terms; i++) {
      moments[i][i] += RIDGE * trace / terms;
    }
    double[][] inverse = PositiveMatrix.inverse(moments);
    double[][] root = inverse == null ? null : PositiveMatrix.root(inverse);
    if (root == null) {
      return null;
    }
    float[] rounded = new float[product.weight().length];
    for (int r = 0; r < product.count(); r++) {
      double[] left = new double[terms];
      for (int i = 0; i < terms; i++) {
        left[i] = product.weight()[r * terms + i];
      }
      for (int i = 0; i < terms; i++) {
        float one = nearest((float) left[i]);
        double error = (left[i] - one) / root[i][i];
        for (int j = i + 1; j < terms; j++) {
          left[j] -= error * root[j][i];
        }
        rounded[r * terms + i] = one;
      }
    }
    return rounded;
  }

  /** Mean products of the values. */
  private static double[][] moments(FloatBuffer values, int terms) {
    int count = values.capacity() / terms;
    double[][] moments = new double[terms][terms];
    float[] one = new float[terms];
    for (int n = 0; n < count; n++) {
      values.get(n * terms, one);
      for (int i = 0; i < terms; i++) {
        double factor = one[i];
        double[] row = moments[i];
        for (int j = 0; j <= i; j++) {
          row[j] += factor * one[j];
        }
      }
    }
    for (int i = 0; i < terms; i++) {
      for (int j = 0; j <= i; j++) {
        moments[i][j] /= count;
        moments[j][i] = moments[i][j];
      }
    }
    return moments;
  }
}
