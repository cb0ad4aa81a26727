package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;

/**
 * Every field of an observation at its extremes. Each such event has one outcome, a rejection where
 * the contract says so, and the good events beside it get their posteriors.
 */
class ExtremeFieldsTest {
  private static final int EVENTS = 240;
  private static final int LONGEST_IDENTIFIER = 1_024;
  private static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  private final DemoSurvey.Row row = DemoSurvey.first(1).rows().get(0);
  private final Set<String> observables = row.values().keySet();
  private final Map<Place, Observation> sent = new HashMap<>();
  private final Map<Place, byte[]> bytes = new HashMap<>();
  private Path folder;
  private InProcess environment;
  private RunningService service;
  private long goodSent;

  /** Where an event lies in the topic. */
  private record Place(int partition, long offset) {
    static Place of(RecordMetadata stored) {
      return new Place(stored.partition(), stored.offset());
    }
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.of(
        "",
        " \t\n",
        "o",
        "\u0000",
        "\ud83d\ude80 \u05d0\u0301",
        "../../etc/passwd",
        "${jndi:ldap://127.0.0.1/x}",
        "x".repeat(LONGEST_IDENTIFIER),
        "\u4e16".repeat(LONGEST_IDENTIFIER),
        "x".repeat(LONGEST_IDENTIFIER + 1),
        "y".repeat(900_000));
  }

  private static Arbitrary<Long> times() {
    long now = System.currentTimeMillis();
    return Arbitraries.of(
        Long.MIN_VALUE,
        -62_135_596_800_000L, // the year 1
        -1L,
        0L,
        1_767_225_600_000L, // 2026
        now,
        now + Duration.ofHours(1).toMillis(),
        253_402_300_799_000L, // the year 9999
        Long.MAX_VALUE);
  }

  private static Arbitrary<Double> numbers() {
    return Arbitraries.of(
        0.0,
        -0.0,
        0.1,
        -1.0,
        Double.MIN_VALUE,
        (double) Float.MIN_VALUE,
        1e-40,
        1e30,
        -1e30,
        (double) Float.MAX_VALUE,
        1e39,
        -Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY);
  }

