package org.sidereus.integration.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.plant.Diary;
import org.sidereus.integration.plant.InProcess;
import org.sidereus.integration.plant.RecordedSurvey;
import org.sidereus.integration.plant.RunningService;
import org.sidereus.integration.plant.SurveyOutcome;

/** The broker or the registry is down for a long time during a survey. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LongOutageTest {
  private static final double TOLERANCE = 1e-9;
  private static final int PARTS = 40;

  /**
   * A partition is not idle during an outage, although the outage lasts much longer than
   * window.idle.
   */
  private static final Map<String, String> EAGER =
      Map.of("window.idle", "5s", "window.grace", "5m");

  @TempDir private Path folder;
  private final RecordedSurvey survey = RecordedSurvey.of(1_200, Undisturbed.WINDOW);
  private InProcess surroundings;
  private SurveyOutcome expected;

  @BeforeAll
  void runUndisturbed(@TempDir Path state) throws InterruptedException {
    surroundings = InProcess.start();
    expected = Undisturbed.run(surroundings, state, survey, Map.of("window.grace", "5m"));
  }

  @AfterAll
  void stop() {
    surroundings.close();
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldBeAsIfTheBrokerHadNeverStopped() throws Exception {
    Diary diary = new Diary("broker");
    try (RunningService service =
        RunningService.start(
            Undisturbed.keys(surroundings, "broker", folder.resolve("broker"), EAGER))) {
      CompletableFuture<Void> publishing = publishSlowly(service);
      for (int seconds : new int[] {2, 20, 40}) {
        Thread.sleep(3_000);
        diary.note("the broker stops for %d s", seconds);
        surroundings.broker().stop();
        Thread.sleep(1_000L * seconds);
        surroundings.broker().restart();
        diary.note("the broker is back");
      }
      publishing.join();
      assertUndisturbed(service, diary);
    }
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldBeAsIfTheRegistryHadNeverGone() throws Exception {
    Diary diary = new Diary("registry");
    // The limit of pending observations is low, so the partitions wait and threads fail.
    Map<String, String> overrides = new HashMap<>(EAGER);
    overrides.put("pending.max", "100");
    try (RunningService service =
        RunningService.start(
            Undisturbed.keys(surroundings, "registry", folder.resolve("registry"), overrides))) {
      // The producer registers the schema now; the service has never read it.
      survey.publish(service.clients(), 0, 1);
      service.objects().await(1);
      try (RunningService fresh = restarted(service, overrides)) {
        diary.note("the registry goes for a minute");
        surroundings.registryGate().shut();
        CompletableFuture<Void> publishing =
            CompletableFuture.runAsync(() -> survey.publish(service.clients(), 1, survey.events()));
        Thread.sleep(60_000);
        diary.note(
            "%d inference requests are pending, %d calls found no registry",
            fresh.metrics().total("sidereus_pending"),
            fresh.metrics().total("sidereus_registry_absences_total"));
        surroundings.registryGate().open();
        diary.note("the registry is back");
        publishing.join();
        assertUndisturbed(fresh, diary);
      }
    }
  }

  /** An instance that knows no schema, in place of one that does. */
  private RunningService restarted(RunningService service, Map<String, String> overrides)
      throws InterruptedException {
    service.stopInstance();
    return RunningService.start(
        Undisturbed.keys(surroundings, "registry", folder.resolve("registry"), overrides));
  }

  private CompletableFuture<Void> publishSlowly(RunningService service) {
    return CompletableFuture.runAsync(
        () -> {
          for (int part = 0; part < PARTS; part++) {
            survey.publishPart(service.clients(), part, PARTS);
            try {
              Thread.sleep(1_000);
            } catch (InterruptedException e) {
              throw new AssertionError("interrupted", e);
            }
          }
        });
  }

  private void assertUndisturbed(RunningService service, Diary diary) {
    survey.publishEnd(service.clients());
    SurveyOutcome outcome = SurveyOutcome.await(service.clients(), survey, Duration.ofMinutes(10));
    double greatest = outcome.assertSameGroups(expected, TOLERANCE);
    outcome.assertLedgerBalances(List.of(service.http()), survey);
    diary.note(
        "%d posteriors, each once; %d rejections; greatest difference of a group %.1e",
        outcome.objects().size(), outcome.rejections().size(), greatest);
  }
}
