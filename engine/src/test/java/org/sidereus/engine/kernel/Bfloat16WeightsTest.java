package org.sidereus.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Bfloat16WeightsTest {
  private static final int TERMS = 64;
  private static final int COUNT = 48;
  private static final int POINTS = 2_000;

  private final Random random = new Random(3);

  @Test
  void shouldRoundToTheNearestAndOfTwoToTheEvenOne() {
    assertThat(Bfloat16Weights.nearest(1.0f)).isEqualTo(1.0f);
    assertThat(Bfloat16Weights.nearest(1.003f)).isEqualTo(1.0f);
    assertThat(Bfloat16Weights.nearest(1.005f)).isEqualTo(1.0078125f);
    assertThat(Bfloat16Weights.nearest(1.00390625f)).as("half way").isEqualTo(1.0f);
    assertThat(Bfloat16Weights.nearest(1.01171875f)).as("half way").isEqualTo(1.015625f);
    assertThat(Bfloat16Weights.nearest(-3.14159f)).isEqualTo(-3.140625f);
  }

  /** The values of a hidden layer depend on a few parameters, so they go together. */
  @Test
  void shouldMakeUpForTheErrorsOfTheRoundingWhereValuesGoTogether() {
    float[] weight = new float[COUNT * TERMS];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    FloatBuffer values = layer();
    var product = new Bfloat16Products.Product("out", "in", weight, COUNT, TERMS);
    float[] rounded = Bfloat16Weights.of(product, values);
    float[] nearest = new float[weight.length];
    for (int i = 0; i < weight.length; i++) {
      nearest[i] = Bfloat16Weights.nearest(weight[i]);
      assertThat(Bfloat16Weights.nearest(rounded[i])).isEqualTo(rounded[i]);
    }
    assertThat(rms(weight, rounded, values)).isLessThan(0.4 * rms(weight, nearest, values));
  }

  @Test
  void shouldGiveNoWeightsForValuesThatAreAllZero() {
    var product = new Bfloat16Products.Product("out", "in", new float[COUNT * TERMS], COUNT, TERMS);
    assertThat(Bfloat16Weights.of(product, FloatBuffer.allocate(10 * TERMS))).isNull();
  }

  private FloatBuffer layer() {
    double[][] directions = new double[TERMS][4];
    for (double[] one : directions) {
      for (int i = 0; i < one.length; i++) {
        one[i] = random.nextGaussian();
      }
    }
    FloatBuffer values = FloatBuffer.allocate(POINTS * TERMS);
    double[] point = new double[4];
    for (int n = 0; n < POINTS; n++) {
      for (int i = 0; i < point.length; i++) {
        point[i] = random.nextGaussian();
      }
      for (int t = 0; t < TERMS; t++) {
        double sum = 0;
        for (int i = 0; i < point.length; i++) {
          sum += point[i] * directions[t][i];
        }
        values.put(n * TERMS + t, (float) (sum / (1 + Math.exp(-sum))));
      }
    }
    return values;
  }

  private static double rms(float[] weight, float[] rounded, FloatBuffer values) {
    double squares = 0;
    for (int n = 0; n < POINTS; n++) {
      for (int r = 0; r < COUNT; r++) {
        double sum = 0;
        for (int t = 0; t < TERMS; t++) {
          double error = (double) rounded[r * TERMS + t] - weight[r * TERMS + t];
          sum += error * values.get(n * TERMS + t);
        }
        squares += sum * sum;
      }
    }
    return Math.sqrt(squares / (POINTS * COUNT));
  }
}
