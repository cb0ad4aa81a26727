package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidereus.validation.ChainComparison.ChainMoments;

class ChainMomentsTest {
  private static final int COUNT = 20_000;
  private final SplittableRandom random = new SplittableRandom(9);

  /** The logarithm of the standard deviation of n normal values has an error of 1 / sqrt(2 n). */
  @Test
  void shouldKnowTheErrorOfSamples() {
    float[] theta = new float[COUNT];
    double[] weights = new double[COUNT];
    for (int s = 0; s < COUNT; s++) {
      theta[s] = (float) (3 + 2 * random.nextGaussian());
      weights[s] = 1.0 / COUNT;
    }
    ChainMoments even = ChainMoments.of(new WeightedSamples(COUNT, 1, theta, weights), 0);
    assertThat(even.mean()).isCloseTo(3, within(0.05));
    assertThat(even.sd()).isCloseTo(2, within(0.05));
    assertThat(even.logSdError()).isCloseTo(1 / Math.sqrt(2.0 * COUNT), within(2e-4));
    double[] half = Arrays.copyOf(weights, COUNT);
    Arrays.fill(half, 0, COUNT / 2, 2.0 / COUNT);
    Arrays.fill(half, COUNT / 2, COUNT, 0);
    assertThat(ChainMoments.of(new WeightedSamples(COUNT, 1, theta, half), 0).logSdError())
        .as("half of the samples without weight")
        .isCloseTo(1 / Math.sqrt(COUNT), within(4e-4));
  }

  @Test
  void shouldTakeTheErrorOfChainsFromTheirDifferences() {
    double[][] ensembles =
        Stream.of(0.9, 1.1, 0.9, 1.1)
            .map(
                sd -> {
                  double[] normal =
                      DoubleStream.generate(random::nextGaussian).limit(COUNT).toArray();
                  return Arrays.stream(normal).map(value -> sd * value).toArray();
                })
            .toArray(double[][]::new);
    // the logarithms are 0.1 from their mean; the mean of four has an error of 0.1 / sqrt(3)
    assertThat(ChainMoments.of(ensembles).logSdError()).isCloseTo(0.1 / Math.sqrt(3), within(0.01));
    assertThat(ChainMoments.of(ensembles).sd()).isCloseTo(Math.sqrt(1.01), within(0.02));
  }
}
