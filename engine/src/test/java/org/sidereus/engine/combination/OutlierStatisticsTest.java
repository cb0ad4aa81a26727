package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.ObjectSummary;

/** Groups of objects with Gaussian likelihoods, of which some are drawn from the prior. */
final class OutlierStatisticsTest {
  private static final double[] MEANS = {2, -1};
  private static final double[] SDS = {0.5, 0.3};
  private static final int SHARES = 300;
  private static final int VALUES = 60;

  /** An estimate [K] of the parameters and the lower root [K][K] of its errors' covariance. */
  private record Measured(double[] estimate, double[][] root) {}

  @ParameterizedTest
  @CsvSource({
    "1, 10, 0, 1", "1, 10, 0.2, 2", "1, 100, 0.05, 3", "1, 400, 0, 4", "1, 400, 0.02, 5",
    "2, 10, 0.1, 6", "2, 100, 0, 7", "2, 100, 0.05, 8", "2, 400, 0.05, 9", "2, 100, 0.01, 10"
  })
  void shouldGiveTheExactPosteriorOfGaussianObjects(
      int parameters, int objects, double share, long seed) {
    List<Measured> group = draw(parameters, objects, share, new Random(seed));
    List<OutlierShare> found = found(parameters, group);
    assertThat(found).extracting(OutlierShare::parameter).hasSize(parameters).startsWith("p0");
    for (int i = 0; i < parameters; i++) {
      OutlierShare exact = exact(group, i);
      OutlierShare one = found.get(i);
      double width = exact.shareQuantiles()[3] - exact.shareQuantiles()[1];
      assertThat(one.mean()).isCloseTo(exact.mean(), within(0.1 * exact.sd()));
      assertThat(one.sd()).isCloseTo(exact.sd(), within(0.05 * exact.sd()));
      assertThat(one.share()).isCloseTo(exact.share(), within(0.15 * width));
      assertThat(one.shareQuantiles()).isSorted();
      for (int q = 0; q < 5; q++) {
        assertThat(one.shareQuantiles()[q])
            .isCloseTo(exact.shareQuantiles()[q], within(0.3 * width));
      }
      assertThat(one.logBayesFactor())
          .isCloseTo(exact.logBayesFactor(), within(0.3 + 0.02 * Math.abs(exact.logBayesFactor())));
    }
  }

  /** The factorized posterior of the same groups has an rms of 4 and more. */
  @Test
  void shouldFindTheShareAndTheCommonValueOfCalibratedGroups() {
    Random random = new Random(20);
    int groups = 60;
    int inside68 = 0;
    int inside95 = 0;
    int strong = 0;
    double squares = 0;
    for (int g = 0; g < groups; g++) {
      double share = g % 2 == 0 ? 0.02 : 0.05;
      OutlierShare one = found(1, draw(1, 100, share, random)).get(0);
      double[] quantiles = one.shareQuantiles();
      inside68 += share > quantiles[1] && share < quantiles[3] ? 1 : 0;
      inside95 += share > quantiles[0] && share < quantiles[4] ? 1 : 0;
      strong += found(1, draw(1, 100, 0, random)).get(0).logBayesFactor() > Math.log(100) ? 1 : 0;
      squares += Math.pow((one.mean() - value(0)) / one.sd(), 2);
    }
    assertThat(inside68 / (double) groups).isBetween(0.52, 0.86);
    assertThat(inside95 / (double) groups).isBetween(0.86, 1.0);
    assertThat(strong).isLessThanOrEqualTo(1);
    assertThat(Math.sqrt(squares / groups)).isBetween(0.75, 1.25);
  }

  @Test
  void shouldNotDependOnTheOrder() {
    List<Measured> group = draw(2, 60, 0.1, new Random(1));
    List<OutlierShare> one = found(2, group);
    List<Measured> shuffled = new ArrayList<>(group);
    Collections.shuffle(shuffled, new Random(2));
    assertThat(found(2, shuffled))
        .usingRecursiveComparison()
        .withComparatorForType(
            (a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b), Double.class)
        .isEqualTo(one);
  }

  @Test
  void shouldNotKnowTheShareOfOneObjectOrOfObjectsThatFallBetweenTheNodes() {
    assertThat(found(2, draw(2, 1, 0, new Random(1)))).isEmpty();
    List<Measured> group = new ArrayList<>(draw(2, 10, 0, new Random(1)));
    group.add(new Measured(new double[] {value(0), 0}, new double[][] {{0.02, 0}, {0, 0.4}}));
    assertThat(found(2, group)).extracting(OutlierShare::parameter).containsExactly("p1");
  }

  /** Outside of the nodes nothing is known. */
  @Test
  void shouldNotKnowTheShareOfAGroupFarFromThePrior() {
    List<Measured> group = new ArrayList<>();
    for (int o = 0; o < 20; o++) {
      group.add(new Measured(new double[] {3.9}, new double[][] {{0.2}}));
    }
    assertThat(found(1, group)).isEmpty();
  }

  private static double value(int i) {
    return MEANS[i] + SDS[i] * (i == 0 ? 0.5 : -0.7);
  }

  /** In prior standard deviations; outliers are drawn from the prior in all parameters. */
  private static List<Measured> draw(int k, int objects, double share, Random random) {
    List<Measured> group = new ArrayList<>();
    for (int o = 0; o < objects; o++) {
      boolean isOutlier = random.nextDouble() < share;
      double[][] root = new double[k][k];
      double[] estimate = new double[k];
      double[] noise = new double[k];
      for (int i = 0; i < k; i++) {
        noise[i] = random.nextGaussian();
        root[i][i] = (i == 0 ? 0.3 : 0.2) * (0.8 + 0.4 * random.nextDouble());
        estimate[i] = isOutlier ? random.nextGaussian() : i == 0 ? 0.5 : -0.7;
        for (int j = 0; j < i; j++) {
          root[i][j] = 0.25;
        }
        for (int j = 0; j <= i; j++) {
          estimate[i] += root[i][j] * noise[j];
        }
      }
      group.add(new Measured(estimate, root));
    }
    return group;
  }

