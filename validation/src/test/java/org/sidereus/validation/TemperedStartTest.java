package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TemperedStartTest {
  private static final double CENTRE = 1.5;
  private static final double WIDTH = 0.02;

  /** No walker goes from one mode to the other: each has its share by the weights alone. */
  @Test
  void shouldGiveEachModeItsShareOfTheProbability() {
    for (double share : new double[] {0.5, 0.2}) {
      EnsembleSampler sampler =
          new TemperedStart(twoModes(share), 4_000, new SplittableRandom(3)).run();
      double[] x = Arrays.stream(sampler.positions()).mapToDouble(point -> point[0]).toArray();
      double[] right = Arrays.stream(x).filter(value -> value > 0).toArray();
      assertThat((double) right.length / x.length).isCloseTo(share, within(0.04));
      double squares = Arrays.stream(right).map(v -> (v - CENTRE) * (v - CENTRE)).sum();
      assertThat(Math.sqrt(squares / right.length)).isCloseTo(WIDTH, within(0.1 * WIDTH));
    }
  }

  /** A likelihood that is zero everywhere leaves the prior. */
  @Test
  void shouldEndWhereNothingIsLikely() {
    EnsembleSampler.Target none =
        new EnsembleSampler.Target() {
          @Override
          public double[] draw(RandomGenerator random) {
            return new double[] {random.nextGaussian()};
          }

          @Override
          public double logPrior(double[] point) {
            return -0.5 * point[0] * point[0];
          }

          @Override
          public double[] logLikelihoods(double[][] points) {
            double[] logs = new double[points.length];
            Arrays.fill(logs, Double.NEGATIVE_INFINITY);
            return logs;
          }
        };
    assertThat(new TemperedStart(none, 64, new SplittableRandom(4)).run().positions())
        .hasDimensions(64, 1);
  }

  /** Two narrow modes of a normal prior in three dimensions; that on the right has a share. */
  static EnsembleSampler.Target twoModes(double share) {
    return new EnsembleSampler.Target() {
      @Override
      public double[] draw(RandomGenerator random) {
        return random.doubles(3).map(u -> random.nextGaussian()).toArray();
      }

      @Override
      public double logPrior(double[] point) {
        return -0.5 * Arrays.stream(point).map(x -> x * x).sum();
      }

      @Override
      public double[] logLikelihoods(double[][] points) {
        return Arrays.stream(points)
            .mapToDouble(
                point ->
                    Math.log(
                        share * peak(point[0] - CENTRE) + (1 - share) * peak(point[0] + CENTRE)))
            .toArray();
      }
    };
  }

  private static double peak(double distance) {
    return Math.exp(-0.5 * distance * distance / (WIDTH * WIDTH));
  }
}
