package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.polynomial.PolynomialBasis;
import org.sidereus.engine.polynomial.SharedCoordinates;

final class PolynomialFactorizationTest {
  private static final Manifest ONE_SHARED =
      Manifest.builder()
          .name("one")
          .version("1")
          .parameters(List.of(new Parameter("rate", "", Role.SHARED, new Normal(2, 0.5))))
          .observables(List.of(new Observable("count", "", 1.0)))
          .features(List.of(new Feature(Feature.Kind.VALUE, "count")))
          .samples(256)
          .build();

  @Test
  void shouldGiveThePriorWithoutObjects() {
    PolynomialFactorization combiner = new PolynomialFactorization(ONE_SHARED);
    FactorizedPosterior group = combiner.combine(0, new double[combiner.length()]);
    assertThat(group.mean()[0]).isEqualTo(2);
    assertThat(group.sd(0)).isEqualTo(0.5);
  }

  @Property(tries = 30)
  void shouldAgreeWithTheGaussianFactorizationWhereEverythingIsGaussian(@ForAll long seed) {
    Random random = new Random(seed);
    PolynomialFactorization polynomial = new PolynomialFactorization(ONE_SHARED);
    GaussianFactorization gaussian = new GaussianFactorization(ONE_SHARED);
    GroupState some = GroupState.empty(polynomial.length());
    GroupState others = GroupState.empty(gaussian.length());
    for (int i = 0; i < 1 + random.nextInt(50); i++) {
      double sd = 0.1 + 0.3 * random.nextDouble();
      ObjectSummary object = summary(2 + 0.3 * random.nextGaussian(), sd, null);
      some = some.plus(polynomial.contribution(object));
      others = others.plus(gaussian.contribution(object));
    }
    FactorizedPosterior expected = gaussian.combine(others);
    FactorizedPosterior group = polynomial.combine(some);
    assertThat(group.mean()[0]).isCloseTo(expected.mean()[0], within(1e-6 * expected.sd(0)));
    assertThat(group.sd(0)).isCloseTo(expected.sd(0), within(1e-6 * expected.sd(0)));
  }

  /**
   * A thousand skewed likelihoods with the logarithm -n (exp(z) - 1 - z c): the product is known,
   * and a Gaussian with the moments of each object is several standard deviations off.
   */
  @Test
  void shouldCombineSkewedPosteriorsWithoutBias() {
    PolynomialFactorization combiner = new PolynomialFactorization(ONE_SHARED);
    PolynomialBasis basis = new SharedCoordinates(ONE_SHARED).basis();
    double cubic = 0.4;
    double quartic = -0.3;
    double[] logRatio = {0, 0.2, -2, cubic, quartic, 0.1, -0.05, 0, 0};
    assertThat(logRatio).hasSize(basis.size());
    double[] moments = moments(logRatio, 1, -6, 6);
    GroupState group = GroupState.empty(combiner.length());
    int objects = 1000;
    for (int i = 0; i < objects; i++) {
      ObjectSummary object = summary(2 + 0.5 * moments[0], 0.5 * Math.sqrt(moments[1]), logRatio);
      group = group.plus(combiner.contribution(object));
    }
    double[] exact = moments(logRatio, objects, -0.2, 0.4);
    FactorizedPosterior summary = combiner.combine(group);
    double sd = 0.5 * Math.sqrt(exact[1]);
    assertThat(summary.mean()[0]).isCloseTo(2 + 0.5 * exact[0], within(1e-3 * sd));
    assertThat(summary.sd(0)).isCloseTo(sd, within(1e-3 * sd));
    double[] natural = Arrays.copyOf(group.sum(), 2);
    FactorizedPosterior gaussian = new GaussianFactorization(ONE_SHARED).combine(objects, natural);
    assertThat(Math.abs(gaussian.mean()[0] - summary.mean()[0])).isGreaterThan(sd);
  }

  /**
   * One-sided objects, as at the edge of what can be measured: Gaussians lie 15 sd from the peak.
   */
  @Test
  void shouldFindThePeakFarFromTheGaussian() {
    PolynomialFactorization combiner = new PolynomialFactorization(ONE_SHARED);
    double[] logRatio = {0, -2, -1, -1.5, -1.5, 0, -0.05, 0, 0};
    int objects = 1000;
    double[] one = moments(logRatio, 1, -8, 8);
    double[] exact = moments(logRatio, objects, -2, 1);
    ObjectSummary object = summary(2 + 0.5 * one[0], 0.5 * Math.sqrt(one[1]), logRatio);
    GroupState group = GroupState.empty(combiner.length());
    for (int i = 0; i < objects; i++) {
      group = group.plus(combiner.contribution(object));
    }
    FactorizedPosterior summary = combiner.combine(group);
    double sd = 0.5 * Math.sqrt(exact[1]);
    double[] natural = Arrays.copyOf(group.sum(), 2);
    FactorizedPosterior gaussian = new GaussianFactorization(ONE_SHARED).combine(objects, natural);
    assertThat(Math.abs(gaussian.mean()[0] - 2 - 0.5 * exact[0])).isGreaterThan(8 * sd);
    assertThat(summary.method()).isEqualTo(CombinationMethod.POLYNOMIAL);
    assertThat(summary.mean()[0]).isCloseTo(2 + 0.5 * exact[0], within(1e-2 * sd));
    assertThat(summary.sd(0)).isCloseTo(sd, within(1e-2 * sd));
  }

