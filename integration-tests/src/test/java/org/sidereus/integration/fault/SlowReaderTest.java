package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.testing.LinearGaussianBundle;

/** The output of a service is a pipe that something reads slowly, or not at all. */
@Tag("slow")
class SlowReaderTest {
  private static final int CHUNK = 4096;

  @TempDir private Path folder;
  private final TestLog log = new TestLog("slow reader");

  /**
   * The most that the program and its libraries can say.
   *
   * @param pauseMs time between two chunks that are read; 0: nothing is ever read
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 200})
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldInferAndStopWithEveryLineOfTheLog(long pauseMs) throws Exception {
    try (InProcess environment = InProcess.start()) {
      Path bundle = LinearGaussianBundle.writeWeighted(folder.resolve("bundle"), 0, 1);
      ServiceKeys keys =
          ServiceKeys.of(
                  environment,
                  "piped",
                  folder.resolve("state"),
                  Map.of("bundles", bundle.toString()))
              .createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess service =
              ServiceProcess.startIntoPipe(
                  keys,
                  folder,
                  Map.of("SIDEREUS_LOG_LEVEL", "DEBUG", "SIDEREUS_KAFKA_LOG_LEVEL", "DEBUG"))) {
        Thread reader = new Thread(() -> read(service.output(), pauseMs));
        reader.setDaemon(true);
        reader.start();
        long startNs = System.nanoTime();
        for (int i = 0; i < 20; i++) {
          clients.send(star("star-" + i));
          int sent = i + 1;
          clients.objects().await(Duration.ofMinutes(2), all -> all.size() >= sent);
          log.note("posterior %d after %d ms", sent, (System.nanoTime() - startNs) / 1_000_000);
        }
        service.terminate();
        assertThat(service.awaitEnd()).isEqualTo(143);
      }
    }
  }

  private static Observation star(String object) {
    List<Measurement> measurements = new ArrayList<>();
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS);
    for (int i = 0; i < y.length; i++) {
      measurements.add(new Measurement(LinearGaussianBundle.OBSERVABLES.get(i), y[i], null));
    }
    return Observation.newBuilder()
        .setSurvey("survey")
        .setObject(object)
        .setGroup("field")
        .setTime(Instant.now())
        .setMeasurements(measurements)
        .build();
  }

  private static void read(InputStream pipe, long pauseMs) {
    byte[] chunk = new byte[CHUNK];
    try {
      while (pauseMs > 0 && pipe.read(chunk) >= 0) {
        Thread.sleep(pauseMs);
      }
    } catch (IOException | InterruptedException e) {
      // The process has ended.
    }
  }
}
