package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.engine.inference.InferenceException;
import org.sidereus.engine.inference.ObjectSummary;

class GaussianFactorizationTest {
  // shared, local, shared: the combiner must pick rows 0 and 2
  private static final Manifest MANIFEST =
      Manifest.builder()
          .name("b")
          .version("1")
          .parameters(
              List.of(
                  new Parameter("a", "", Role.SHARED, new Normal(-2.3, 0.3)),
                  new Parameter("l", "", Role.LOCAL, new Uniform(0, 1)),
                  new Parameter("b", "", Role.SHARED, new Normal(1e5, 2e4))))
          .observables(List.of(new Observable("y", "", 0.1)))
          .features(List.of(new Feature(Feature.Kind.VALUE, "y")))
          .samples(100)
          .build();
  private static final double[] PRIOR_MEAN = {-2.3, 1e5};
  private static final double[] PRIOR_SD = {0.3, 2e4};

  private final GaussianFactorization combiner = new GaussianFactorization(MANIFEST);

  private static ObjectSummary posterior(Random random) {
    double u = 0.05 + random.nextDouble();
    double v = 0.05 + random.nextDouble();
    double rho = 1.8 * (random.nextDouble() - 0.5);
    return posterior(random.nextGaussian(), random.nextGaussian(), u, v, rho);
  }

  /** A posterior in units of the prior. */
  private static ObjectSummary posterior(double m0, double m1, double sd0, double sd1, double rho) {
    double a = sd0 * PRIOR_SD[0];
    double b = sd1 * PRIOR_SD[1];
    double c = rho * a * b;
    return new ObjectSummary(
        new double[] {PRIOR_MEAN[0] + m0 * PRIOR_SD[0], 0.5, PRIOR_MEAN[1] + m1 * PRIOR_SD[1]},
        new double[] {a * a, 0.01, c, 0.01, 0.04, 0.02, c, 0.02, b * b},
        new double[3][3],
        100);
  }

  /** Equation 5 in physical units, straight from the definition. */
  private static FactorizedPosterior definition(List<ObjectSummary> posteriors) {
    RealMatrix prior =
        MatrixUtils.createRealDiagonalMatrix(
            new double[] {1 / (PRIOR_SD[0] * PRIOR_SD[0]), 1 / (PRIOR_SD[1] * PRIOR_SD[1])});
    RealVector priorShift = prior.operate(MatrixUtils.createRealVector(PRIOR_MEAN));
    RealMatrix precision = prior;
    RealVector shift = priorShift;
    for (ObjectSummary p : posteriors) {
      double[] c = p.covariance();
      RealMatrix own =
          MatrixUtils.inverse(
              MatrixUtils.createRealMatrix(new double[][] {{c[0], c[2]}, {c[6], c[8]}}));
      RealVector mean = MatrixUtils.createRealVector(new double[] {p.mean()[0], p.mean()[2]});
      precision = precision.add(own).subtract(prior);
      shift = shift.add(own.operate(mean)).subtract(priorShift);
    }
    RealMatrix covariance = MatrixUtils.inverse(precision);
    double[][] c = covariance.getData();
    return FactorizedPosterior.gaussian(
        posteriors.size(),
        covariance.operate(shift).toArray(),
        new double[] {c[0][0], c[0][1], c[1][0], c[1][1]});
  }

  private static void assertClose(
      FactorizedPosterior found, FactorizedPosterior wanted, double tolerance) {
    assertThat(found.objects()).isEqualTo(wanted.objects());
    for (int i = 0; i < 2; i++) {
      assertThat(found.mean()[i]).isCloseTo(wanted.mean()[i], within(tolerance * wanted.sd(i)));
      for (int j = 0; j < 2; j++) {
        assertThat(found.covariance()[2 * i + j])
            .isCloseTo(
                wanted.covariance()[2 * i + j], within(tolerance * wanted.sd(i) * wanted.sd(j)));
      }
    }
  }

  @Property(tries = 100)
  void shouldBeTheProductOfPosteriorsOverPriors(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int n) {
    Random random = new Random(seed);
    List<ObjectSummary> posteriors = new ArrayList<>();
    GroupState state = GroupState.empty(combiner.length());
    for (int i = 0; i < n; i++) {
      // narrower than the prior, so that the definition itself is well conditioned
      posteriors.add(
          posterior(
              random.nextGaussian(), random.nextGaussian(), 0.3, 0.5, random.nextDouble() / 2));
      state = state.plus(combiner.contribution(posteriors.get(i)));
    }
    assertClose(combiner.combine(state), definition(posteriors), 1e-8);
  }