  private static List<OutlierShare> found(int k, List<Measured> group) {
    Combiner combiner = Combiner.of(manifest(k));
    GroupState state = GroupState.empty(combiner.length());
    for (Measured one : group) {
      state = state.plus(combiner.contribution(summary(one)));
    }
    return combiner.combine(state).outliers();
  }

  private static double[][] covariance(Measured one) {
    int k = one.estimate().length;
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        for (int a = 0; a < k; a++) {
          covariance[i][j] += one.root()[i][a] * one.root()[j][a];
        }
      }
    }
    return covariance;
  }

  /** The posterior with a standard normal prior: gain C (C + 1)^-1 of the prior. */
  private static ObjectSummary summary(Measured one) {
    int k = one.estimate().length;
    double[][] c = covariance(one);
    double[][] sum = Arrays.stream(c).map(double[]::clone).toArray(double[][]::new);
    for (int i = 0; i < k; i++) {
      sum[i][i] += 1;
    }
    double[][] inverse = inverse(sum);
    double[] mean = new double[k];
    double[] flat = new double[k * k];
    for (int i = 0; i < k; i++) {
      mean[i] = MEANS[i];
      for (int j = 0; j < k; j++) {
        // (C + 1)^-1 m, and 1 - (C + 1)^-1
        mean[i] += SDS[i] * inverse[i][j] * one.estimate()[j];
        flat[i * k + j] = SDS[i] * SDS[j] * ((i == j ? 1 : 0) - inverse[i][j]);
      }
    }
    return new ObjectSummary(mean, flat, new double[k][3], 1000);
  }

  private static double[][] inverse(double[][] m) {
    if (m.length == 1) {
      return new double[][] {{1 / m[0][0]}};
    }
    double determinant = m[0][0] * m[1][1] - m[0][1] * m[1][0];
    return new double[][] {
      {m[1][1] / determinant, -m[0][1] / determinant},
      {-m[1][0] / determinant, m[0][0] / determinant}
    };
  }

  /** By summation over shares and values; the marginal of a Gaussian likelihood is Gaussian. */
  private static OutlierShare exact(List<Measured> group, int parameter) {
    double[] ratios = new double[group.size()];
    double[] shareLogs = new double[SHARES];
    double[] shares = new double[SHARES];
    double[] priors = new double[SHARES];
    double priorSum = 0;
    for (int s = 0; s < SHARES; s++) {
      double root = (s + 0.5) / SHARES;
      shares[s] = OutlierStatistics.LARGEST * root * root;
      priors[s] = root * Math.pow(1 - shares[s], OutlierStatistics.PRIOR_POWER);
      priorSum += priors[s];
    }
    double centre = parameter == 0 ? 0.5 : -0.7;
    double reach = 1.2 * Math.sqrt(10.0 / group.size());
    double[] values = new double[VALUES];
    double[] weights = new double[values.length];
    double total = 0;
    double without = 0;
    double top = Double.NaN;
    double[] marginal = new double[SHARES];
    for (int v = 0; v < values.length; v++) {
      values[v] = centre + reach * (2.0 * v / (values.length - 1) - 1);
      double none = -0.5 * values[v] * values[v];
      for (int o = 0; o < ratios.length; o++) {
        Measured one = group.get(o);
        double variance = covariance(one)[parameter][parameter];
        double m = one.estimate()[parameter];
        ratios[o] =
            Math.exp(
                -0.5 * (m - values[v]) * (m - values[v]) / variance
                    + 0.5 * Math.log(1 + 1 / variance)
                    + 0.5 * m * m / (1 + variance));
        // a share of one in a million stands for none
        none += Math.log(1e-6 + (1 - 1e-6) * ratios[o]);
      }
      for (int s = 0; s < SHARES; s++) {
        shareLogs[s] = -0.5 * values[v] * values[v] + Math.log(priors[s] / priorSum);
        for (double ratio : ratios) {
          shareLogs[s] += Math.log(shares[s] + (1 - shares[s]) * ratio);
        }
        top = Double.isNaN(top) ? shareLogs[s] + 50 : top;
        double weight = Math.exp(shareLogs[s] - top);
        marginal[s] += weight;
        weights[v] += weight;
      }
      total += weights[v];
      without += Math.exp(none - top);
    }
    double mean = 0;
    double square = 0;
    for (int v = 0; v < values.length; v++) {
      mean += weights[v] / total * values[v];
      square += weights[v] / total * values[v] * values[v];
    }
    double share = 0;
    double below = 0;
    double[] quantiles = new double[5];
    int q = 0;
    for (int s = 0; s < SHARES; s++) {
      share += marginal[s] / total * shares[s];
      below += marginal[s] / total;
      while (q < 5 && below >= FactorizedPosterior.LEVELS.get(q)) {
        quantiles[q++] = shares[s];
      }
    }
    return new OutlierShare(
        "p" + parameter,
        share,
        quantiles,
        Math.log(total / without),
        MEANS[parameter] + SDS[parameter] * mean,
        SDS[parameter] * Math.sqrt(square - mean * mean));
  }

  private static Manifest manifest(int k) {
    return NormalParameters.manifest(k, MEANS, SDS);
  }
}
