package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.schemas.ObjectPosterior;

/** The registry or the broker is down for some seconds: nothing is lost or counted twice. */
class OutageTest {
  private static final int ROWS = 60;

  @TempDir private Path folder;
  private final DemoSurvey survey = DemoSurvey.first(2 * ROWS);
  private InProcess environment;
  private RunningService service;

  @BeforeEach
  void start() throws InterruptedException {
    environment = InProcess.start();
    service = RunningService.start(environment, "outage", folder, Map.of());
  }

  @AfterEach
  void stop() {
    service.close();
    environment.close();
  }

  @Test
  void shouldInferWhatWaitedWhenTheRegistryComesBack() throws Exception {
    // The producer registers the schema now; the service has never read it.
    List<byte[]> events =
        survey.rows().stream().map(row -> service.bytes(row.observation())).toList();
    environment.registryProxy().shut();
    for (int i = 0; i < ROWS; i++) {
      service.send(survey.rows().get(i).object().getBytes(), events.get(i));
    }
    service.send(new byte[] {1}, new byte[] {1, 2, 3});
    service.flush();

    Thread.sleep(3_000);

    assertThat(service.objects().settled()).isEmpty();
    assertThat(service.metrics().total("sidereus_events_total")).isEqualTo(ROWS + 1);
    assertThat(service.metrics().total("sidereus_pending")).isPositive();
    assertThat(service.metrics().total("sidereus_registry_absences_total")).isPositive();
    assertThat(service.get("/ready").statusCode()).isEqualTo(200);

    environment.registryProxy().open();
    for (int i = ROWS; i < 2 * ROWS; i++) {
      service.send(survey.rows().get(i).object().getBytes(), events.get(i));
    }

    assertEverythingIsInferredOnce();
    assertThat(service.rejections().await(1)).hasSize(1);
    assertThat(service.metrics().total("sidereus_pending")).isZero();
  }

  @Test
  @Tag("slow")
  void shouldGoOnWhenTheBrokerComesBack() throws Exception {
    for (int i = 0; i < ROWS; i++) {
      service.send(survey.rows().get(i).observation()).get();
    }

    environment.broker().stop();
    Thread.sleep(5_000);
    environment.broker().restart();

    for (int i = ROWS; i < 2 * ROWS; i++) {
      service.send(survey.rows().get(i).observation()).get();
    }
    assertEverythingIsInferredOnce();
  }

  private void assertEverythingIsInferredOnce() {
    Path catalogue = folder.resolve("all.csv");
    survey.write(catalogue, java.time.Duration.ofHours(1));
    OfflineGroups offline = OfflineGroups.infer(catalogue, folder, "--group-column", "group");
    service.objects().await(2 * ROWS);
    service
        .groups()
        .await(
            all -> {
              var last = RunningService.forAllTime(all);
              return last.keySet().equals(offline.groups().keySet())
                  && last.entrySet().stream()
                      .allMatch(one -> offline.agreesWith(one.getValue(), one.getKey(), 1e-9));
            });
    List<ObjectPosterior> objects = service.objects().settled();
    assertThat(objects).hasSize(2 * ROWS);
    assertThat(objects).extracting(ObjectPosterior::getObject).doesNotHaveDuplicates();
  }
}