  private Arbitrary<List<Measurement>> measurements() {
    Arbitrary<String> names =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(8, Arbitraries.of(observables)),
            net.jqwik.api.Tuple.of(1, texts().filter(text -> text.length() < 2_000)));
    Arbitrary<Measurement> one =
        Combinators.combine(names, numbers(), numbers().injectNull(0.5))
            .as((name, value, error) -> new Measurement(name, value, error));
    Arbitrary<List<Measurement>> any = one.list().ofMaxSize(12);
    Arbitrary<List<Measurement>> many =
        Arbitraries.of(0, 20_000)
            .map(
                count ->
                    Stream.iterate(0, i -> i + 1)
                        .limit(count)
                        .map(i -> new Measurement("unknown-" + i, 0.0, null))
                        .toList());
    Arbitrary<List<Measurement>> good = Arbitraries.just(row.observation().getMeasurements());
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(5, good),
        net.jqwik.api.Tuple.of(5, any),
        net.jqwik.api.Tuple.of(1, many));
  }

  @Provide
  Arbitrary<List<Observation>> observations() {
    Arbitrary<Integer> revisions = Arbitraries.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
    Arbitrary<String> bundles = Arbitraries.of("gce-tng", "", "z".repeat(100_000)).injectNull(0.7);
    // Mostly one field is extreme; with more of them only the first check would be tested.
    Arbitrary<String> mostlyPlain =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(3, Arbitraries.just("plain")),
            net.jqwik.api.Tuple.of(1, texts()));
    Arbitrary<Long> mostlyNow =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(3, Arbitraries.just(row.time().toEpochMilli())),
            net.jqwik.api.Tuple.of(1, times()));
    return Combinators.combine(
            mostlyPlain,
            mostlyPlain,
            mostlyPlain.injectNull(0.2),
            mostlyNow,
            revisions,
            bundles,
            measurements(),
            mostlyPlain.injectNull(0.5))
        .as(
            (survey, object, group, time, revision, bundle, measurements, visit) ->
                Observation.newBuilder()
                    .setSurvey(survey)
                    .setObject(object)
                    .setGroup(group)
                    .setTime(Instant.ofEpochMilli(time))
                    .setRevision(revision)
                    .setBundle(bundle)
                    .setMeasurements(measurements)
                    .setVisit(visit)
                    .build())
        .list()
        .ofSize(EVENTS);
  }

  @BeforeProperty
  void start() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("extreme-fields-");
    environment = InProcess.start();
    service = RunningService.start(environment, "extreme", folder, Map.of());
  }

  @AfterProperty
  void stop() throws IOException {
    service.close();
    environment.close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void shouldAccountForEveryExtreme(@ForAll("observations") List<Observation> extremes) {
    List<Future<RecordMetadata>> storing = new ArrayList<>();
    for (Observation one : extremes) {
      byte[] value = service.bytes(one);
      Future<RecordMetadata> extreme = service.send(key(one), value);
      storing.add(service.send(row.as("good-" + goodSent++, "good").observation()));
      Place place = Place.of(RunningService.stored(extreme));
      sent.put(place, one);
      bytes.put(place, value);
    }
    storing.forEach(RunningService::stored);

    long outcomes = sent.size() + goodSent;
    service
        .objects()
        .await(objects -> objects.size() + service.rejections().poll().size() >= outcomes);
    Set<Place> inferred = new HashSet<>();
    service.objects().settled().forEach(one -> assertPosterior(one, inferred));
    Set<Place> rejected = new HashSet<>();
    service.rejections().settled().forEach(one -> assertRejection(one, rejected));
    assertThat(inferred.size() + rejected.size()).isEqualTo(outcomes);
    assertThat(inferred).doesNotContainAnyElementsOf(rejected);
    sent.forEach(
        (place, one) -> {
          if (mustBeRejected(one)) {
            assertThat(rejected).as("%s", shortened(one)).contains(place);
          }
        });
    service
        .groups()
        .await(
            all -> {
              var group = RunningService.forAllTime(all).get("good");
              return group != null && group.getObjects() == goodSent;
            });
    assertThat(service.metrics().total("sidereus_pending")).isZero();
    assertThat(service.metrics().total("sidereus_unaccounted_requests")).isZero();
    assertThat(service.get("/ready").statusCode()).isEqualTo(200);
  }

  private void assertPosterior(ObjectPosterior one, Set<Place> inferred) {
    Place place = new Place(one.getSource().getPartition(), one.getSource().getOffset());
    assertThat(inferred.add(place)).as("one posterior: %s", place).isTrue();
    one.getParameters()
        .forEach(
            parameter ->
                assertThat(List.of(parameter.getMean(), parameter.getSd(), parameter.getQ50()))
                    .as("%s", one.getObject().length() > 50 ? place : one)
                    .allMatch(Double::isFinite));
    assertThat(one.getCovariance()).allMatch(Double::isFinite);
  }

  private void assertRejection(Rejection one, Set<Place> rejected) {
    Place place = new Place(one.getPartition(), one.getOffset());
    assertThat(rejected.add(place)).as("rejected once: %s", place).isTrue();
    assertThat(sent).as("what was rejected: %s", one.getDetail()).containsKey(place);
    assertThat(one.getTopic()).isEqualTo(service.topics().observations());
    assertThat(one.getDetail()).isNotBlank().hasSizeLessThan(3_000);
    assertThat(one.getValue()).isEqualTo(ByteBuffer.wrap(bytes.get(place)));
  }

  /** Whether the contract accepts an observation, written independently of the program. */
  private boolean mustBeRejected(Observation one) {
    boolean identified =
        !one.getObject().isBlank()
            && one.getObject().length() <= LONGEST_IDENTIFIER
            && one.getSurvey().length() <= LONGEST_IDENTIFIER
            && (one.getGroup() == null || one.getGroup().length() <= LONGEST_IDENTIFIER)
            && (one.getVisit() == null || one.getVisit().length() <= LONGEST_IDENTIFIER);
    boolean visit = one.getVisit() != null && !one.getVisit().isBlank();
    boolean revised = !visit || one.getRevision() >= 0;
    Instant time = one.getTime();
    boolean timely =
        !time.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
            && time.isBefore(Instant.now().plus(MAX_AHEAD));
    boolean served = one.getBundle() == null || one.getBundle().equals("gce-tng");
    Set<String> names = new HashSet<>();
    boolean once = one.getMeasurements().stream().allMatch(m -> names.add(m.getName()));
    boolean any = names.stream().anyMatch(observables::contains);
    boolean usable =
        one.getMeasurements().stream()
            .filter(m -> observables.contains(m.getName()))
            .allMatch(
                m ->
                    Math.abs(m.getValue()) <= Float.MAX_VALUE
                        && (m.getError() == null
                            || m.getError() > 0 && m.getError() <= Float.MAX_VALUE));
    return !(identified && revised && timely && served && once && any && usable);
  }

  private static String shortened(Observation one) {
    String text = one.toString();
    return text.length() < 2_000 ? text : text.substring(0, 2_000);
  }

  private static byte[] key(Observation one) {
    byte[] key = one.getObject().getBytes(StandardCharsets.UTF_8);
    return key.length > 100_000 ? new byte[] {1} : key;
  }
}
