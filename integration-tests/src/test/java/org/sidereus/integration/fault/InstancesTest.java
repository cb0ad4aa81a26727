package org.sidereus.integration.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.BackgroundPublisher;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RecordedSurvey;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.SurveyOutcome;
import org.sidereus.integration.environment.TestLog;

/** Instances join and leave during a survey, by a shutdown or by SIGKILL. */
@Tag("slow")
class InstancesTest {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration TOGETHER = Duration.ofSeconds(5);
  private static final int SLICES = 100;
  private static final Map<String, String> KEYS =
      Map.of("topics.partitions", "6", "num.stream.threads", "1");

  @TempDir private Path folder;
  private final RecordedSurvey survey = RecordedSurvey.of(2_400, FaultFreeRun.WINDOW);
  private final TestLog log = new TestLog("instances");
  private final Map<String, ServiceProcess> running = new ConcurrentHashMap<>();
  private ServiceKeys keys;

  @Test
  @Timeout(value = 45, unit = TimeUnit.MINUTES)
  void shouldBeAsIfOneInstanceHadBeenThereAllTheTime() throws Exception {
    try (InProcess environment = InProcess.start()) {
      SurveyOutcome expected =
          FaultFreeRun.run(environment, folder.resolve("fault-free"), survey, KEYS);
      keys = FaultFreeRun.keys(environment, "several", folder, KEYS).createTopics();
      try (SurveyClients clients = new SurveyClients(keys)) {
        List<Runnable> steps =
            List.of(
                () -> join("second"),
                () -> join("third"),
                () -> leave("second"),
                () -> kill("first"),
                () -> join("second"),
                () -> leave("third"),
                () -> join("first"),
                () -> kill("second"));
        join("first");
        for (int i = 0; i < steps.size(); i++) {
          int first = i * SLICES;
          BackgroundPublisher.during(
              steps.get(i),
              SLICES,
              slice -> survey.publishPart(clients, first + slice, steps.size() * SLICES));
        }
        survey.publishEnd(clients);

        SurveyOutcome outcome = SurveyOutcome.await(clients, survey, Duration.ofMinutes(10));
        double greatest = outcome.assertSameGroups(expected, 1e-9);
        outcome.assertLedgerBalances(
            running.values().stream().map(ServiceProcess::http).toList(), survey);
        log.note(
            "%d posteriors, each once; %d rejections; greatest difference of a group %.1e",
            outcome.objects().size(), outcome.rejections().size(), greatest);
      } finally {
        running.values().forEach(ServiceProcess::close);
      }
    }
  }

  private void join(String name) {
    ServiceProcess instance =
        ServiceProcess.start(
            keys.with("state.dir", folder.resolve(name).toString()),
            folder,
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1");
    running.put(name, instance);
    instance.awaitReady(READY_TIMEOUT);
    log.note("%s has joined; %d instances", name, running.size());
    ServiceProcess.pause(TOGETHER);
  }

  private void leave(String name) {
    running.remove(name).stop();
    log.note("%s has left; %d instances", name, running.size());
    ServiceProcess.pause(TOGETHER);
  }

  private void kill(String name) {
    running.remove(name).kill();
    log.note("%s has been killed; %d instances", name, running.size());
    ServiceProcess.pause(TOGETHER);
  }
}
