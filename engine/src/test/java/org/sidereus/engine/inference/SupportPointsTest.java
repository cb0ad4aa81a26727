package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportPointsTest {
  @Test
  void shouldPutFewPointsWhereThePaperHasThem() {
    // four points in the plane, two and their images: a square by symmetry, at the distance rho
    // where the four gradients vanish: 1 + sqrt(2) = 4 rho f(rho), f by quadrature
    double[][] half = {{1.3, 0.2}, {-0.1, 0.8}};
    new SupportPoints(2).move(half);
    double first = Math.hypot(half[0][0], half[0][1]);
    double second = Math.hypot(half[1][0], half[1][1]);
    assertThat(second).isCloseTo(first, within(1e-4));
    assertThat(half[0][0] * half[1][0] + half[0][1] * half[1][1]).isCloseTo(0, within(1e-4));
    assertThat(1 + Math.sqrt(2)).isCloseTo(4 * slope(first), within(1e-3));
  }

  /** Derivative of E|x - Y| over |x| in the plane, by the rule of rectangles. */
  private static double slope(double rho) {
    double sum = 0;
    double step = 0.02;
    for (double a = -8; a <= 8; a += step) {
      for (double b = -8 + step / 2; b <= 8; b += step) {
        double density = Math.exp(-0.5 * (a * a + b * b)) / (2 * Math.PI);
        sum += density * (rho - a) / Math.hypot(rho - a, b) * step * step;
      }
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"2,150", "6,168", "11,256"})
  void shouldIntegrateSmoothFunctionsBetterThanTheSamePointsBefore(int dimensions, int count) {
    Random random = new Random(1);
    double[][] half = new double[count][dimensions];
    for (double[] point : half) {
      for (int d = 0; d < dimensions; d++) {
        point[d] = random.nextGaussian();
      }
    }
    double before = error(half, dimensions);
    new SupportPoints(dimensions).move(half);
    assertThat(error(half, dimensions)).isLessThan(before / 2);
  }

  /** Rms error of E cos(k'x) = exp(-|k|^2/2) over some directions k. */
  private static double error(double[][] half, int dimensions) {
    Random random = new Random(2);
    double sum = 0;
    for (int i = 0; i < 100; i++) {
      double[] k = random.doubles(dimensions, -1, 1).toArray();
      double square = 0;
      for (double one : k) {
        square += one * one;
      }
      double mean = 0;
      for (double[] point : half) {
        double phase = 0;
        for (int d = 0; d < dimensions; d++) {
          phase += k[d] * point[d];
        }
        mean += Math.cos(phase) / half.length;
      }
      double error = mean - Math.exp(-0.5 * square);
      sum += error * error;
    }
    return Math.sqrt(sum / 100);
  }

  @Test
  void shouldLeaveManyPointsWhereTheyAre() {
    double[][] half = new double[4_000][2];
    half[0][0] = 1;
    new SupportPoints(2).move(half);
    assertThat(half[0]).containsExactly(1, 0);
  }
}
