package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.polynomial.SharedCoordinates;

/** Groups of random objects, absurd ones among them. */
final class RandomGroupsTest {
  private static final double[] PRIOR_MEAN = {-2.3, 40};
  private static final double[] PRIOR_SD = {0.3, 7};
  private static final Manifest MANIFEST =
      Manifest.builder()
          .name("synthetic")
          .version("1")
          .parameters(
              List.of(
                  new Parameter("a", "", Role.SHARED, new Normal(PRIOR_MEAN[0], PRIOR_SD[0])),
                  new Parameter("b", "", Role.SHARED, new Normal(PRIOR_MEAN[1], PRIOR_SD[1]))))
          .observables(List.of(new Observable("y", "", 0.1)))
          .features(List.of(new Feature(Feature.Kind.VALUE, "y")))
          .samples(256)
          .build();

  private static final int MONOMIALS = new SharedCoordinates(MANIFEST).basis().size();

  private final Combiner leavingOut = Combiner.of(MANIFEST);
  private final Combiner counting =
      Combiner.of(MANIFEST, CombinationMethod.POLYNOMIAL, FlaggedObjects.COUNT);
  private final Combiner gaussian =
      Combiner.of(MANIFEST, CombinationMethod.GAUSSIAN, FlaggedObjects.COUNT);

  /** An object of random sanity. */
  private static ObjectSummary object(Random random) {
    double absurdity = random.nextInt(3) == 0 ? Math.pow(10, 3 * random.nextDouble()) : 1;
    double a = (0.05 + random.nextDouble()) * absurdity;
    double b = (0.05 + random.nextDouble()) * (random.nextBoolean() ? absurdity : 1);
    double c = 0.95 * (2 * random.nextDouble() - 1) * a * b;
    double[] z = {random.nextGaussian() * absurdity, random.nextGaussian() * absurdity};
    double[] mean = new double[2];
    double[][] quantiles = new double[2][3];
    double[][] tails = new double[2][2];
    double[] sd = {a * PRIOR_SD[0], b * PRIOR_SD[1]};
    for (int i = 0; i < 2; i++) {
      mean[i] = PRIOR_MEAN[i] + PRIOR_SD[i] * z[i];
      double skew = random.nextInt(20) == 0 ? 3 : 0.2 * random.nextDouble();
      quantiles[i] = new double[] {mean[i] - sd[i], mean[i] + skew * sd[i], mean[i] + sd[i]};
      tails[i] = new double[] {mean[i] - 2 * sd[i], mean[i] + 2 * sd[i]};
    }
    double[] polynomial = null;
    if (random.nextBoolean()) {
      polynomial = new double[MONOMIALS];
      for (int i = 1; i < MONOMIALS; i++) {
        polynomial[i] = random.nextGaussian() * absurdity * Math.pow(0.5, i);
      }
    }
    Set<ObjectFlag> flags = EnumSet.noneOf(ObjectFlag.class);
    for (ObjectFlag flag : ObjectFlag.values()) {
      if (random.nextInt(6) == 0) {
        flags.add(flag);
      }
    }
    boolean corrected = !flags.contains(ObjectFlag.LOW_EFFECTIVE_SAMPLE_SIZE);
    return ObjectSummary.builder(
            mean,
            new double[] {
              sd[0] * sd[0],
              c * PRIOR_SD[0] * PRIOR_SD[1],
              c * PRIOR_SD[0] * PRIOR_SD[1],
              sd[1] * sd[1]
            },
            quantiles,
            256)
        .sharedLogRatio(polynomial)
        .check(new LikelihoodCheck(corrected ? 200 : 3, -10 * absurdity, 8 * absurdity, 0.5, 8))
        .corrected(corrected)
        .flags(flags)
        .tails(tails)
        .build();
  }

