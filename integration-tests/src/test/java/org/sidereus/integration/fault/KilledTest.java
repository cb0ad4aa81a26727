package org.sidereus.integration.fault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RecordedSurvey;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.SurveyOutcome;
import org.sidereus.integration.environment.TestLog;

/**
 * The test kills the service many times with SIGKILL during a survey: at work, at its start, and
 * while it restores its state. Sometimes the service loses its disk too. Afterwards the committed
 * records are the same as in a run without a fault.
 */
class KilledTest {
  private static final long SEED = Long.getLong("killed.seed", 20261124L);
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration LONGEST_WORK = Duration.ofMillis(2_500);
  private static final Duration LONGEST_START = Duration.ofSeconds(8);
  private static final double TOLERANCE = 1e-9;

  /** A slow engine, so that the service has a backlog and does not commit at once. */
  private static final Map<String, String> SLOW = Map.of("engine.samples", "8192");

  /** Long transactions, so that a kill at work aborts one that has results. */
  private static final Map<String, String> LONG_TRANSACTIONS =
      Map.of("commit.interval.ms", "1000", "engine.samples", "8192");

  /** {@code -Dkilled.objects=30000} for the survey of the benchmark. */
  private static final int OBJECTS = Integer.getInteger("killed.objects", 3_000);

  @TempDir private Path folder;
  private final Random random = new Random(SEED);

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  @Tag("slow")
  void shouldBeAsIfNothingHadHappenedAfterTwoKills() throws Exception {
    killDuringASurvey(2, 300);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  @Tag("slow")
  void shouldBeAsIfNothingHadHappenedAfterTwentyKills() throws Exception {
    killDuringASurvey(20, OBJECTS);
  }

  private void killDuringASurvey(int kills, int stars) throws Exception {
    TestLog log = new TestLog("killed " + kills);
    log.note("%d kills during a survey of %d stars, seed %d", kills, stars, SEED);
    RecordedSurvey survey = RecordedSurvey.of(stars, FaultFreeRun.WINDOW);
    try (InProcess environment = InProcess.start()) {
      SurveyOutcome expected =
          FaultFreeRun.run(environment, folder.resolve("fault-free"), survey, SLOW);
      log.note("the undisturbed run is there: %d groups and windows", expected.groups().size());

      ServiceKeys keys =
          FaultFreeRun.keys(environment, "killed", folder.resolve("state-0"), LONG_TRANSACTIONS)
              .createTopics();
      try (SurveyClients clients = new SurveyClients(keys)) {
        int disks = 0;
        for (int kill = 0; kill < kills; kill++) {
          CompletableFuture<Void> publishing = publishSlowly(survey, clients, kill, kills);
          if (random.nextInt(5) == 0) {
            disks++;
            keys = keys.with("state.dir", folder.resolve("state-" + disks).toString());
            log.note("the disk is lost");
          }
          startAndKill(keys, log, kill);
          publishing.join();
        }
        survey.publishEnd(clients);
        try (ServiceProcess last = ServiceProcess.start(keys, folder, "-XX:TieredStopAtLevel=1")) {
          last.awaitReady(READY_TIMEOUT);
          SurveyOutcome outcome = SurveyOutcome.await(clients, survey, Duration.ofMinutes(10));
          double greatest = outcome.assertSameGroups(expected, TOLERANCE);
          outcome.assertLedgerBalances(List.of(last.http()), survey);
          log.note(
              "%d posteriors, each once; %d rejections; %d group posteriors and windows, greatest"
                  + " difference %.1e",
              outcome.objects().size(),
              outcome.rejections().size(),
              outcome.groups().size(),
              greatest);
        }
      }
    }
  }

  private static CompletableFuture<Void> publishSlowly(
      RecordedSurvey survey, SurveyClients clients, int part, int parts) {
    int slices = 10;
    return CompletableFuture.runAsync(
        () -> {
          for (int i = 0; i < slices; i++) {
            survey.publishPart(clients, part * slices + i, parts * slices);
            pause(Duration.ofMillis(500));
          }
        });
  }

  private void startAndKill(ServiceKeys keys, TestLog log, int kill) throws Exception {
    Files.createDirectories(Path.of(keys.values().get("state.dir")));
    try (ServiceProcess service = ServiceProcess.start(keys, folder, "-XX:TieredStopAtLevel=1")) {
      boolean atWork = random.nextInt(4) != 0;
      if (atWork) {
        service.awaitReady(READY_TIMEOUT);
      }
      long ms = random.nextInt((int) (atWork ? LONGEST_WORK : LONGEST_START).toMillis());
      pause(Duration.ofMillis(ms));
      service.kill();
      log.note(
          "kill %d, process %d, %d ms after it %s",
          kill + 1, service.pid(), ms, atWork ? "was ready" : "was started");
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
