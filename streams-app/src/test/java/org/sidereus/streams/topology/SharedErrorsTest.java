package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.catalogs.catalog.CatalogEntry;
import org.sidereus.catalogs.catalog.CatalogReader;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.ColumnOptions;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.visit.ObjectVisits;
import org.sidereus.engine.visit.Visit;
import org.sidereus.engine.visit.VisitCombination;
import org.sidereus.schemas.Coefficient;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.SharedError;
import org.sidereus.streams.catalog.CatalogColumns;
import org.sidereus.streams.catalog.ObservationCatalog;

/** Errors that measurements share, from the event to the input of the graph. */
class SharedErrorsTest {
  private static final List<String> NAMES = List.of("p", "q");

  private static final String TABLE =
      """
      object,group,time,visit,p,p_err,q,q_err,shared_errors
      a,g,1970-01-01T00:00:01Z,,1,0.1,2,0.1,0.05 included p -q
      b,g,1970-01-01T00:00:02Z,,1,0.1,2,0.2,
      c,g,1970-01-01T00:00:03Z,one,1,0.1,2,0.1,0.05 included p -q; 0.02 added p 0.5*q
      c,g,1970-01-01T00:00:04Z,two,1.2,0.2,2.1,0.3,0.15 included p -q
      c,g,1970-01-01T00:00:05Z,three,1.1,0.1,,,
      d,g,1970-01-01T00:00:06Z,,1,0.1,2,0.1,0.5 included p -q
      """;

  @TempDir Path folder;
  private final List<float[]> rows = new ArrayList<>();

  private static Manifest manifest(boolean sharedErrors) {
    List<Feature> features = new ArrayList<>();
    for (Feature.Kind kind : List.of(Feature.Kind.VALUE, Feature.Kind.ERROR, Feature.Kind.MASK)) {
      NAMES.forEach(name -> features.add(new Feature(kind, name)));
    }
    return Manifest.builder()
        .name("b")
        .version("1")
        .parameters(List.of(new Parameter("a", "", Role.SHARED, new Normal(0, 1))))
        .observables(NAMES.stream().map(name -> new Observable(name, "dex", 0.1)).toList())
        .features(features)
        .sharedErrors(sharedErrors)
        .samples(2)
        .build();
  }

  private StreamHarness stream(boolean sharedErrors) {
    Inference recording =
        (batch, sharedFit) -> {
          rows.addAll(batch);
          return batch.stream()
              .map(
                  row ->
                      new ObjectSummary(
                          new double[] {0}, new double[] {1}, new double[][] {{-1, 0, 1}}, 2))
              .toList();
        };
    return new StreamHarness(null, List.of(ServedBundle.of(manifest(sharedErrors), recording)), 1);
  }

  /** The last row of c is that of all of its visits. */
  @Test
  void shouldGiveTheGraphWhatInferenceWithoutAStreamGivesIt() throws IOException {
    Path file = folder.resolve("stars.csv");
    Files.writeString(file, TABLE);
    CatalogSource source = CatalogSource.of(file);
    ObservationCatalog catalog =
        new ObservationCatalog(source, List.of(manifest(true)), CatalogColumns.defaults());
    List<Rejection> rejections;
    try (StreamHarness stream = stream(true)) {
      catalog.forEach(catalog.outline(), stream::publish);
      stream.settle();
      rejections = stream.rejections.readValuesToList();
    }

    FeatureEncoder encoder = new FeatureEncoder(manifest(true));
    VisitCombination combination = new VisitCombination(manifest(true));
    ObjectVisits visits = new ObjectVisits();
    List<float[]> expected = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    try (CatalogReader reader =
        new CatalogReader(source, List.of(manifest(true)), ColumnOptions.NONE.forInference(null))) {
      for (CatalogEntry one = reader.next(); one != null; one = reader.next()) {
        Encoding encoding = encoder.encode(one.measurements(), one.sharedErrors());
        if (!one.visit().isEmpty()) {
          visits.take(
              new Visit(
                  one.visit(),
                  0,
                  reader.timeOf(one).toEpochMilli(),
                  one.measurements(),
                  one.sharedErrors()));
          encoding = encoder.encode(combination.of(visits), combination.sharedErrors(visits));
        }
        if (encoding instanceof Encoding.Row row) {
          expected.add(row.features());
        } else {
          refused.add(((Encoding.Refused) encoding).detail());
        }
      }
    }
    assertThat(rows).hasSize(5);
    assertThat(rows.toArray(float[][]::new)).isDeepEqualTo(expected.toArray(float[][]::new));
    assertThat(rows.get(1)).as("independent errors").hasSize(6);
    assertThat(rows.get(4)).hasSize(6 + 4);
    assertThat(rejections).hasSize(1);
    assertThat(rejections.get(0).getDetail()).isEqualTo(refused.get(0)).contains("0.5 together");
    assertThat(rejections.get(0).getReason()).isEqualTo(RejectionReason.SHARED_ERRORS);
  }

  private static Observation observation(double error, Coefficient... coefficients) {
    return Observation.newBuilder()
        .setSurvey("survey")
        .setObject("object")
        .setTime(Instant.ofEpochSecond(1))
        .setMeasurements(List.of(new Measurement("p", 1.0, 0.1), new Measurement("q", 2.0, 0.1)))
        .setSharedErrors(List.of(new SharedError(error, true, List.of(coefficients))))
        .build();
  }

  private Rejection rejected(boolean sharedErrors, Observation observation) {
    try (StreamHarness stream = stream(sharedErrors)) {
      stream.publish(observation);
      stream.settle();
      assertThat(stream.posteriors.isEmpty()).isTrue();
      return stream.rejections.readValue();
    }
  }

  @Test
  void shouldRejectWhatCannotBe() {
    Coefficient p = new Coefficient("p", 1.0);
    Map<Observation, String> wrong =
        Map.of(
            observation(0.05, p, new Coefficient("other", 1.0)),
            "enters other, which was not measured",
            observation(-0.05, p),
            "is -0.05 but must be positive",
            observation(Double.NaN, p),
            "is NaN but must be positive",
            observation(0.05),
            "enters no measurement");
    wrong.forEach(
        (observation, message) -> {
          Rejection rejection = rejected(true, observation);
          assertThat(rejection.getReason()).isEqualTo(RejectionReason.SHARED_ERRORS);
          assertThat(rejection.getDetail()).contains(message);
        });
    Rejection twice = rejected(true, observation(0.05, p, p));
    assertThat(twice.getReason()).isEqualTo(RejectionReason.MALFORMED);
    assertThat(twice.getDetail()).contains("names a measurement twice");
  }

  @Test
  void shouldRejectSharedErrorsWhereTheBundleCannotTakeThem() {
    Coefficient p = new Coefficient("p", 1.0);
    Rejection rejection = rejected(false, observation(0.05, p, new Coefficient("q", 1.0)));
    assertThat(rejection.getReason()).isEqualTo(RejectionReason.SHARED_ERRORS);
    assertThat(rejection.getDetail()).contains("the bundle b cannot take");
  }
}
