package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;

/** Small groups of absurd stars: whatever is measured, the published numbers are of one density. */
final class AbsurdGroupsTest {
  private static final int[] SIZES = {1, 2, 3, 5};
  private static final int GROUPS = 4;

  private static MockStars mock;

  private final SplittableRandom random = new SplittableRandom(20);
  private final Combiner leavingOut = Combiner.of(mock.manifest());
  private final Combiner counting =
      Combiner.of(mock.manifest(), CombinationMethod.POLYNOMIAL, FlaggedObjects.COUNT);
  private final Combiner gaussian =
      Combiner.of(mock.manifest(), CombinationMethod.GAUSSIAN, FlaggedObjects.COUNT);

  @BeforeAll
  static void open() {
    mock = MockStars.of("gce-tng");
  }

  @AfterAll
  static void close() {
    mock.close();
  }

  /** What is absurd about a star. */
  enum Absurdity {
    ORDINARY,
    ONE_MEASUREMENT,
    ONE_MEASUREMENT_EXACT,
    ONE_MEASUREMENT_WITHOUT_INFORMATION,
    TINY_ERRORS,
    HUGE_ERRORS,
    TINY_AND_HUGE_ERRORS,
    ONE_TINY_ERROR,
    EDGE_OF_THE_PRIOR,
    FAR_BEYOND_THE_PRIOR,
    EXACT_AGE_ALONE,
    HUGE_VALUES
  }

  private Map<String, Measurement> star(Absurdity absurdity) {
    double[] galaxy = mock.galaxy(random);
    return switch (absurdity) {
      case ORDINARY -> ordinary(galaxy);
      case ONE_MEASUREMENT -> one(ordinary(galaxy), 0.05);
      case ONE_MEASUREMENT_EXACT -> one(ordinary(galaxy), 1e-6);
      case ONE_MEASUREMENT_WITHOUT_INFORMATION -> one(ordinary(galaxy), 1e6);
      case TINY_ERRORS -> quoted(ordinary(galaxy), 1e-6, 1e-6);
      case HUGE_ERRORS -> quoted(ordinary(galaxy), 1e6, 1e6);
      case TINY_AND_HUGE_ERRORS -> quoted(ordinary(galaxy), 1e-6, 1e6);
      case ONE_TINY_ERROR -> {
        Map<String, Measurement> star = ordinary(galaxy);
        star.putAll(one(star, 1e-6));
        yield star;
      }
      case EDGE_OF_THE_PRIOR -> atEdge(5);
      case FAR_BEYOND_THE_PRIOR -> atEdge(20);
      case EXACT_AGE_ALONE -> {
        Map<String, Measurement> star = one(ordinary(galaxy), 0.05);
        star.put("T_birth_Gyr", Measurement.of(2 + 10.8 * random.nextDouble(), 1e-6));
        yield star;
      }
      case HUGE_VALUES -> {
        Map<String, Measurement> star = ordinary(galaxy);
        star.replaceAll((name, one) -> Measurement.of(sign() * 1e30, one.error()));
        yield star;
      }
    };
  }

  private Map<String, Measurement> ordinary(double[] galaxy) {
    return mock.draw(galaxy, 1, 0.02 + 0.2 * random.nextDouble(), random).get(0);
  }

  private Map<String, Measurement> one(Map<String, Measurement> star, double error) {
    List<String> names = star.keySet().stream().sorted().toList();
    String name = names.get(random.nextInt(names.size()));
    return new HashMap<>(Map.of(name, Measurement.of(star.get(name).value(), error)));
  }

  private Map<String, Measurement> quoted(
      Map<String, Measurement> star, double error, double other) {
    Map<String, Measurement> quoted = new HashMap<>();
    for (String name : star.keySet().stream().sorted().toList()) {
      double chosen = random.nextBoolean() ? error : other;
      quoted.put(name, Measurement.of(star.get(name).value(), chosen));
    }
    return quoted;
  }

  private double sign() {
    return random.nextBoolean() ? 1 : -1;
  }

