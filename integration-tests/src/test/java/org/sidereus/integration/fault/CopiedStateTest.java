package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/** An operator copies the folder of the state, and starts a second instance on the copy. */
@Tag("slow")
class CopiedStateTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int PARTS = 30;

  @TempDir private Path folder;
  private final RecordedSurvey survey = RecordedSurvey.of(300, FaultFreeRun.WINDOW);

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (Path one : all) {
      Path copy = to.resolve(from.relativize(one));
      try {
        if (Files.isDirectory(one)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(one, copy);
        }
      } catch (NoSuchFileException e) {
        // The store has just removed it.
      }
    }
  }

  private static String processOf(Path state) throws IOException {
    return Files.readString(state.resolve("copied/kafka-streams-process-metadata"));
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void shouldWorkBesideTheOriginal() throws Exception {
    try (InProcess environment = InProcess.start()) {
      SurveyOutcome expected =
          FaultFreeRun.run(environment, folder.resolve("fault-free"), survey, Map.of());
      Path original = folder.resolve("original");
      Path copy = folder.resolve("copy");
      ServiceKeys keys =
          FaultFreeRun.keys(environment, "copied", original, Map.of()).createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess first = ServiceProcess.start(keys, folder, "-XX:TieredStopAtLevel=1")) {
        first.awaitReady(PATIENCE);
        survey.publishPart(clients, 0, 2);
        clients.objects().await(PATIENCE, all -> all.size() > survey.good() / 3);
        // The file beside the folder is written once a minute.
        while (!Files.exists(original.resolve("copied.last-use"))) {
          ServiceProcess.pause(Duration.ofSeconds(1));
        }
        copy(original, copy);
        try (ServiceProcess second =
            ServiceProcess.start(
                keys.with("state.dir", copy.toString()), folder, "-XX:TieredStopAtLevel=1")) {
          second.awaitReady(PATIENCE);
          assertThat(second.log()).contains("was last used in another place");
          assertThat(processOf(copy)).isNotEqualTo(processOf(original));
          for (int part = PARTS / 2; part < PARTS; part++) {
            survey.publishPart(clients, part, PARTS);
            ServiceProcess.pause(Duration.ofMillis(500));
          }
          survey.publishEnd(clients);
          SurveyOutcome outcome = SurveyOutcome.await(clients, survey, PATIENCE);
          outcome.assertSameGroups(expected, 1e-9);
          outcome.assertLedgerBalances(List.of(first.http(), second.http()), survey);
        }
      }
    }
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void shouldStopTheInstanceWhoseNameInTheGroupAnotherOneTakes() throws Exception {
    try (InProcess environment = InProcess.start()) {
      ServiceKeys keys =
          FaultFreeRun.keys(
                  environment,
                  "named",
                  folder.resolve("first"),
                  Map.of("group.instance.id", "night-1"))
              .createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess first = ServiceProcess.start(keys, folder, "-XX:TieredStopAtLevel=1")) {
        first.awaitReady(PATIENCE);
        survey.publishPart(clients, 0, 2);
        clients.objects().await(PATIENCE, all -> all.size() > survey.good() / 3);
        try (ServiceProcess second =
            ServiceProcess.start(
                keys.with("state.dir", folder.resolve("second").toString()),
                folder,
                "-XX:TieredStopAtLevel=1")) {
          assertThat(first.awaitEnd()).as(first.log()).isEqualTo(1);
          assertThat(first.log())
              .contains("another process of 'named' has the group.instance.id of this one")
              .doesNotContain("\tat ");
          second.awaitReady(PATIENCE);
          survey.publishPart(clients, 1, 2);
          survey.publishEnd(clients);
          SurveyOutcome outcome = SurveyOutcome.await(clients, survey, PATIENCE);
          outcome.assertLedgerBalances(List.of(second.http()), survey);
        }
      }
    }
  }
}
