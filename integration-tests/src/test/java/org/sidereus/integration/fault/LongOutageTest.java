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
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RecordedSurvey;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.SurveyOutcome;
import org.sidereus.integration.environment.TestLog;

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
  private final RecordedSurvey survey = RecordedSurvey.of(1_200, FaultFreeRun.WINDOW);
  private InProcess environment;
  private SurveyOutcome expected;

  @BeforeAll
  void runWithoutFault(@TempDir Path state) throws InterruptedException {
    environment = InProcess.start();
    expected = FaultFreeRun.run(environment, state, survey, Map.of("window.grace", "5m"));
  }

  @AfterAll
  void stop() {
    environment.close();
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldBeAsIfTheBrokerHadNeverStopped() throws Exception {
    TestLog log = new TestLog("broker");
    try (RunningService service =
        RunningService.start(
            FaultFreeRun.keys(environment, "broker", folder.resolve("broker"), EAGER))) {
      CompletableFuture<Void> publishing = publishSlowly(service);
      for (int seconds : new int[] {2, 20, 40}) {
        Thread.sleep(3_000);
        log.note("the broker stops for %d s", seconds);
        environment.broker().stop();
        Thread.sleep(1_000L * seconds);
        environment.broker().restart();
        log.note("the broker is back");
      }
      publishing.join();
      assertAsWithoutFault(service, log);
    }
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldBeAsIfTheRegistryHadNeverGone() throws Exception {
    TestLog log = new TestLog("registry");
    // The limit of pending observations is low, so no more are read of the partitions.
    Map<String, String> overrides = new HashMap<>(EAGER);
    overrides.put("pending.max", "100");
    try (RunningService service =
        RunningService.start(
            FaultFreeRun.keys(environment, "registry", folder.resolve("registry"), overrides))) {
      // The producer registers the schema now; the service has never read it.
      survey.publish(service.clients(), 0, 1);
      service.objects().await(1);
      try (RunningService fresh = restarted(service, overrides)) {
        log.note("the registry goes for a minute");
        environment.registryProxy().shut();
        CompletableFuture<Void> publishing =
            CompletableFuture.runAsync(() -> survey.publish(service.clients(), 1, survey.events()));
        Thread.sleep(60_000);
        log.note(
            "%d inference requests are pending, %d calls found no registry",
            fresh.metrics().total("sidereus_pending"),
            fresh.metrics().total("sidereus_registry_absences_total"));
        environment.registryProxy().open();
        log.note("the registry is back");
        publishing.join();
        assertAsWithoutFault(fresh, log);
      }
    }
  }

  /** An instance that knows no schema, in place of one that does. */
  private RunningService restarted(RunningService service, Map<String, String> overrides)
      throws InterruptedException {
    service.stopInstance();
    return RunningService.start(
        FaultFreeRun.keys(environment, "registry", folder.resolve("registry"), overrides));
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

  private void assertAsWithoutFault(RunningService service, TestLog log) {
    survey.publishEnd(service.clients());
    SurveyOutcome outcome = SurveyOutcome.await(service.clients(), survey, Duration.ofMinutes(10));
    double greatest = outcome.assertSameGroups(expected, TOLERANCE);
    outcome.assertLedgerBalances(List.of(service.http()), survey);
    log.note(
        "%d posteriors, each once; %d rejections; greatest difference of a group %.1e",
        outcome.objects().size(), outcome.rejections().size(), greatest);
  }
}