  /** A star whose parameters are that many prior sd from the prior's mean, or at its end. */
  private Map<String, Measurement> atEdge(double sds) {
    List<Parameter> parameters = mock.manifest().parameters();
    float[] theta = new float[parameters.size()];
    for (int p = 0; p < theta.length; p++) {
      Prior prior = parameters.get(p).prior();
      double value = prior.mean() + sign() * sds * prior.sd();
      theta[p] = (float) Math.max(prior.lower(), Math.min(prior.upper(), value));
    }
    return mock.measure(List.of(theta), 0.05, random).get(0);
  }

  private void assertSound(List<ObjectSummary> objects) {
    for (Combiner combiner : List.of(leavingOut, counting, gaussian)) {
      PublishedNumbers.assertSound(mock.manifest(), MockStars.combine(combiner, objects));
    }
    if (objects.size() < SIZES[SIZES.length - 1]) {
      return;
    }
    GroupSummary group = MockStars.combine(counting, objects);
    List<ObjectSummary> reversed = new ArrayList<>(objects);
    Collections.reverse(reversed);
    GroupSummary other = MockStars.combine(counting, reversed);
    assertThat(other.flags()).isEqualTo(group.flags());
    for (int i = 0; i < group.mean().length; i++) {
      double sd = group.sd(i);
      assertThat(other.mean()[i]).isCloseTo(group.mean()[i], within(1e-6 * sd));
      assertThat(other.sd(i)).isCloseTo(sd, within(1e-6 * sd));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldPublishOneDensity(Absurdity absurdity) {
    for (int g = 0; g < GROUPS; g++) {
      List<Map<String, Measurement>> stars = new ArrayList<>();
      for (int i = 0; i < SIZES[SIZES.length - 1]; i++) {
        stars.add(star(absurdity));
      }
      List<ObjectSummary> objects = mock.infer(stars);
      for (int size : SIZES) {
        assertSound(objects.subList(0, size));
      }
    }
  }

  @Test
  void shouldPublishOneDensityOfMixedGroups() {
    Absurdity[] all = Absurdity.values();
    for (int g = 0; g < 5 * GROUPS; g++) {
      List<Map<String, Measurement>> stars = new ArrayList<>();
      for (int i = 0; i < SIZES[SIZES.length - 1]; i++) {
        stars.add(
            star(random.nextInt(3) == 0 ? Absurdity.ORDINARY : all[random.nextInt(all.length)]));
      }
      List<ObjectSummary> objects = mock.infer(stars);
      for (int size : SIZES) {
        assertSound(objects.subList(0, size));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldPublishOneDensityOfOneStarAThousandTimes(Absurdity absurdity) {
    for (ObjectSummary object : mock.infer(List.of(star(absurdity), star(absurdity)))) {
      for (Combiner combiner : List.of(leavingOut, counting, gaussian)) {
        double[] contribution = combiner.contribution(object);
        GroupState state = GroupState.empty(combiner.length());
        for (int i = 0; i < 1_000; i++) {
          state = state.plus(contribution);
        }
        PublishedNumbers.assertSound(mock.manifest(), combiner.combine(state));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void shouldSayThePriorOfObjectsWithEveryFlag(int size) {
    ObjectSummary star = mock.infer(List.of(star(Absurdity.ORDINARY))).get(0);
    double[] mean = star.mean();
    ObjectSummary flagged =
        ObjectSummary.builder(mean, star.covariance(), star.quantiles(), star.samples())
            .check(new LikelihoodCheck(1, -1e300, 1e300, 0, 8))
            .corrected(false)
            .flags(EnumSet.allOf(ObjectFlag.class))
            .tails(star.tails())
            .build();
    List<ObjectSummary> objects = Collections.nCopies(size, flagged);
    assertSound(objects);
    GroupSummary group = MockStars.combine(leavingOut, objects);
    assertThat(group.combined()).isZero();
    assertThat(group.leftOutObjects()).isEqualTo(size);
    assertThat(group.mean()).containsExactly(-2.3, -2.89);
    assertThat(group.isMeasurement()).isFalse();
  }
}
