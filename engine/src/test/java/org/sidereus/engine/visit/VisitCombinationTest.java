package org.sidereus.engine.visit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.SharedError;
import org.sidereus.engine.visit.ObjectVisits.Change;

class VisitCombinationTest {
  private static final double USUAL_ERROR = 0.1;

  /** A magnitude {@code m} and a quantity {@code q} with normal noise; a covariate {@code z}. */
  private static final Manifest BUNDLE =
      Manifest.builder()
          .name("two-noises")
          .version("1")
          .parameters(List.of(new Parameter("a", "", Role.SHARED, new Normal(0, 1))))
          .observables(
              List.of(
                  new Observable("m", "mag", null).withNoise(Noise.NORMAL_FLUX),
                  new Observable("q", "dex", USUAL_ERROR)))
          .features(
              List.of(
                  new Feature(Feature.Kind.VALUE, "m"),
                  new Feature(Feature.Kind.ERROR, "m"),
                  new Feature(Feature.Kind.VALUE, "q"),
                  new Feature(Feature.Kind.ERROR, "q"),
                  new Feature(Feature.Kind.COVARIATE, "z")))
          .samples(2)
          .build();

  private static final VisitCombination COMBINATION = new VisitCombination(BUNDLE);

  private static Visit visit(String name, int revision, Map<String, Measurement> measurements) {
    return new Visit(name, revision, name.hashCode(), measurements);
  }

  private static ObjectVisits visits(List<Visit> all) {
    ObjectVisits visits = new ObjectVisits();
    all.forEach(visits::take);
    return visits;
  }

  private static Map<String, Measurement> combined(Visit... all) {
    return COMBINATION.of(visits(List.of(all)));
  }

  /**
   * The sum of the fluxes in nanomaggies over their variances, as one would write it for oneself.
   */
  @Test
  void shouldCombineMagnitudesByTheirFluxes() {
    double[][] measured = {{20.0, 0.10}, {20.5, 0.25}};
    double weights = 0;
    double weighted = 0;
    for (double[] one : measured) {
      double flux = Math.pow(10, (22.5 - one[0]) / 2.5);
      double error = flux * one[1] * Math.log(10) / 2.5;
      weights += Math.pow(error, -2);
      weighted += flux * Math.pow(error, -2);
    }
    double flux = weighted / weights;
    double error = Math.pow(weights, -0.5);

    Measurement all =
        combined(
                visit("first", 0, Map.of("m", Measurement.of(20.0, 0.10))),
                visit("second", 0, Map.of("m", Measurement.of(20.5, 0.25))))
            .get("m");

    assertThat(all.value()).isCloseTo(22.5 - 2.5 * Math.log10(flux), within(1e-12));
    assertThat(all.error()).isCloseTo(2.5 / Math.log(10) * error / flux, within(1e-12));
    // and not by the magnitudes
    assertThat(all.value()).isNotCloseTo((20.0 / 0.01 + 20.5 / 0.0625) / 116, within(0.01));
  }

  @Test
  void shouldCombineNormalNoiseByInverseVariances() {
    Measurement all =
        combined(
                visit("first", 0, Map.of("q", Measurement.of(1, 0.3))),
                visit("second", 0, Map.of("q", Measurement.of(2, 0.6))))
            .get("q");
    assertThat(all.value()).isCloseTo(1.2, within(1e-12));
    assertThat(all.error()).isCloseTo(0.3 * Math.sqrt(0.8), within(1e-12));
  }

