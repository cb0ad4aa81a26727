package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RecordedSurvey;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.SurveyOutcome;
import org.sidereus.integration.environment.TestLog;

/**
 * The clock of the machine of the service is set by an hour while it runs, by the library
 * libfaketime (Debian's package {@code faketime}). The brokers keep their clock. Posteriors, groups
 * and windows come as without that, and the service goes on also when the clock is right again.
 */
@Tag("slow")
class SetClockTest {
  private static final Path LIBRARY =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int PARTS = 4;

  @TempDir private Path folder;
  private final RecordedSurvey survey = RecordedSurvey.of(400, FaultFreeRun.WINDOW);
  private final TestLog log = new TestLog("clock");

  @ParameterizedTest
  @ValueSource(ints = {-3_600, 3_600})
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldGoOnWhenTheClockIsSetAndSetRightAgain(int seconds) throws Exception {
    assumeThat(LIBRARY).exists();
    Path clock = folder.resolve("offset-of-the-clock");
    set(clock, 0);
    try (InProcess environment = InProcess.start()) {
      SurveyOutcome expected =
          FaultFreeRun.run(environment, folder.resolve("fault-free"), survey, Map.of());
      ServiceKeys keys = FaultFreeRun.keys(environment, "clock", folder, Map.of()).createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess service =
              ServiceProcess.start(keys, folder, byClock(clock), "-XX:TieredStopAtLevel=1")) {
        service.awaitReady(PATIENCE);
        publish(clients, 0, "the clock is right");
        set(clock, seconds);
        publish(clients, 1, "the clock is set by %d s".formatted(seconds));
        publish(clients, 2, "the clock is still off by %d s".formatted(seconds));
        set(clock, 0);
        publish(clients, 3, "the clock is right again");
        set(clock, seconds);
        long endNs = System.nanoTime();
        survey.publishEnd(clients);
        SurveyOutcome outcome = SurveyOutcome.await(clients, survey, PATIENCE);
        log.note(
            "the clock is set by %d s: all windows after %.1f s",
            seconds, 1e-9 * (System.nanoTime() - endNs));
        outcome.assertSameGroups(expected, 1e-9);
        outcome.assertLedgerBalances(List.of(service.http()), survey);
        awaitReady(service);
        assertThat(service.log())
            .contains("the clock of the machine was set " + (seconds < 0 ? "back" : "forward"))
            .doesNotContain("the service stops", "\tat ");
        service.terminate();
        assertThat(service.awaitEnd()).isEqualTo(143);
      }
    }
  }

  /** Brokers refuse records whose timestamps are ahead of their own clock by more than an hour. */
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldSayThatTheBrokersRefuseItsTimestampsAndGoOn() throws Exception {
    assumeThat(LIBRARY).exists();
    Path clock = folder.resolve("offset-of-the-clock");
    set(clock, 0);
    try (InProcess environment = InProcess.start()) {
      ServiceKeys keys = FaultFreeRun.keys(environment, "ahead", folder, Map.of()).createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess service =
              ServiceProcess.start(keys, folder, byClock(clock), "-XX:TieredStopAtLevel=1")) {
        service.awaitReady(PATIENCE);
        set(clock, 7_200);
        long startNs = System.nanoTime();
        survey.publishPart(clients, 0, PARTS);
        while (!service.log().contains("the brokers refuse the timestamps of this service")) {
          assertThat(System.nanoTime() - startNs).as(service.log()).isLessThan(PATIENCE.toNanos());
          ServiceProcess.pause(Duration.ofMillis(100));
        }
        log.note("two hours ahead: said after %.1f s", 1e-9 * (System.nanoTime() - startNs));
        assertThat(service.http().get("/ready").body()).contains("refuse the timestamps");
        set(clock, 0);
        long rightNs = System.nanoTime();
        clients.objects().await(PATIENCE, all -> all.size() >= 90);
        log.note("right again: 90 posteriors after %.1f s", 1e-9 * (System.nanoTime() - rightNs));
        assertThat(service.log()).doesNotContain("the service stops", "\tat ");
        service.terminate();
        assertThat(service.awaitEnd()).isEqualTo(143);
      }
    }
  }

  /** Threads that were replaced may still give their partitions to others. */
  private static void awaitReady(ServiceProcess service) {
    long deadlineNs = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (service.http().get("/ready").statusCode() != 200) {
      assertThat(System.nanoTime()).as(service.log()).isLessThan(deadlineNs);
      ServiceProcess.pause(Duration.ofMillis(200));
    }
  }

  /** Publishes a part of the survey and waits for its first posterior. */
  private void publish(SurveyClients clients, int part, String when) {
    int before = clients.objects().settled().size();
    long startNs = System.nanoTime();
    survey.publishPart(clients, part, PARTS);
    clients.objects().await(PATIENCE, all -> all.size() > before);
    log.note("%s: a posterior after %.1f s", when, 1e-9 * (System.nanoTime() - startNs));
  }

  private static Map<String, String> byClock(Path clock) {
    return Map.of(
        "LD_PRELOAD",
        LIBRARY.toString(),
        "FAKETIME_TIMESTAMP_FILE",
        clock.toString(),
        "FAKETIME_CACHE_DURATION",
        "1",
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        // Otherwise each wait of the virtual machine ends at once, or an hour too late.
        "FAKETIME_FORCE_MONOTONIC_FIX",
        "0",
        "DONT_FAKE_MONOTONIC",
        "1");
  }

  /** Sets the clock of the service. It looks once a second. */
  private static void set(Path clock, int seconds) throws IOException {
    Files.writeString(clock, "%+d%n".formatted(seconds));
    ServiceProcess.pause(Duration.ofSeconds(2));
  }
}
