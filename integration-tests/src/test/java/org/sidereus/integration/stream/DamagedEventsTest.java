package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SerializationException;
import org.sidereus.integration.environment.Damage;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.schemas.Observation;

/** An event with any bytes gets a posterior, is rejected or is a marker, and never does harm. */
class DamagedEventsTest {
  private static final String GOOD = "good";

  /** Of a marker: observation.max.ahead and window.size. */
  private static final Duration MOST_AHEAD = Duration.ofMinutes(70);

  private final Set<Place> posteriorsExpected = new HashSet<>();
  private final DemoSurvey.Row row = DemoSurvey.first(1).rows().get(0);
  private Path folder;
  private InProcess environment;
  private RunningService service;
  private byte[] valid;
  private long sent;
  private long goodSent;
  private long signalsSent;

  /** Where an event lies in the topic. */
  private record Place(int partition, long offset) {
    static Place of(RecordMetadata stored) {
      return new Place(stored.partition(), stored.offset());
    }
  }

  @Provide
  Arbitrary<List<Damage>> damages() {
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(40);
    return Combinators.combine(
            Arbitraries.of(Damage.Kind.class),
            Arbitraries.doubles().between(0, true, 1, false),
            bytes,
            bytes.injectNull(0.2))
        .as(Damage::new)
        .list()
        .ofSize(160);
  }

  @BeforeProperty
  void start() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("damaged-events-");
    environment = InProcess.start();
    service = RunningService.start(environment, "damaged", folder, Map.of());
    valid = service.bytes(row.as("damaged", "damaged").observation());
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

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
  void shouldAccountForEveryEvent(@ForAll("damages") List<Damage> damages) {
    List<Future<RecordMetadata>> good = new ArrayList<>();
    List<Future<RecordMetadata>> damaged = new ArrayList<>();
    for (Damage damage : damages) {
      byte[] bytes = damage.to(valid);
      signalsSent += isSignal(bytes) ? 1 : 0;
      damaged.add(service.send(damage.key(), bytes));
      good.add(service.send(row.as("good-" + goodSent++, GOOD).observation()));
      sent += 2;
    }
    damaged.forEach(RunningService::stored);
    good.forEach(one -> posteriorsExpected.add(Place.of(RunningService.stored(one))));

    long outcomes = sent - signalsSent;
    awaitOutcomes(outcomes);
    Set<Place> inferred = new HashSet<>();
    service
        .objects()
        .settled()
        .forEach(
            one ->
                assertThat(
                        inferred.add(
                            new Place(one.getSource().getPartition(), one.getSource().getOffset())))
                    .as("one posterior: %s", one)
                    .isTrue());
    Set<Place> rejected = new HashSet<>();
    service
        .rejections()
        .poll()
        .forEach(
            one ->
                assertThat(rejected.add(new Place(one.getPartition(), one.getOffset())))
                    .as("rejected once: %s", one)
                    .isTrue());
    assertThat(inferred).containsAll(posteriorsExpected).doesNotContainAnyElementsOf(rejected);
    assertThat(inferred.size() + rejected.size()).isEqualTo(outcomes);
    service
        .groups()
        .await(
            all -> {
              var group = RunningService.forAllTime(all).get(GOOD);
              return group != null && group.getObjects() == goodSent;
            });
    var metrics = service.metrics();
    assertThat(
            metrics.total("sidereus_markers_total") + metrics.total("sidereus_withdrawals_total"))
        .isEqualTo(signalsSent);
    assertThat(metrics.total("sidereus_pending")).isZero();
  }

  private void awaitOutcomes(long count) {
    service
        .objects()
        .await(objects -> objects.size() + service.rejections().poll().size() >= count);
  }

  private boolean isSignal(byte[] bytes) {
    try {
      Observation read = service.read(bytes);
      int year = read.getTime().atOffset(ZoneOffset.UTC).getYear();
      return switch (read.getKind()) {
        case OBSERVATION -> false;
        case END_OF_SURVEY -> year >= 1 && !read.getTime().isAfter(Instant.now().plus(MOST_AHEAD));
        case WITHDRAWAL -> year >= 1 && year <= 9999 && !read.getObject().isBlank();
        case GROUP_RENAME -> false; // without a new name
      };
    } catch (SerializationException e) {
      return false;
    }
  }
}
