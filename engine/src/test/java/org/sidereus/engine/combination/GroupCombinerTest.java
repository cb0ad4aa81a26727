package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.ObjectSummary;

final class GroupCombinerTest {
  private static final double[] PRIOR_MEAN = {-2.3, 1e5};
  private static final double[] PRIOR_SD = {0.3, 2e4};

  private final Combiner combiner = Combiner.of(manifest(2));

  /** The disagreement of Gaussian objects is the same by both methods; this one is faster. */
  private final Combiner gaussians = Combiner.of(manifest(2), CombinationMethod.GAUSSIAN);

  private final Random random = new Random(7);

  private static Manifest manifest(int shared) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < shared; i++) {
      parameters.add(
          new Parameter("p" + i, "", Role.SHARED, new Normal(PRIOR_MEAN[i], PRIOR_SD[i])));
    }
    return Manifest.builder()
        .name("synthetic")
        .version("1")
        .parameters(parameters)
        .observables(List.of(new Observable("y", "", 0.1)))
        .features(List.of(new Feature(Feature.Kind.VALUE, "y")))
        .samples(256)
        .build();
  }

  /**
   * The length belongs to the layout: a change of the length must raise the number of the layout.
   */
  @Test
  void shouldNameTheLayoutOfContributions() {
    String shared =
        " in [p0 of mean -2.30000 and sd 0.300000, p1 of mean 100000 and sd 20000.0]"
            + ", flagged objects left out";
    assertThat(combiner.layout())
        .isEqualTo(
            "layout 5, polynomial of degree 8,"
                + " population of degree 4 at [0.0, 0.05, 0.1, 0.2, 0.4, 0.8],"
                + " outliers of shares [1.0E-6, 0.001, 0.006, 0.03, 0.12, 0.35]"
                + shared);
    assertThat(combiner.length()).isEqualTo(930);
    Combiner gaussian = Combiner.of(manifest(2), CombinationMethod.GAUSSIAN);
    assertThat(gaussian.layout()).isEqualTo("layout 5, gaussian" + shared);
    assertThat(gaussian.length()).isEqualTo(55);
  }

  /** An object with a Gaussian likelihood of random width around the truth, in prior units. */
  private static ObjectSummary gaussian(Random random, double[] truth, double scatter) {
    double a = 0.3 + random.nextDouble();
    double b = 0.3 + random.nextDouble();
    double c = 0.8 * (2 * random.nextDouble() - 1) * a * b;
    RealMatrix noise = MatrixUtils.createRealMatrix(new double[][] {{a * a, c}, {c, b * b}});
    RealVector draw =
        MatrixUtils.createRealVector(new double[] {random.nextGaussian(), random.nextGaussian()});
    RealVector estimate =
        new CholeskyDecomposition(noise)
            .getL()
            .operate(draw)
            .add(MatrixUtils.createRealVector(truth));
    for (int i = 0; i < 2; i++) {
      estimate.addToEntry(i, scatter * random.nextGaussian());
    }
    RealMatrix precision = MatrixUtils.inverse(noise);
    RealMatrix covariance =
        MatrixUtils.inverse(precision.add(MatrixUtils.createRealIdentityMatrix(2)));
    double[] mean = covariance.operate(precision.operate(estimate)).toArray();
    double[] flat = new double[4];
    for (int i = 0; i < 2; i++) {
      mean[i] = PRIOR_MEAN[i] + PRIOR_SD[i] * mean[i];
      for (int j = 0; j < 2; j++) {
        flat[2 * i + j] = covariance.getEntry(i, j) * PRIOR_SD[i] * PRIOR_SD[j];
      }
    }
    return new ObjectSummary(mean, flat, new double[2][3], 256);
  }

  /** The posterior of the logarithm z / 2 of a rate from a count: skewed. */
  private static ObjectSummary counted(int count, double exposure) {
    double[] sums = new double[3];
    for (int i = 0; i <= 4000; i++) {
      double z = -6 + 12.0 * i / 4000;
      double log = count * z / 2 - exposure * Math.expm1(z / 2) - z * z / 2;
      double weight = Math.exp(log);
      sums[0] += weight;
      sums[1] += weight * z;
      sums[2] += weight * z * z;
    }
    double mean = sums[1] / sums[0];
    double variance = sums[2] / sums[0] - mean * mean;
    return new ObjectSummary(
        new double[] {PRIOR_MEAN[0] + PRIOR_SD[0] * mean},
        new double[] {PRIOR_SD[0] * PRIOR_SD[0] * variance},
        new double[1][3],
        256);
  }

  private static GroupState sum(Combiner combiner, List<double[]> contributions) {
    GroupState state = GroupState.empty(combiner.length());
    for (double[] one : contributions) {
      state = state.plus(one);
    }
    return state;
  }

  private GroupSummary group(int objects, Supplier<ObjectSummary> object) {
    return group(combiner, objects, object);
  }

  private static GroupSummary group(
      Combiner combiner, int objects, Supplier<ObjectSummary> object) {
    GroupState state = GroupState.empty(combiner.length());
    for (int i = 0; i < objects; i++) {
      state = state.plus(combiner.contribution(object.get()));
    }
    return combiner.combine(state);
  }

  private static void assertSame(GroupSummary found, GroupSummary wanted) {
    assertThat(found.objects()).isEqualTo(wanted.objects());
    assertThat(found.flags()).isEqualTo(wanted.flags());
    assertThat(found.factorized().method()).isEqualTo(wanted.factorized().method());
    assertThat(found.disagreement().ratio())
        .isCloseTo(wanted.disagreement().ratio(), within(1e-9 * wanted.disagreement().ratio()));
    assertThat(found.disagreement().degreesOfFreedom())
        .isCloseTo(
            wanted.disagreement().degreesOfFreedom(),
            within(1e-9 * wanted.disagreement().degreesOfFreedom()));
    assertThat(found.disagreement().pValue())
        .isCloseTo(wanted.disagreement().pValue(), within(1e-9));
    for (int i = 0; i < 2; i++) {
      double sd = wanted.sd(i);
      assertThat(found.mean()[i]).isCloseTo(wanted.mean()[i], within(1e-9 * sd));
      assertThat(found.sd(i)).isCloseTo(sd, within(1e-9 * sd));
      assertThat(found.robustSd(i)).isCloseTo(wanted.robustSd(i), within(1e-9 * sd));
      assertThat(Math.pow(found.disagreement().scatter()[i] / PRIOR_SD[i], 2))
          .isCloseTo(Math.pow(wanted.disagreement().scatter()[i] / PRIOR_SD[i], 2), within(1e-9));
      assertThat(found.factorized().quantiles()[i])
          .containsExactly(wanted.factorized().quantiles()[i], within(1e-9 * sd));
      assertThat(found.factorized().densities().get(i).values())
          .containsExactly(wanted.factorized().densities().get(i).values(), within(1e-9 / sd));
    }
  }

  @Property(tries = 20)
  void shouldNotDependOnOrderMergingOrReplacement(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 100) int n) {
    Random draws = new Random(seed);
    List<double[]> contributions = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      contributions.add(combiner.contribution(gaussian(draws, new double[2], draws.nextDouble())));
    }
    GroupSummary wanted = combiner.combine(sum(combiner, contributions));
    double[] other = combiner.contribution(gaussian(draws, new double[2], 100));
    Collections.shuffle(contributions, draws);
    int cut = draws.nextInt(n);
    GroupState merged =
        sum(combiner, contributions.subList(0, cut))
            .plus(other)
            .merge(sum(combiner, contributions.subList(cut, n)).minus(contributions.get(n - 1)))
            .plus(contributions.get(n - 1))
            .minus(other);
    assertSame(combiner.combine(merged), wanted);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 100, 1000})
  void shouldSeldomFlagGaussianObjectsThatAgree(int objects) {
    int groups = objects > 100 ? 100 : 400;
    int flagged = 0;
    double ratio = 0;
    int unwidened = 0;
    for (int g = 0; g < groups; g++) {
      double[] truth = {random.nextGaussian(), random.nextGaussian()};
      GroupSummary group = group(gaussians, objects, () -> gaussian(random, truth, 0));
      flagged += group.flags().contains(GroupFlag.HETEROGENEOUS) ? 1 : 0;
      ratio += group.disagreement().ratio() / groups;
      unwidened += group.robustSd(0) == group.sd(0) ? 1 : 0;
    }
    assertThat(flagged).isLessThan((int) (0.03 * groups));
    assertThat(ratio).isCloseTo(1, within(5 / Math.sqrt(groups * (double) objects)));
    assertThat(unwidened).isGreaterThan((int) (0.97 * groups));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100, 1000})
  void shouldSeldomFlagSkewedObjectsThatAgree(int objects) {
    Combiner one = Combiner.of(manifest(1));
    Map<Integer, ObjectSummary> known = new HashMap<>();
    int groups = objects > 100 ? 60 : 200;
    int flagged = 0;
    for (int g = 0; g < groups; g++) {
      double rate = 20 * Math.exp(0.25 * random.nextGaussian());
      GroupSummary group =
          group(
              one,
              objects,
              () -> known.computeIfAbsent(poisson(rate), count -> counted(count, 20)));
      flagged += group.flags().isEmpty() ? 0 : 1;
    }
    assertThat(flagged).isLessThan((int) (0.05 * groups));
  }

  private int poisson(double rate) {
    double left = Math.exp(-rate);
    double product = random.nextDouble();
    int count = 0;
    while (product > left) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  @Test
  void shouldMeasureScatterAndWidenByIt() {
    double[] truth = {0.4, -0.6};
    GroupSummary group = group(2000, () -> gaussian(random, truth, 0.5));
    assertThat(group.flags()).containsExactly(GroupFlag.HETEROGENEOUS);
    assertThat(group.disagreement().pValue()).isLessThan(1e-10);
    for (int i = 0; i < 2; i++) {
      assertThat(group.disagreement().scatter()[i] / PRIOR_SD[i]).isCloseTo(0.5, within(0.08));
      assertThat(group.robustSd(i) / PRIOR_SD[i]).isBetween(1.0, 1.6);
      assertThat(group.sd(i) / PRIOR_SD[i]).isLessThan(0.05);
    }
  }

  @Test
  void shouldCoverWhereAnErrorDependsOnTheObject() {
    int covered = 0;
    int flagged = 0;
    for (int g = 0; g < 100; g++) {
      double[] truth = {random.nextGaussian(), random.nextGaussian()};
      double common = 0.4 * random.nextGaussian();
      GroupSummary group =
          group(
              100,
              () -> {
                double own = common + 0.4 * random.nextGaussian();
                return gaussian(random, new double[] {truth[0] + own, truth[1] - own}, 0);
              });
      flagged += group.flags().isEmpty() ? 0 : 1;
      boolean inside = true;
      for (int i = 0; i < 2; i++) {
        double distance = group.robustMean()[i] - (PRIOR_MEAN[i] + PRIOR_SD[i] * truth[i]);
        inside &= Math.abs(distance) < 2 * group.robustSd(i);
      }
      covered += inside ? 1 : 0;
    }
    assertThat(flagged).isGreaterThan(95);
    assertThat(covered).isGreaterThan(90);
  }

  /**
   * Products of matrices are symmetric but for their last bits, which eigenvalues do not forgive.
   */
  @Test
  void shouldGiveAPosteriorWhateverTheDisagreement() {
    for (int trial = 0; trial < 400; trial++) {
      double scatter = Math.pow(10, random.nextDouble() - 1);
      double[] covariance =
          group(gaussians, 400, () -> gaussian(random, new double[] {0.3, -0.2}, scatter))
              .robustCovariance();
      assertThat(covariance[1]).isCloseTo(covariance[2], within(1e-9 * Math.abs(covariance[2])));
    }
  }

  @Test
  void shouldJudgeNothingOfOneObject() {
    GroupSummary group = group(1, () -> gaussian(random, new double[2], 3));
    assertThat(group.disagreement()).isNull();
    assertThat(group.flags()).isEmpty();
    assertThat(group.robustSd(0)).isEqualTo(group.sd(0));
  }

  @Test
  void shouldFlagAndWidenWhereTheModelDoesNotFit() {
    Random chances = new Random(9);
    for (double scale : new double[] {1, 3}) {
      GroupSummary group =
          group(
              20,
              () -> {
                double chiSquare = 0;
                for (int i = 0; i < 8; i++) {
                  chiSquare += scale * Math.pow(chances.nextGaussian(), 2);
                }
                return checked(gaussian(random, new double[2], 0), chiSquare, 8);
              });
      assertThat(group.misfit().ratio()).isCloseTo(scale, within(0.3 * scale));
      if (scale == 1) {
        assertThat(group.flags()).isEmpty();
        assertThat(group.robustSd(0)).isEqualTo(group.sd(0));
      } else {
        assertThat(group.flags()).containsExactly(GroupFlag.MODEL_MISFIT);
        assertThat(group.robustSd(0)).isGreaterThan(3 * group.sd(0));
      }
    }
  }

  @Test
  void shouldNotLetOneObjectAmongThousandsFlagTheModel() {
    ObjectSummary object = gaussian(random, new double[2], 0);
    GroupState state = GroupState.empty(combiner.length());
    for (int i = 0; i < 2000; i++) {
      state = state.plus(combiner.contribution(checked(object, 8, 8)));
    }
    state = state.plus(combiner.contribution(checked(object, 1e9, 8)));
    assertThat(combiner.combine(state).flags()).doesNotContain(GroupFlag.MODEL_MISFIT);
  }

  private static ObjectSummary checked(ObjectSummary object, double chiSquare, int measured) {
    return object.toBuilder()
        .check(new LikelihoodCheck(200, -3.5, chiSquare, 0.5, measured))
        .corrected(true)
        .build();
  }

  @Test
  void shouldSumEvidencesOnlyIfEveryObjectHasOne() {
    ObjectSummary object = gaussian(random, new double[2], 0);
    double[] unknown = combiner.contribution(object);
    double[] known = combiner.contribution(checked(object, 7, 8));
    GroupState both = sum(combiner, List.of(known, known));
    assertThat(combiner.combine(both).logEvidence()).isEqualTo(-7);
    assertThat(combiner.combine(both.plus(unknown)).logEvidence()).isNull();
    assertThat(combiner.combine(GroupState.empty(combiner.length())).logEvidence()).isNull();
  }

  @Test
  void shouldCombineByTheMethodAskedFor() {
    assertThat(group(10, () -> gaussian(random, new double[2], 0)).factorized().method())
        .isEqualTo(CombinationMethod.POLYNOMIAL);
    Combiner gaussian = Combiner.of(manifest(2), CombinationMethod.GAUSSIAN);
    GroupSummary group = group(gaussian, 10, () -> gaussian(random, new double[2], 0));
    assertThat(group.factorized().method()).isEqualTo(CombinationMethod.GAUSSIAN);
    assertThat(group.disagreement()).isNotNull();
  }
}