  /** Errors are moved by hand, with the errors of the fluxes as they were. */
  @Test
  void shouldGiveSharedErrorsTheSharesOfTheirVisits() {
    List<SharedError> ofFirst =
        List.of(
            new SharedError(0.04, true, Map.of("m", 1.0, "q", -2.0)),
            new SharedError(0.05, false, Map.of("q", 1.0)));
    List<SharedError> ofSecond = List.of(new SharedError(0.03, true, Map.of("m", 0.5, "q", 1.0)));
    Map<String, Measurement> first =
        Map.of("m", Measurement.of(20.0, 0.10), "q", Measurement.of(1, 0.3));
    Map<String, Measurement> second =
        Map.of("m", Measurement.of(20.5, 0.25), "q", Measurement.of(2, 0.6));
    ObjectVisits visits =
        visits(
            List.of(
                new Visit("first", 0, 1, first, ofFirst),
                new Visit("second", 0, 2, second, ofSecond)));
    Map<String, Measurement> combined = COMBINATION.of(visits);
    double total = Math.hypot(0.3, 0.05);
    assertThat(combined.get("q").error())
        .isCloseTo(1 / Math.sqrt(1 / (total * total) + 1 / 0.36), within(1e-12));

    List<SharedError> shared = COMBINATION.sharedErrors(visits);
    assertThat(shared).hasSize(3).allMatch(SharedError::included);
    double step = 1e-5;
    for (String name : List.of("m", "q")) {
      double[] found = new double[3];
      for (int i = 0; i < 3; i++) {
        found[i] = shared.get(i).coefficients().getOrDefault(name, 0.0);
      }
      for (int i = 0; i < 3; i++) {
        boolean inFirst = i < 2;
        SharedError one = inFirst ? ofFirst.get(i) : ofSecond.get(0);
        Map<String, Measurement> moved =
            COMBINATION.of(
                visits(
                    List.of(
                        new Visit(
                            "first", 0, 1, inFirst ? moved(first, one, step) : first, ofFirst),
                        new Visit(
                            "second",
                            0,
                            2,
                            inFirst ? second : moved(second, one, step),
                            ofSecond))));
        double expected = (moved.get(name).value() - combined.get(name).value()) / step;
        assertThat(found[i]).as(name + i).isCloseTo(expected, within(1e-4));
      }
    }
  }

  private static Map<String, Measurement> moved(
      Map<String, Measurement> visit, SharedError by, double step) {
    Map<String, Measurement> moved = new HashMap<>(visit);
    by.coefficients()
        .forEach(
            (name, coefficient) -> {
              Measurement one = visit.get(name);
              double change = coefficient * step;
              double error =
                  name.equals("m") ? one.error() * Math.pow(10, 0.4 * change) : one.error();
              moved.put(name, Measurement.of(one.value() + change, error));
            });
    return moved;
  }

  @Test
  void shouldTakeTheTrainedErrorWhereThereIsNone() {
    Map<String, Measurement> all =
        combined(
            visit("first", 0, Map.of("q", Measurement.of(1))),
            visit("second", 0, Map.of("q", Measurement.of(2, USUAL_ERROR))));
    assertThat(all.get("q").value()).isCloseTo(1.5, within(1e-12));
    assertThat(all.get("q").error()).isCloseTo(USUAL_ERROR / Math.sqrt(2), within(1e-12));
  }

  @Test
  void shouldCombineEachObservableOfTheVisitsThatHaveIt() {
    Measurement only = new Measurement(0.1 + 0.2, null);
    Map<String, Measurement> all =
        combined(
            visit("first", 0, Map.of("m", Measurement.of(20, 0.1), "unknown", Measurement.of(1))),
            visit("second", 0, Map.of("m", Measurement.of(20, 0.1), "q", only)),
            visit("third", 0, Map.of("m", Measurement.of(20, 0.1))));
    assertThat(all).containsOnlyKeys("m", "q");
    assertThat(all.get("q")).as("as it was measured").isEqualTo(only);
    assertThat(all.get("m").error()).isCloseTo(0.1 / Math.sqrt(3), within(1e-12));
  }

  @Test
  void shouldTakeTheLatestCovariateUnlessAllHaveErrors() {
    Visit early = new Visit("b", 0, 1, Map.of("z", Measurement.of(0.10, 0.01)));
    Visit late = new Visit("a", 0, 2, Map.of("z", Measurement.of(0.12)));
    Visit latest = new Visit("c", 0, 3, Map.of("m", Measurement.of(20, 0.1)));
    assertThat(combined(late, early, latest).get("z")).isEqualTo(Measurement.of(0.12));

    Visit better = new Visit("a", 0, 2, Map.of("z", Measurement.of(0.12, 0.01)));
    assertThat(combined(better, early).get("z").value()).isCloseTo(0.11, within(1e-12));
  }

