package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;

/**
 * Each bad event gets a rejection with the reason, the place and the original bytes, and the good
 * events around it get the same posteriors as without it.
 */
class PoisonTest {
  private static final int MAX_BYTES = 20_000;
  private static final byte[] KEY = {'k', 0, (byte) 0xff};

  @TempDir private Path folder;

  /**
   * A bad event.
   *
   * @param reason why it must be rejected
   * @param detail what the rejection must say, among others
   */
  private record Poison(
      String name, RejectionReason reason, String detail, byte[] key, byte[] value) {}

  private final Map<String, Poison> poisons = new TreeMap<>();
  private final long startMs = System.currentTimeMillis();
  private final DemoSurvey.Row good = DemoSurvey.first(1).rows().get(0);

  private void poison(String name, RejectionReason reason, String detail, byte[] value) {
    poisons.put(name, new Poison(name, reason, detail, KEY, value));
  }

  private static Observation with(
      Observation observation, String name, double value, Double error) {
    List<Measurement> measurements = new ArrayList<>(observation.getMeasurements());
    measurements.removeIf(one -> one.getName().equals(name));
    measurements.add(new Measurement(name, value, error));
    return Observation.newBuilder(observation).setMeasurements(measurements).build();
  }

  private void brew(RunningService service) {
    Observation base = good.as("poisoned", "poisoned").observation();
    byte[] valid = service.bytes(base);
    RejectionReason malformed = RejectionReason.MALFORMED;
    poisons.put(
        "neither key nor value",
        new Poison("neither key nor value", malformed, "neither a value nor a key", null, null));
    poison("empty", malformed, "fewer than the 5 bytes", new byte[0]);
    poison("frame cut", malformed, "fewer than the 5 bytes", Arrays.copyOf(valid, 3));
    poison("frame only", malformed, "ends within a field", Arrays.copyOf(valid, 5));
    poison("cut", malformed, "ends within a field", Arrays.copyOf(valid, valid.length - 4));
    poison("appended", malformed, "after its end", Arrays.copyOf(valid, valid.length + 3));
    poison("JSON", malformed, "magic byte", "{\"Fe_H\": 0.1}".getBytes(StandardCharsets.UTF_8));
    byte[] wrongEnum = valid.clone();
    wrongEnum[5] = 0x7e;
    poison("no such kind", malformed, "contradicts its schema", wrongEnum);
    poison(
        "measured twice",
        malformed,
        "'Fe_H' is measured twice",
        service.bytes(
            Observation.newBuilder(base)
                .setMeasurements(
                    Stream.concat(
                            base.getMeasurements().stream(),
                            Stream.of(new Measurement("Fe_H", 0.0, null)))
                        .toList())
                .build()));

    byte[] unknown = valid.clone();
    ByteBuffer.wrap(unknown).putInt(1, 99_999);
    poison("unknown schema id", RejectionReason.UNKNOWN_SCHEMA, "99999", unknown);
    Rejection foreign =
        new Rejection(RejectionReason.OTHER, "", "t", 0, 0L, Instant.EPOCH, null, null, null, null);
    poison(
        "another contract",
        RejectionReason.UNKNOWN_SCHEMA,
        "cannot be read as",
        service.foreign(foreign));

    RejectionReason missing = RejectionReason.MISSING_OBSERVABLE;
    // a bundle with masks accepts a missing observable: it infers from what was measured
    poison(
        "nothing at all",
        missing,
        "none of the observables",
        service.bytes(Observation.newBuilder(base).setMeasurements(List.of()).build()));

    RejectionReason notFinite = RejectionReason.NOT_FINITE;
    for (double value :
        new double[] {
          Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MAX_VALUE
        }) {
      poison("value " + value, notFinite, "Fe_H", service.bytes(with(base, "Fe_H", value, 0.05)));
    }
    RejectionReason error = RejectionReason.NON_POSITIVE_ERROR;
    for (double sd : new double[] {0, -0.05, Double.NaN, Double.POSITIVE_INFINITY}) {
      poison("error " + sd, error, "Fe_H", service.bytes(with(base, "Fe_H", 0.1, sd)));
    }

    poison(
        "unknown bundle",
        RejectionReason.UNKNOWN_BUNDLE,
        "'no-such-bundle'",
        service.bytes(Observation.newBuilder(base).setBundle("no-such-bundle").build()));
    for (String id : List.of("", "  \t")) {
      poison(
          "identifier '" + id + "'",
          RejectionReason.MISSING_IDENTIFIER,
          "identifier",
          service.bytes(Observation.newBuilder(base).setObject(id).build()));
    }
    byte[] large = new byte[MAX_BYTES + 1];
    Arrays.fill(large, (byte) 'x');
    poison("large", RejectionReason.TOO_LARGE, "observation.max.bytes", large);
    poisons.put(
        "no key",
        new Poison("no key", malformed, "magic byte", null, new byte[] {1, 2, 3, 4, 5, 6}));
  }