  @Property(tries = 50)
  void shouldNotDependOnOrderOrGrouping(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 200) int n) {
    Random random = new Random(seed);
    List<double[]> contributions = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      contributions.add(combiner.contribution(posterior(random)));
    }
    GroupState forward = sum(contributions);
    Collections.shuffle(contributions, random);
    int cut = random.nextInt(n);
    GroupState merged =
        sum(contributions.subList(0, cut)).merge(sum(contributions.subList(cut, n)));
    assertThat(merged.objects()).isEqualTo(n);
    assertClose(combiner.combine(merged), combiner.combine(forward), 1e-12);
  }

  @Test
  void shouldForgetReplacedContributions() {
    Random random = new Random(3);
    List<double[]> kept = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      kept.add(combiner.contribution(posterior(random)));
    }
    GroupState state = sum(kept);
    FactorizedPosterior before = combiner.combine(state);
    for (int i = 0; i < 1_000_000; i++) {
      int at = random.nextInt(kept.size());
      double scale = Math.pow(10, 6 * random.nextDouble() - 1);
      double[] other = kept.get(at).clone();
      for (int k = 0; k < other.length; k++) {
        other[k] *= scale * random.nextGaussian();
      }
      state = state.minus(kept.get(at)).plus(other).minus(other).plus(kept.get(at));
    }
    assertClose(combiner.combine(state), before, 1e-12);
    for (double[] contribution : kept) {
      state = state.minus(contribution);
    }
    assertThat(state.objects()).isZero();
    for (double left : state.sum()) {
      assertThat(left).isCloseTo(0, within(1e-15));
    }
  }

  @Test
  void shouldGiveOneObjectItsOwnPosteriorEvenIfBroaderThanThePrior() {
    ObjectSummary broad = posterior(0.4, -0.7, 1.3, 0.4, 0.5);
    GroupState state = GroupState.empty(combiner.length()).plus(combiner.contribution(broad));
    FactorizedPosterior group = combiner.combine(state);
    assertThat(group.mean()[0]).isCloseTo(broad.mean()[0], within(1e-12));
    assertThat(group.mean()[1]).isCloseTo(broad.mean()[2], within(1e-7));
    assertThat(group.sd(0) / broad.sd(0)).isCloseTo(1, within(1e-12));
    assertThat(group.sd(1) / broad.sd(2)).isCloseTo(1, within(1e-12));
    assertThat(group.correlation(0, 1)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void shouldReportThePriorWhereObjectsSayLessThanNothing() {
    double[] contribution = combiner.contribution(posterior(0.9, 0.5, 1.6, 0.5, 0));
    GroupState state = GroupState.empty(combiner.length());
    for (int i = 0; i < 10; i++) {
      state = state.plus(contribution);
    }
    FactorizedPosterior group = combiner.combine(state);
    // parameter a: 1 + 10 (1/1.6^2 - 1) < 0, so the prior; parameter b as ever
    assertThat(group.mean()[0]).isCloseTo(PRIOR_MEAN[0], within(1e-12));
    assertThat(group.sd(0)).isCloseTo(PRIOR_SD[0], within(1e-12));
    assertThat(group.sd(1) / PRIOR_SD[1]).isCloseTo(1 / Math.sqrt(31), within(1e-9));
    assertThat(group.mean()[1]).isCloseTo(1e5 + 2e4 * (10 * 4 * 0.5) / 31, within(1e-6));
  }

  @Test
  void shouldBeThePriorForAnEmptyGroup() {
    FactorizedPosterior group = combiner.combine(GroupState.empty(combiner.length()));
    assertThat(group.objects()).isZero();
    assertThat(group.mean()).containsExactly(PRIOR_MEAN);
    assertThat(group.sd(0)).isEqualTo(PRIOR_SD[0], within(1e-15));
    assertThat(group.correlation(0, 1)).isZero();
  }

  @Test
  void shouldRefuseDegeneratePosteriors() {
    assertThatThrownBy(() -> combiner.contribution(posterior(0, 0, 0, 1, 0)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("no variance");
    assertThatThrownBy(() -> combiner.contribution(posterior(Double.NaN, 0, 1, 1, 0)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> combiner.contribution(posterior(0, 0, Double.NaN, 1, 0)))
        .isInstanceOf(InferenceException.class);
  }

  @Test
  void shouldRestoreStatesFromTheirParts() {
    Random random = new Random(1);
    GroupState state =
        GroupState.empty(combiner.length())
            .plus(combiner.contribution(posterior(random)))
            .plus(combiner.contribution(posterior(random)));
    assertThat(GroupState.of(state.objects(), state.high(), state.low())).isEqualTo(state);
    GroupState empty = GroupState.empty(2);
    assertThatThrownBy(() -> empty.minus(new double[2])).hasMessageContaining("without objects");
    assertThatThrownBy(() -> empty.plus(new double[3])).hasMessageContaining("does not fit");
  }

  private GroupState sum(List<double[]> contributions) {
    GroupState state = GroupState.empty(combiner.length());
    for (double[] contribution : contributions) {
      state = state.plus(contribution);
    }
    return state;
  }
}
