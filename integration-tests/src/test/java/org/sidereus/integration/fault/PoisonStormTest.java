package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.Damage;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.Metrics;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;

/**
 * A hundred thousand bad events, and events of ten megabytes, among the good ones of a survey,
 * through a service with a small heap.
 */
@Tag("slow")
class PoisonStormTest {
  private static final long SEED = 5;
  private static final int BAD = Integer.getInteger("poison.events", 100_000);
  private static final int LARGE = 30;
  private static final int LARGE_BYTES = 10 * 1024 * 1024;
  private static final int FAT = 60;
  private static final int HEAP_MIB = 320;
  private static final long MOST_RESIDENT_BYTES = 1_100L << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private final TestLog log = new TestLog("poison");
  private final DemoSurvey survey = DemoSurvey.first(600);

  @Test
  @Timeout(value = 45, unit = TimeUnit.MINUTES)
  void shouldRejectAllOfThemWithinItsMemoryAndInferTheGoodOnes() throws Exception {
    try (InProcess environment = InProcess.start()) {
      ServiceKeys keys =
          FaultFreeRun.keys(
                  environment, "poison", folder.resolve("state"), Map.of("report.interval", "5s"))
              .createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess service =
              ServiceProcess.start(keys, folder, "-Xmx" + HEAP_MIB + "m")
                  .awaitReady(Duration.ofMinutes(2))) {
        long startNs = System.nanoTime();
        CompletableFuture<Integer> publishing =
            CompletableFuture.supplyAsync(() -> publish(clients));
        long peakResident = 0;
        long peakLive = 0;
        long rejected = 0;
        while (rejected < BAD + LARGE || !publishing.isDone()) {
          Metrics metrics = service.http().metrics();
          peakResident = Math.max(peakResident, metrics.total("process_resident_memory_bytes"));
          peakLive = Math.max(peakLive, metrics.total("jvm_heap_live_bytes"));
          rejected = metrics.total("sidereus_rejections_total");
          assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(PATIENCE);
          Thread.sleep(500);
        }
        double seconds = 1e-9 * (System.nanoTime() - startNs);
        log.note(
            "%d bad events and %d of %d MiB rejected in %.0f s; at most %d MiB resident, %d MiB of"
                + " heap after a collection, -Xmx%dm",
            BAD, LARGE, LARGE_BYTES >> 20, seconds, peakResident >> 20, peakLive >> 20, HEAP_MIB);
        assertThat(peakResident).isLessThan(MOST_RESIDENT_BYTES);

        int good = survey.rows().size() + publishing.join();
        clients.objects().await(PATIENCE, all -> all.size() >= good);
        assertThat(clients.objects().settled()).hasSize(good);
        assertRejections(clients);
        assertGoodOnesAreUnharmed(clients);
        Metrics metrics = service.http().metrics();
        assertThat(metrics.total("sidereus_events_total")).isEqualTo(good + BAD + LARGE);
        assertThat(metrics.total("sidereus_pending")).isZero();
        assertThat(metrics.total("sidereus_unaccounted_requests")).isZero();
        assertThat(service.log()).contains("balanced").doesNotContain("NOT balanced");
      }
    }
  }

  /**
   * Publishes all.
   *
   * @return number of good events beside the survey; they have nearly the largest accepted size
   */
  private int publish(SurveyClients clients) {
    byte[] valid = clients.bytes(survey.rows().get(0).as("bad", "bad").observation());
    byte[] large = new byte[LARGE_BYTES];
    random.nextBytes(large);
    int every = BAD / survey.rows().size();
    int fat = 0;
    for (int i = 0; i < BAD; i++) {
      Damage damage = Damage.random(random);
      byte[] bytes = damage.to(valid);
      // Only events that no schema can read, so that the number of rejections is known.
      if (bytes.length > 0) {
        bytes[0] = (byte) (1 + random.nextInt(100));
      }
      clients.send(damage.key(), bytes);
      if (i % every == 0 && i / every < survey.rows().size()) {
        clients.send(survey.rows().get(i / every).observation());
      }
      if (i % (BAD / LARGE) == 0 && i / (BAD / LARGE) < LARGE) {
        clients.send(new byte[] {(byte) i}, large);
      }
      if (i % (BAD / FAT) == 0 && fat < FAT) {
        clients.send(fat(fat++));
      }
    }
    for (int i = (BAD - 1) / every + 1; i < survey.rows().size(); i++) {
      clients.send(survey.rows().get(i).observation());
    }
    clients.flush();
    return fat;
  }

  /** An observation of nearly a megabyte, with many quantities that no bundle knows. */
  private Observation fat(int number) {
    Observation observation = survey.rows().get(0).as("fat-" + number, null).observation();
    List<Measurement> measurements = new ArrayList<>(observation.getMeasurements());
    for (int i = 0; i < 45_000; i++) {
      measurements.add(new Measurement("unknown-" + i, random.nextGaussian(), null));
    }
    observation.setMeasurements(measurements);
    return observation;
  }

  private void assertRejections(SurveyClients clients) {
    clients.rejections().await(PATIENCE, all -> all.size() >= BAD + LARGE);
    List<Rejection> rejections = clients.rejections().settled();
    assertThat(rejections).hasSize(BAD + LARGE);
    long large = 0;
    for (Rejection one : rejections) {
      assertThat(one.getOffset()).isNotNegative();
      assertThat(one.getDetail()).isNotBlank();
      ByteBuffer value = one.getValue();
      assertThat(value).isNotNull();
      if (one.getReason() == RejectionReason.TOO_LARGE) {
        large++;
        assertThat(value.remaining()).isEqualTo(LARGE_BYTES);
      } else {
        assertThat(one.getReason()).isEqualTo(RejectionReason.MALFORMED);
      }
    }
    assertThat(large).isEqualTo(LARGE);
  }

  private void assertGoodOnesAreUnharmed(SurveyClients clients) {
    Path catalogue = folder.resolve("good.csv");
    survey.write(catalogue, FaultFreeRun.WINDOW);
    OfflineGroups offline =
        OfflineGroups.infer(catalogue, folder, "--group-column", "group", "--samples", "64");
    var groups =
        clients
            .groups()
            .await(
                PATIENCE,
                all ->
                    RunningService.forAllTime(all).values().stream()
                            .mapToLong(one -> one.getObjects())
                            .sum()
                        == survey.rows().size());
    RunningService.forAllTime(groups)
        .forEach((group, one) -> offline.assertAgreesWith(one, group, 1e-9));
    log.note(
        "%d good observations inferred, %d groups as without the bad ones",
        survey.rows().size(), offline.groups().size());
  }
}