  @Test
  void shouldFallBackToTheGaussianWhereThePolynomialHasNoMaximum() {
    PolynomialFactorization combiner = new PolynomialFactorization(ONE_SHARED);
    ObjectSummary object = summary(2.1, 0.2, new double[] {0, 0, 5, 0, 1, 0, 0, 0, 0});
    FactorizedPosterior group = combiner.combine(1, combiner.contribution(object));
    assertThat(group.mean()[0]).isCloseTo(2.1, within(1e-9));
    assertThat(group.sd(0)).isCloseTo(0.2, within(1e-9));
  }

  @Test
  void shouldGiveQuantilesAndADensityOfASkewedPosterior() {
    PolynomialFactorization combiner = new PolynomialFactorization(ONE_SHARED);
    double[] logRatio = {0, 0.2, -2, 0.8, -0.4, 0, -0.01, 0, 0};
    double[] moments = moments(logRatio, 1, -6, 6);
    ObjectSummary object = summary(2 + 0.5 * moments[0], 0.5 * Math.sqrt(moments[1]), logRatio);
    FactorizedPosterior group = combiner.combine(1, combiner.contribution(object));
    assertThat(group.method()).isEqualTo(CombinationMethod.POLYNOMIAL);
    double total = mass(logRatio, 8);
    for (int q = 0; q < 5; q++) {
      double z = (group.quantiles()[0][q] - 2) / 0.5;
      assertThat(mass(logRatio, z) / total)
          .isCloseTo(FactorizedPosterior.LEVELS.get(q), within(1e-4));
    }
    MarginalDensity density = group.densities().get(0);
    assertThat(density.nodes()).hasSize(MarginalDensity.POINTS);
    for (int i = 0; i < density.nodes().length; i++) {
      double z = (density.nodes()[i] - 2) / 0.5;
      double p = new PolynomialBasis(1, 6).valueAt(logRatio, new double[] {z});
      assertThat(density.values()[i])
          .isCloseTo(Math.exp(p - z * z / 2) / total / 0.5, within(1e-4));
    }
  }

  private static double mass(double[] p, double to) {
    PolynomialBasis basis = new PolynomialBasis(1, 6);
    double step = (to + 8) / 100_000;
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      double z = -8 + (i + 0.5) * step;
      sum += step * Math.exp(basis.valueAt(p, new double[] {z}) - z * z / 2);
    }
    return sum;
  }

  /** Mean and variance of the standard normal times exp(n p(z)) by a fine sum. */
  private static double[] moments(double[] p, int n, double from, double to) {
    PolynomialBasis basis = new PolynomialBasis(1, 6);
    double[] sums = new double[3];
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= 200; i++) {
      double z = from + (to - from) * i / 200;
      highest = Math.max(highest, n * basis.valueAt(p, new double[] {z}) - z * z / 2);
    }
    for (int i = 0; i <= 200_000; i++) {
      double z = from + (to - from) * i / 200_000;
      double w = Math.exp(n * basis.valueAt(p, new double[] {z}) - z * z / 2 - highest);
      sums[0] += w;
      sums[1] += w * z;
      sums[2] += w * z * z;
    }
    double mean = sums[1] / sums[0];
    return new double[] {mean, sums[2] / sums[0] - mean * mean};
  }

  private static ObjectSummary summary(double mean, double sd, double[] logRatio) {
    return ObjectSummary.builder(
            new double[] {mean},
            new double[] {sd * sd},
            new double[][] {{mean - sd, mean, mean + sd}},
            256)
        .sharedLogRatio(logRatio)
        .build();
  }

  /** Where everything is Gaussian, the joint density at the nodes is exp(-(t_a^2 + t_b^2) / 2). */
  @Test
  void shouldGiveTheJointDensityOfEachPair() {
    Manifest two =
        Manifest.builder()
            .name("two")
            .version("1")
            .parameters(
                List.of(
                    new Parameter("rate", "", Role.SHARED, new Normal(2, 0.5)),
                    new Parameter("slope", "", Role.SHARED, new Normal(-1, 0.3))))
            .observables(List.of(new Observable("count", "", 1.0)))
            .features(List.of(new Feature(Feature.Kind.VALUE, "count")))
            .samples(256)
            .build();
    PolynomialFactorization combiner = new PolynomialFactorization(two);
    GroupState group = GroupState.empty(combiner.length());
    for (int i = 0; i < 5; i++) {
      group =
          group.plus(
              combiner.contribution(
                  new ObjectSummary(
                      new double[] {2.1, -1.1},
                      new double[] {0.04, 0.006, 0.006, 0.01},
                      new double[2][3],
                      256)));
    }
    List<JointDensity> joints = combiner.combine(group).joints();
    assertThat(joints).hasSize(1);
    int side = JointDensity.POINTS;
    for (int a = 0; a < side; a++) {
      for (int b = 0; b < side; b++) {
        double expected =
            -0.5 * (Math.pow(JointDensity.step(a), 2) + Math.pow(JointDensity.step(b), 2));
        assertThat(joints.get(0).logDensity()[a * side + b]).isCloseTo(expected, within(1e-3));
      }
    }
  }
}
