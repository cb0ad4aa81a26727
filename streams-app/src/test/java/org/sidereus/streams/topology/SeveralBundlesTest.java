package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;

/** Which bundles an observation is for: stars and galaxies in one service. */
class SeveralBundlesTest {
  /** Reads two magnitudes and needs both, and a redshift. */
  private static ServedBundle galaxies() {
    Manifest manifest =
        Manifest.builder()
            .name("galaxies")
            .version("1")
            .parameters(List.of(new Parameter("mass", "dex", Role.SHARED, new Normal(10, 1))))
            .observables(List.of(magnitude("m"), magnitude("n")))
            .features(
                List.of(
                    new Feature(Feature.Kind.VALUE, "m"),
                    new Feature(Feature.Kind.VALUE, "n"),
                    new Feature(Feature.Kind.COVARIATE, "redshift")))
            .samples(2)
            .build();
    return ServedBundle.of(
        manifest,
        (rows, sharedFit) ->
            rows.stream()
                .map(
                    row ->
                        new ObjectSummary(
                            new double[] {row[0]}, new double[] {1}, new double[1][3], 2))
                .toList());
  }

  private static Observable magnitude(String name) {
    return new Observable(name, "mag", 0.1).withNoise(Noise.NORMAL_FLUX);
  }

  private static ServedBundle stars() {
    return StreamHarness.bundle("stars", "1", null);
  }

  private static Observation observation(String survey, Map<String, Double> values) {
    List<Measurement> measurements = new ArrayList<>();
    values.forEach((name, value) -> measurements.add(new Measurement(name, value, null)));
    return Observation.newBuilder()
        .setSurvey(survey)
        .setObject("o")
        .setTime(Instant.ofEpochSecond(1))
        .setMeasurements(measurements)
        .build();
  }

  private static Map<String, Double> star() {
    return Map.of("y1", 0.1, "y2", 0.2, "y3", 0.3, "y4", 0.4);
  }

  private static Map<String, Double> galaxy() {
    return Map.of("m", 17.0, "n", 18.0, "redshift", 0.1);
  }

  private static Map<String, Double> with(Map<String, Double> values, String name, double value) {
    var more = new TreeMap<>(values);
    more.put(name, value);
    return more;
  }

  private record Outcome(List<String> bundles, List<Rejection> rejections, long requests) {}

  private static Outcome outcome(List<ServedBundle> bundles, Observation observation) {
    try (StreamHarness stream = new StreamHarness(null, bundles, 1)) {
      stream.publish(observation);
      stream.settle();
      assertThat(stream.ledger().pending()).isZero();
      return new Outcome(
          stream.posteriors.readValuesToList().stream().map(ObjectPosterior::getBundle).toList(),
          stream.rejections.readValuesToList(),
          stream.ledger().requests());
    }
  }

  @Test
  void shouldPutAnObservationToTheBundlesThatReadIt() {
    List<ServedBundle> both = List.of(stars(), galaxies());
    assertThat(outcome(both, observation("s", star())))
        .isEqualTo(new Outcome(List.of("stars"), List.of(), 1));
    assertThat(outcome(both, observation("s", galaxy())))
        .isEqualTo(new Outcome(List.of("galaxies"), List.of(), 1));
    var all = new TreeMap<>(star());
    all.putAll(galaxy());
    Outcome twice = outcome(both, observation("s", all));
    assertThat(twice.bundles()).containsExactlyInAnyOrder("stars", "galaxies");
    assertThat(twice.requests()).isEqualTo(2);
  }

  @Test
  void shouldNotRejectAStarBecauseItsCatalogueHasAMagnitude() {
    assertThat(outcome(List.of(stars(), galaxies()), observation("s", with(star(), "m", 12))))
        .isEqualTo(new Outcome(List.of("stars"), List.of(), 1));
  }

  @Test
  void shouldRejectOnceWhatIsForNoBundle() {
    for (Map<String, Double> values : List.of(Map.of("Mg_fe", 0.1), Map.of("redshift", 0.1))) {
      Outcome none = outcome(List.of(stars(), galaxies()), observation("s", values));
      assertThat(none.bundles()).isEmpty();
      assertThat(none.requests()).isEqualTo(1);
      assertThat(none.rejections())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.getReason()).isEqualTo(RejectionReason.MISSING_OBSERVABLE);
                assertThat(one.getDetail()).contains("y1, y2, y3, y4", "m, n");
              });
    }
  }

  @Test
  void shouldRejectForTheBundleThatReadsIt() {
    // A galaxy without a redshift is no star.
    Outcome dark =
        outcome(List.of(stars(), galaxies()), observation("s", Map.of("m", 17.0, "n", 18.0)));
    assertThat(dark.rejections())
        .singleElement()
        .satisfies(one -> assertThat(one.getDetail()).contains("galaxies").contains("redshift"));
    assertThat(dark.requests()).isEqualTo(1);
    // A value that is no number is an error of the data, whatever other bundles make of the rest.
    var broken = new TreeMap<>(star());
    broken.putAll(with(galaxy(), "n", Double.NaN));
    Outcome half = outcome(List.of(stars(), galaxies()), observation("s", broken));
    assertThat(half.bundles()).containsExactly("stars");
    assertThat(half.rejections())
        .singleElement()
        .satisfies(one -> assertThat(one.getReason()).isEqualTo(RejectionReason.NOT_FINITE));
    assertThat(half.requests()).isEqualTo(2);
  }

  @Test
  void shouldServeTheSurveysOfABundle() {
    List<ServedBundle> two =
        List.of(
            stars().forSurveys(Set.of("apogee", "galah")),
            StreamHarness.bundle("others", "1", null));
    assertThat(outcome(two, observation("apogee", star())).bundles())
        .containsExactlyInAnyOrder("stars", "others");
    assertThat(outcome(two, observation("sdss", star())).bundles()).containsExactly("others");

    List<ServedBundle> one = List.of(stars().forSurveys(Set.of("apogee")));
    Outcome none = outcome(one, observation("sdss", star()));
    assertThat(none.rejections())
        .singleElement()
        .satisfies(
            rejection -> {
              assertThat(rejection.getReason()).isEqualTo(RejectionReason.UNKNOWN_BUNDLE);
              assertThat(rejection.getDetail()).contains("survey 'sdss'", "bundles.surveys");
            });
    Observation named = observation("sdss", star());
    named.setBundle("stars");
    assertThat(outcome(one, named).bundles()).containsExactly("stars");
  }

  @Test
  void shouldCountMeasurementsThatNoBundleReadsOfABoundedNumberOfNames() {
    try (StreamHarness stream = new StreamHarness(null, List.of(stars(), galaxies()), 1)) {
      stream.publish(observation("s", with(with(star(), "Y1", 3), "m", 12)));
      stream.publish(observation("s", with(star(), "Y1", 3)));
      stream.settle();
      assertThat(stream.meters.unreadMeasurements()).containsExactly(entry("Y1", 2L));
      for (int some = 0; some < 3; some++) {
        int first = 1000 * some;
        var many = new TreeMap<>(star());
        IntStream.range(first, first + 50).forEach(i -> many.put("x".repeat(90) + i, 1.0));
        stream.publish(observation("s", many));
      }
      assertThat(stream.meters.unreadMeasurements())
          .hasSize(101)
          .containsEntry("(others)", 51L)
          .allSatisfy((name, count) -> assertThat(name.length()).isLessThanOrEqualTo(103));
    }
  }
}
