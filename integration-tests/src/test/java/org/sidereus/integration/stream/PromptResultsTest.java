package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RunningService;

/** A stream that has nothing else to do waits neither for a batch nor for the next transaction. */
class PromptResultsTest {
  private static final Duration WAIT = Duration.ofSeconds(25);

  /** A thread that has just worked for a second is quiet again after this time. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private static final int ROWS = 5;

  @TempDir private Path state;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void shouldPublishAtOnceWhatCameAlone() throws InterruptedException {
    DemoSurvey survey = DemoSurvey.first(ROWS);
    try (InProcess environment = InProcess.start();
        RunningService service =
            RunningService.start(
                environment,
                "prompt",
                state,
                Map.of(
                    "batch.linger",
                    WAIT.toSeconds() + "s",
                    "commit.interval.ms",
                    Long.toString(WAIT.toMillis())))) {
      // the first one waits for its schema
      service.send(survey.rows().get(0).observation());
      service.flush();
      service.objects().await(1);
      long start = System.nanoTime();
      for (int i = 1; i < ROWS; i++) {
        Thread.sleep(QUIET.toMillis());
        service.send(survey.rows().get(i).observation());
        service.flush();
        service.objects().await(i + 1);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WAIT);
    }
  }
}
