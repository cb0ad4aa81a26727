package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseNoiseTest {
  @ParameterizedTest
  @CsvSource({"1000,6", "1000,2", "512,3", "100,9", "20000,21", "64,1"})
  void shouldHaveMeanZeroAndIdentityCovariance(int samples, int dimensions) {
    float[] noise = BaseNoise.of(samples, dimensions);
    for (int i = 0; i < dimensions; i++) {
      double mean = 0;
      for (int s = 0; s < samples; s++) {
        mean += noise[s * dimensions + i];
        assertThat(Float.isFinite(noise[s * dimensions + i])).isTrue();
      }
      assertThat(mean / samples).isCloseTo(0, within(1e-9));
      for (int j = 0; j <= i; j++) {
        double covariance = 0;
        for (int s = 0; s < samples; s++) {
          covariance += (double) noise[s * dimensions + i] * noise[s * dimensions + j];
        }
        assertThat(covariance / samples).isCloseTo(i == j ? 1 : 0, within(1e-6));
      }
    }
  }

  @Test
  void shouldBeNormalInEveryDimension() {
    int samples = 1000;
    int dimensions = 8;
    float[] noise = BaseNoise.of(samples, dimensions);
    for (int d = 0; d < dimensions; d++) {
      double[] column = new double[samples];
      for (int s = 0; s < samples; s++) {
        column[s] = noise[s * dimensions + d];
      }
      Arrays.sort(column);
      double distance = 0;
      for (int s = 0; s < samples; s++) {
        double cdf = 0.5 * Erf.erfc(-column[s] / Math.sqrt(2));
        distance = Math.max(distance, Math.abs(cdf - (s + 0.5) / samples));
      }
      // a random sample of this size would be off by 0.027 in the median
      assertThat(distance).isLessThan(0.01);
    }
  }

  @Test
  void shouldBeTheSameEveryTimeAndMirrored() {
    float[] noise = BaseNoise.of(10, 3);
    assertThat(BaseNoise.of(10, 3)).isEqualTo(noise);
    for (int i = 0; i < 15; i++) {
      assertThat(noise[15 + i]).isEqualTo(-noise[i]);
    }
    assertThat(BaseNoise.of(2, 6)).hasSize(12);
  }

  /** A sampling error of one set is not that of another: means of a function scatter. */
  @Test
  void shouldHaveSetsWithIndependentErrors() {
    double[] errors = new double[NoiseTensors.SETS];
    for (int set = 0; set < errors.length; set++) {
      float[] noise = BaseNoise.of(256, 3, set);
      for (int s = 0; s < 256; s++) {
        errors[set] += (Math.abs(noise[3 * s] * noise[3 * s + 1]) - 2 / Math.PI) / 256;
      }
    }
    double rms = Math.sqrt(Arrays.stream(errors).map(e -> e * e).average().orElseThrow());
    double mean = Arrays.stream(errors).average().orElseThrow();
    assertThat(rms).isPositive();
    assertThat(Math.abs(mean)).isLessThan(3 * rms / Math.sqrt(errors.length));
  }
}
