package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.integration.environment.BackgroundPublisher;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RecordedSurvey;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.SurveyOutcome;
import org.sidereus.integration.environment.TestLog;

/**
 * The service stands still under load, as a suspended machine does, and goes on: with the brokers
 * alone meanwhile, or beside an instance that takes its partitions. Its transaction was given up.
 */
@Tag("slow")
class FrozenServiceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Longer than the session, the transaction, and a call to the brokers. */
  private static final Duration FROZEN =
      Duration.ofSeconds(Integer.getInteger("frozen.seconds", 90));

  private static final int SLICES = 60;

  @TempDir private Path folder;
  private final RecordedSurvey survey = RecordedSurvey.of(600, FaultFreeRun.WINDOW);
  private final TestLog log = new TestLog("frozen");

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldBeAsIfNothingHadHappened(int others) throws Exception {
    try (InProcess environment = InProcess.start()) {
      SurveyOutcome expected =
          FaultFreeRun.run(environment, folder.resolve("fault-free"), survey, Map.of());
      ServiceKeys keys = FaultFreeRun.keys(environment, "frozen", folder, Map.of()).createTopics();
      List<ServiceProcess> instances = new ArrayList<>();
      try (SurveyClients clients = new SurveyClients(keys)) {
        for (int i = 0; i <= others; i++) {
          instances.add(
              ServiceProcess.start(
                  keys.with("state.dir", folder.resolve("state-" + i).toString()),
                  folder,
                  "-XX:TieredStopAtLevel=1"));
          instances.get(i).awaitReady(PATIENCE);
        }
        ServiceProcess frozen = instances.get(0);
        survey.publishPart(clients, 0, 3);
        clients.objects().await(PATIENCE, all -> all.size() > survey.good() / 4);
        BackgroundPublisher.during(
            () -> {
              frozen.freeze();
              ServiceProcess.pause(FROZEN);
              frozen.thaw();
            },
            SLICES,
            slice -> survey.publishPart(clients, SLICES + slice, 3 * SLICES));
        long thawedNs = System.nanoTime();
        int before = clients.objects().poll().size();
        survey.publishPart(clients, 2, 3);
        clients.objects().await(PATIENCE, all -> all.size() > before);
        log.note(
            "%d s frozen beside %d others: the next posterior after %d ms",
            FROZEN.toSeconds(), others, Duration.ofNanos(System.nanoTime() - thawedNs).toMillis());
        survey.publishEnd(clients);
        SurveyOutcome outcome = SurveyOutcome.await(clients, survey, PATIENCE);
        outcome.assertSameGroups(expected, 1e-9);
        outcome.assertLedgerBalances(instances.stream().map(ServiceProcess::http).toList(), survey);
        assertThat(frozen.http().get("/ready").statusCode()).as(frozen.log()).isEqualTo(200);
        assertThat(frozen.log()).doesNotContain("the service stops", "\tat ");
      } finally {
        instances.forEach(ServiceProcess::close);
      }
    }
  }
}
