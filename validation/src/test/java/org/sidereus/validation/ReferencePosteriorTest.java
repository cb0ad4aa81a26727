package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.testing.models.LinearGaussianFlows;
import org.sidereus.testing.models.LinearGaussianModel;

class ReferencePosteriorTest {

  /** Correlation 0.95 and scales that differ by 1,000: the moves do not notice. */
  @Test
  void shouldSampleAStretchedNormalDistribution() {
    double rho = 0.95;
    SplittableRandom random = new SplittableRandom(1);
    EnsembleSampler.Target target =
        new EnsembleSampler.Target() {
          @Override
          public double[] draw(RandomGenerator generator) {
            return new double[] {generator.nextGaussian(), 1_000 * generator.nextGaussian()};
          }

          @Override
          public double logPrior(double[] point) {
            return 0;
          }

          @Override
          public double[] logLikelihoods(double[][] points) {
            return Arrays.stream(points)
                .mapToDouble(
                    point -> {
                      double x = point[0] - 3;
                      double y = point[1] / 1_000;
                      return -0.5 * (x * x - 2 * rho * x * y + y * y) / (1 - rho * rho);
                    })
                .toArray();
          }
        };
    double[][] start =
        Stream.generate(() -> target.draw(random)).limit(40).toArray(double[][]::new);
    EnsembleSampler sampler =
        new EnsembleSampler(target, 1, start, target.logLikelihoods(start), random);
    List<double[][]> chain = new ArrayList<>();
    for (int t = 0; t < 6_000; t++) {
      sampler.step();
      if (t >= 500) {
        chain.add(sampler.positions());
      }
    }
    ReferencePosterior.Chain all = new ReferencePosterior.Chain(List.of(chain), 1);
    double[] x = all.values(0)[0];
    double[] y = all.values(1)[0];
    assertThat(mean(x)).isCloseTo(3, within(0.05));
    assertThat(mean(y)).isCloseTo(0, within(50.0));
    assertThat(sd(x)).isCloseTo(1, within(0.04));
    assertThat(sd(y)).isCloseTo(1_000, within(40.0));
    double meanX = mean(x);
    double meanY = mean(y);
    double covariance = 0;
    for (int i = 0; i < x.length; i++) {
      covariance += (x[i] - meanX) * (y[i] - meanY) / x.length;
    }
    assertThat(covariance / (sd(x) * sd(y))).isCloseTo(rho, within(0.01));
  }

  @Test
  void shouldReproduceAKnownPosterior() {
    double error = 0.4;
    double[] measured = {1.1, 0.3, 1.4};
    double[][] a = LinearGaussianModel.A;
    ReferencePosterior reference =
        new ReferencePosterior(
            LinearGaussianFlows.MODEL.parameters(),
            (theta, covariates) -> {
              float[] y = new float[theta.length / 2 * 3];
              for (int i = 0; i < y.length; i++) {
                double[] row = a[i % 3];
                y[i] = (float) (row[0] * theta[i / 3 * 2] + row[1] * theta[i / 3 * 2 + 1]);
              }
              return y;
            },
            20_000);
    Observed observed =
        new Observed(
            measured,
            new double[] {error, error, error},
            new boolean[] {true, true, true},
            new double[2],
            new double[2],
            new float[0],
            Collections.nCopies(3, Noise.NORMAL));
    ReferencePosterior.Chain chain = reference.run(observed, new SplittableRandom(2));
    assertThat(chain.walkers()).isGreaterThanOrEqualTo(ReferencePosterior.ENSEMBLES * 512);
    assertThat(chain.ensembles()).hasSize(ReferencePosterior.ENSEMBLES);
    assertThat(chain.mixing()).isLessThan(SplitMixing.ENOUGH);
    double[][] covariance = LinearGaussianFlows.covariance(error);
    double[][] gain = LinearGaussianFlows.gain(covariance, error);
    for (int d = 0; d < 2; d++) {
      double mean = 0;
      for (int f = 0; f < 3; f++) {
        mean += gain[d][f] * measured[f];
      }
      double sd = Math.sqrt(covariance[d][d]);
      assertThat(mean(all(chain.values(d)))).isCloseTo(mean, within(0.08 * sd));
      assertThat(sd(all(chain.values(d)))).isCloseTo(sd, within(0.05 * sd));
    }
  }

  @Test
  void shouldRefuseTooFewWalkers() {
    EnsembleSampler.Target target = TemperedStartTest.twoModes(0.5);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new EnsembleSampler(
                    target, 1, new double[4][3], new double[4], new SplittableRandom()))
        .withMessageContaining("at least 6");
  }

  private static double[] all(double[][] ensembles) {
    return Arrays.stream(ensembles).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double sd(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / values.length);
  }
}