  @Test
  void shouldNotLetAnExtremeFluxSpoilTheOthers() {
    Measurement all =
        combined(
                visit("bright", 0, Map.of("m", Measurement.of(-1e30, 0.1))),
                visit("faint", 0, Map.of("m", Measurement.of(20, 0.1))))
            .get("m");
    assertThat(all.value()).isCloseTo(20, within(1e-9));
    assertThat(all.error()).isCloseTo(0.1, within(1e-9));
  }

  @Property(tries = 200)
  void shouldNotDependOnTheOrderToTheLastBit(
      @ForAll @IntRange(min = 1, max = 40) int count, @ForAll long seed) {
    Random random = new Random(seed);
    List<Visit> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Measurement> measured = new HashMap<>();
      measured.put("m", Measurement.of(20 + random.nextGaussian(), 0.01 + random.nextDouble()));
      if (random.nextBoolean()) {
        measured.put(
            "q", new Measurement(random.nextGaussian(), random.nextBoolean() ? 0.2 : null));
      }
      measured.put("z", Measurement.of(random.nextDouble()));
      Visit one = new Visit("visit-" + random.nextInt(20), i, random.nextInt(3), measured);
      all.add(one);
    }
    ObjectVisits inOrder = visits(all);
    Collections.shuffle(all, random);
    ObjectVisits shuffled = visits(all);

    assertThat(COMBINATION.of(shuffled)).isEqualTo(COMBINATION.of(inOrder));
    assertThat(shuffled.revision()).isEqualTo(inOrder.revision());
    assertThat(shuffled.timeMs()).isEqualTo(inOrder.timeMs());

    all.forEach(shuffled::take);
    assertThat(COMBINATION.of(shuffled)).as("a replay").isEqualTo(COMBINATION.of(inOrder));
    assertThat(shuffled.revision()).isEqualTo(inOrder.revision());
  }

  @Test
  void shouldReplaceAVisitByItsNextRevision() {
    Visit first = visit("first", 0, Map.of("q", Measurement.of(1, 0.1)));
    Visit wrong = visit("second", 1, Map.of("q", Measurement.of(9, 0.1)));
    Visit outdated = visit("second", 0, Map.of("q", Measurement.of(7, 0.1)));
    Visit right = visit("second", 2, Map.of("q", Measurement.of(2, 0.1)));
    ObjectVisits visits = visits(List.of(first, wrong));
    assertThat(visits.revision()).isEqualTo(3);
    assertThat(visits.take(outdated)).isEqualTo(Change.OUTDATED);
    assertThat(COMBINATION.of(visits).get("q").value()).isCloseTo(5, within(1e-12));
    assertThat(visits.take(right)).isEqualTo(Change.TAKEN);
    assertThat(COMBINATION.of(visits).get("q").value()).isCloseTo(1.5, within(1e-12));
    assertThat(visits.count()).isEqualTo(2);
    assertThat(visits.revision()).isEqualTo(4);
  }

  @Test
  void shouldBoundTheVisitsOfAnObject() {
    ObjectVisits visits = new ObjectVisits();
    for (int i = 0; i < ObjectVisits.MOST; i++) {
      assertThat(visits.take(visit("visit-" + i, Integer.MAX_VALUE, Map.of())))
          .isEqualTo(Change.TAKEN);
    }
    assertThat(visits.take(visit("one more", 0, Map.of()))).isEqualTo(Change.TOO_MANY);
    assertThat(visits.take(visit("visit-7", Integer.MAX_VALUE, Map.of()))).isEqualTo(Change.TAKEN);
    assertThat(visits.revision()).as("no overflow").isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> visit("v", -1, Map.of())).hasMessageContaining("negative");
  }
}