  @Test
  void shouldRejectEachKindOfBadEventAndInferTheGoodOnesAmongThem() throws Exception {
    try (InProcess environment = InProcess.start();
        RunningService service =
            RunningService.start(
                environment,
                "poison",
                folder,
                Map.of("observation.max.bytes", Integer.toString(MAX_BYTES)))) {
      brew(service);
      List<Poison> bad = new ArrayList<>(poisons.values());
      Collections.shuffle(bad, new Random(3));
      DemoSurvey survey = DemoSurvey.first(3 * bad.size());

      Map<Place, Poison> sentBad = new HashMap<>();
      List<Future<RecordMetadata>> sentGood = new ArrayList<>();
      for (int i = 0; i < survey.rows().size(); i++) {
        sentGood.add(service.send(survey.rows().get(i).observation()));
        if (i % 3 == 1) {
          Poison one = bad.get(i / 3);
          sentBad.put(Place.of(RunningService.stored(service.send(one.key(), one.value()))), one);
        }
      }
      Map<Place, DemoSurvey.Row> placesOfGood = new HashMap<>();
      for (int i = 0; i < sentGood.size(); i++) {
        placesOfGood.put(Place.of(RunningService.stored(sentGood.get(i))), survey.rows().get(i));
      }

      service.rejections().await(bad.size());
      service.objects().await(survey.rows().size());
      assertRejections(service, sentBad);
      assertGoodOnesAreUnharmed(service, survey, placesOfGood);

      var metrics = service.metrics();
      assertThat(metrics.total("sidereus_events_total"))
          .isEqualTo(bad.size() + survey.rows().size());
      assertThat(metrics.total("sidereus_rejections_total")).isEqualTo(bad.size());
      assertThat(metrics.total("sidereus_inference_requests_total"))
          .isEqualTo(
              metrics.total("sidereus_posteriors_total")
                  + metrics.total("sidereus_rejections_total"));
      assertThat(metrics.total("sidereus_pending")).isZero();
      assertThat(metrics.total("sidereus_unaccounted_requests")).isZero();
      assertLedger(service, bad.size(), survey.rows().size());
    }
  }

  /** The ledger by topic agrees with the topics. */
  private static void assertLedger(RunningService service, int bad, int good) {
    String line = "sidereus_ledger{topic=\"%s\",entry=\"%s\"} %d";
    assertThat(service.get("/metrics").body().lines())
        .contains(
            line.formatted(service.topics().observations(), "in", bad + good),
            line.formatted(service.topics().observations(), "pending", 0),
            line.formatted(service.topics().objectPosteriors(), "out", good),
            line.formatted(service.topics().rejections(), "rejected", bad));
  }

  /** Where an event lies. */
  private record Place(String topic, int partition, long offset) {
    static Place of(RecordMetadata stored) {
      return new Place(stored.topic(), stored.partition(), stored.offset());
    }
  }

  private void assertRejections(RunningService service, Map<Place, Poison> sent) {
    List<Rejection> rejections = service.rejections().settled();
    assertThat(rejections).hasSize(sent.size());
    service
        .rejections()
        .letters()
        .forEach(
            letter -> {
              Rejection one = letter.value();
              Poison poison =
                  sent.get(new Place(one.getTopic(), one.getPartition(), one.getOffset()));
              assertThat(poison).as("what was rejected: %s", one).isNotNull();
              assertThat(one.getReason()).as(poison.name()).isEqualTo(poison.reason());
              assertThat(one.getDetail()).as(poison.name()).contains(poison.detail());
              assertThat(bytes(one.getValue())).as(poison.name()).isEqualTo(poison.value());
              assertThat(bytes(one.getKey())).as(poison.name()).isEqualTo(poison.key());
              assertThat(letter.key()).as(poison.name()).isEqualTo(poison.key());
              // The rejection says when the event was published, and bears the time of the clock.
              assertThat(one.getTimestamp().toEpochMilli())
                  .as(poison.name())
                  .isBetween(startMs, letter.timestampMs());
            });
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private void assertGoodOnesAreUnharmed(
      RunningService service, DemoSurvey survey, Map<Place, DemoSurvey.Row> places) {
    Path catalogue = folder.resolve("good.csv");
    survey.write(catalogue, java.time.Duration.ofHours(1));
    OfflineGroups offline = OfflineGroups.infer(catalogue, folder, "--group-column", "group");
    List<ObjectPosterior> objects = service.objects().settled();
    assertThat(objects).hasSize(survey.rows().size());
    for (ObjectPosterior one : objects) {
      var source = one.getSource();
      DemoSurvey.Row row =
          places.get(new Place(source.getTopic(), source.getPartition(), source.getOffset()));
      assertThat(row).isNotNull();
      assertThat(one.getObject()).isEqualTo(row.object());
      offline.assertAgreesWith(one, 1e-9);
    }
    service
        .groups()
        .await(
            all -> {
              Map<String, GroupPosterior> last = RunningService.forAllTime(all);
              return last.keySet().equals(offline.groups().keySet())
                  && last.entrySet().stream()
                      .allMatch(one -> offline.agreesWith(one.getValue(), one.getKey(), 1e-9));
            });
  }
}
