package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VectorFunctionsTest {
  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void shouldApproximateTheActivation() {
    for (int i = 0; i < 10_000; i++) {
      float a = (float) random.nextDouble(-60, 60);
      float alpha = (float) random.nextDouble(-3, 3);
      float beta = (float) random.nextDouble(-2, 2);
      float[] value = {a};
      VectorFunctions.activate(value, new float[] {alpha}, new float[] {beta});
      double exact = (beta + (1 - beta) / (1 + Math.exp(-(double) alpha * a))) * a;
      assertThat((double) value[0])
          .as("a = %s, alpha = %s, beta = %s", a, alpha, beta)
          .isCloseTo(exact, within(2e-6 * (1 + Math.abs(a)) * (1 + Math.abs(beta))));
    }
  }

  @Test
  void shouldApproximateTheExponential() {
    float[] x = new float[10_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-50, 50);
    }
    float[] result = new float[x.length + 3];
    VectorFunctions.exp(x, x.length, result, 3);
    for (int i = 0; i < x.length; i++) {
      double exact = Math.exp(x[i]);
      assertThat((double) result[3 + i]).as("exp(%s)", x[i]).isCloseTo(exact, within(2e-5 * exact));
    }
  }

  @Test
  void shouldMultiplyRowsIndependentlyOfTheirBatch() {
    int inputs = 7;
    int outputs = 37;
    float[][] in = matrix(5, inputs);
    float[][] matrix = matrix(inputs, outputs);
    float[] offset = matrix(1, outputs)[0];
    float[][] out = new float[5][outputs];
    MatrixProduct.multiply(in, 5, matrix, offset, out);
    float[][] alone = new float[1][outputs];
    for (int r = 0; r < 5; r++) {
      MatrixProduct.multiply(new float[][] {in[r]}, 1, matrix, offset, alone);
      assertThat(alone[0]).containsExactly(out[r]);
      for (int j = 0; j < outputs; j++) {
        double sum = offset[j];
        for (int k = 0; k < inputs; k++) {
          sum += (double) in[r][k] * matrix[k][j];
        }
        assertThat((double) out[r][j]).isCloseTo(sum, within(1e-5));
      }
    }
  }

  private float[][] matrix(int rows, int columns) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) random.nextDouble(-1, 1);
      }
    }
    return matrix;
  }
}
