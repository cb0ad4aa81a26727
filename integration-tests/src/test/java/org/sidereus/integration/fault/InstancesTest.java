package org.sidereus.integration.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.plant.Diary;
import org.sidereus.integration.plant.InProcess;
import org.sidereus.integration.plant.Outcome;
import org.sidereus.integration.plant.RecordedSurvey;
import org.sidereus.integration.plant.ServiceKeys;
import org.sidereus.integration.plant.ServiceProcess;
import org.sidereus.integration.plant.SurveyClients;

/** Instances join and leave, politely and by SIGKILL, while a survey goes through. */
@Tag("slow")
class InstancesTest {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration TOGETHER = Duration.ofSeconds(6);
  private static final int PARTS = 80;
  private static final Map<String, String> KEYS = Map.of("topics.partitions", "6", "threads", "1");

  @TempDir private Path folder;
  private final RecordedSurvey survey = RecordedSurvey.of(2_400, Undisturbed.WINDOW);
  private final Diary diary = new Diary("instances");
  private final List<ServiceProcess> running = new ArrayList<>();
  private ServiceKeys keys;

  @Test
  @Timeout(value = 45, unit = TimeUnit.MINUTES)
  void shouldBeAsIfOneInstanceHadBeenThereAllTheTime() throws Exception {
    try (InProcess surroundings = InProcess.start()) {
      Outcome expected = Undisturbed.run(surroundings, folder.resolve("undisturbed"), survey, KEYS);
      keys = Undisturbed.keys(surroundings, "several", folder, KEYS).createTopics();
      try (SurveyClients clients = new SurveyClients(keys)) {
        ServiceProcess first = join("first");
        CompletableFuture<Void> publishing = publishSlowly(clients);
        Thread.sleep(TOGETHER.toMillis());
        ServiceProcess second = join("second");
        Thread.sleep(TOGETHER.toMillis());
        ServiceProcess third = join("third");
        Thread.sleep(TOGETHER.toMillis());
        leave(second, "second", false);
        Thread.sleep(TOGETHER.toMillis());
        leave(first, "first", true);
        Thread.sleep(TOGETHER.toMillis());
        join("second");
        Thread.sleep(TOGETHER.toMillis());
        leave(third, "third", false);
        join("first");
        publishing.join();
        survey.publishEnd(clients);

        Outcome outcome = Outcome.await(clients, survey, Duration.ofMinutes(10));
        double greatest = outcome.assertSameGroups(expected, 1e-9);
        outcome.assertBooksBalance(running.stream().map(ServiceProcess::http).toList(), survey);
        diary.note(
            "%d posteriors, each once; %d rejections; greatest difference of a group %.1e",
            outcome.objects().size(), outcome.rejections().size(), greatest);
      } finally {
        running.forEach(ServiceProcess::close);
      }
    }
  }

  private ServiceProcess join(String name) {
    ServiceProcess instance =
        ServiceProcess.start(
            keys.with("state.dir", folder.resolve(name).toString()),
            folder,
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1");
    running.add(instance);
    instance.awaitReady(READY_TIMEOUT);
    diary.note("%s has joined; %d instances", name, running.size());
    return instance;
  }

  private void leave(ServiceProcess instance, String name, boolean killed) {
    running.remove(instance);
    if (killed) {
      instance.kill();
    } else {
      instance.stop();
    }
    diary.note("%s has %s; %d instances", name, killed ? "been killed" : "left", running.size());
  }

  private CompletableFuture<Void> publishSlowly(SurveyClients clients) {
    return CompletableFuture.runAsync(
        () -> {
          for (int part = 0; part < PARTS; part++) {
            survey.publishPart(clients, part, PARTS);
            try {
              Thread.sleep(1_000);
            } catch (InterruptedException fault) {
              throw new AssertionError("interrupted", fault);
            }
          }
        });
  }
}