  private static List<ObjectSummary> objects(Random random, int count) {
    List<ObjectSummary> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      objects.add(object(random));
    }
    return objects;
  }

  private static GroupState sum(Combiner combiner, List<ObjectSummary> objects) {
    GroupState state = GroupState.empty(combiner.length());
    for (ObjectSummary object : objects) {
      state = state.plus(combiner.contribution(object));
    }
    return state;
  }

  @Property(tries = 300)
  void shouldPublishNothingImpossible(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 12) int n, @ForAll boolean counts) {
    Combiner combiner = counts ? counting : leavingOut;
    List<ObjectSummary> objects = objects(new Random(seed), n);
    GroupSummary group = combiner.combine(sum(combiner, objects));
    assertThat(group.objects()).isEqualTo(n);
    assertThat(group.combined() + group.leftOutObjects()).isEqualTo(n);
    PublishedNumbers.assertSound(MANIFEST, group);
    for (int i = 0; i < 2; i++) {
      if (Math.abs(group.mean()[i] - PRIOR_MEAN[i]) > 5 * PRIOR_SD[i]) {
        assertThat(group.flags()).contains(GroupFlag.OUT_OF_SUPPORT);
      }
    }
  }

  /**
   * Two objects of which one determines nearly all: they scattered less than allowed, were called
   * heterogeneous all the same, and the robust variance was negative.
   */
  @Example
  void shouldNotCallLessThanTheAllowedScatterADisagreement() {
    shouldPublishNothingImpossible(-20783897579841L, 2, true);
    GroupSummary group = counting.combine(sum(counting, objects(new Random(-20783897579841L), 2)));
    assertThat(group.disagreement().ratio()).isLessThan(1);
    assertThat(group.flags()).doesNotContain(GroupFlag.HETEROGENEOUS);
  }

  @Property(tries = 150)
  void shouldNotDependOnTheOrder(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int n, @ForAll boolean counts) {
    Combiner combiner = counts ? counting : leavingOut;
    Random random = new Random(seed);
    List<ObjectSummary> objects = objects(random, n);
    GroupSummary wanted = combiner.combine(sum(combiner, objects));
    Collections.shuffle(objects, random);
    int cut = random.nextInt(n);
    GroupSummary found =
        combiner.combine(
            sum(combiner, objects.subList(0, cut)).merge(sum(combiner, objects.subList(cut, n))));
    assertThat(found.flags()).isEqualTo(wanted.flags());
    assertThat(found.leftOut()).isEqualTo(wanted.leftOut());
    assertThat(found.factorized().method()).isEqualTo(wanted.factorized().method());
    for (int i = 0; i < 2; i++) {
      assertThat(found.mean()[i]).isCloseTo(wanted.mean()[i], within(1e-6 * wanted.sd(i)));
      assertThat(found.sd(i)).isCloseTo(wanted.sd(i), within(1e-6 * wanted.sd(i)));
    }
  }

  @Property(tries = 150)
  void shouldIgnoreWhatIsLeftOut(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int n) {
    Random random = new Random(seed);
    List<ObjectSummary> objects = objects(random, n);
    List<ObjectSummary> kept =
        objects.stream()
            .filter(o -> o.flags().stream().noneMatch(ObjectFlag::leavesOut))
            .filter(o -> Math.abs(o.mean()[0] - PRIOR_MEAN[0]) <= 5 * PRIOR_SD[0])
            .filter(o -> Math.abs(o.mean()[1] - PRIOR_MEAN[1]) <= 5 * PRIOR_SD[1])
            .toList();
    GroupSummary all = leavingOut.combine(sum(leavingOut, objects));
    GroupSummary some = leavingOut.combine(sum(leavingOut, kept));
    assertThat(all.combined()).isEqualTo(kept.size());
    assertThat(all.mean()).isEqualTo(some.mean());
    assertThat(all.covariance()).isEqualTo(some.covariance());
    double evidence = objects.stream().mapToDouble(o -> o.check().logEvidence()).sum();
    assertThat(all.logEvidence()).isCloseTo(evidence, within(1e-9 * Math.abs(evidence)));
  }

  /** What is not supported by an object's own samples never widens its group. */
  @Property(tries = 1000)
  void shouldNotLoseInformationToUnsupportedObjects(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int n) {
    Random random = new Random(seed);
    List<ObjectSummary> objects = objects(random, n);
    objects.removeIf(o -> o.corrected() && wider(o));
    GroupState state = sum(gaussian, objects);
    ObjectSummary one = object(random);
    if (one.corrected() || state.objects() < 2) {
      return;
    }
    GroupSummary before = gaussian.combine(state);
    GroupSummary after = gaussian.combine(state.plus(gaussian.contribution(one)));
    if (before.combined() < 2) {
      return;
    }
    for (int i = 0; i < 2; i++) {
      assertThat(after.sd(i)).isLessThanOrEqualTo(before.sd(i) * (1 + 1e-9));
    }
  }

  private static boolean wider(ObjectSummary object) {
    double a = object.covariance()[0] / (PRIOR_SD[0] * PRIOR_SD[0]);
    double b = object.covariance()[3] / (PRIOR_SD[1] * PRIOR_SD[1]);
    return a + b > 1;
  }
}
