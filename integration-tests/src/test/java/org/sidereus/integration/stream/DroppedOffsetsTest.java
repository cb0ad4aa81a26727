package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.LogCapture;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;

/** Brokers drop the offsets of a service that was down for a week. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DroppedOffsetsTest {
  private static final int ROWS = 24;

  @TempDir private Path folder;

  @Test
  void shouldGoOnWhereTheStateEnds() throws Exception {
    List<DemoSurvey.Row> rows = DemoSurvey.first(2 * ROWS).rows();
    try (InProcess environment = InProcess.start();
        LogCapture log = LogCapture.of("org.sidereus")) {
      ServiceKeys keys = ServiceKeys.of(environment, "dropped", folder, Map.of());
      try (RunningService service = RunningService.start(keys)) {
        rows.subList(0, ROWS).forEach(row -> service.send(row.observation()));
        service.objects().await(ROWS);
      }
      drop(environment, keys);
      try (RunningService service = RunningService.start(keys)) {
        assertThat(log.of(Level.WARN))
            .filteredOn(line -> line.contains("have dropped the offsets of 'dropped'"))
            .singleElement()
            .asString()
            .contains("where its state ends", "'dropped.observations'");
        rows.subList(ROWS, 2 * ROWS).forEach(row -> service.send(row.observation()));
        service.objects().await(2 * ROWS);
        assertThat(service.objects().settled())
            .extracting(ObjectPosterior::getObject)
            .hasSize(2 * ROWS)
            .doesNotHaveDuplicates();
        service.groups().await(DroppedOffsetsTest::isWhole);
        assertThat(service.metrics().total("sidereus_events_total")).isEqualTo(2L * ROWS);
      }
    }
  }

  private static void drop(InProcess environment, ServiceKeys keys) throws Exception {
    Map<String, Object> settings = new HashMap<>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      admin.deleteConsumerGroups(List.of(keys.name())).all().get();
    }
  }

  private static boolean isWhole(List<GroupPosterior> all) {
    return RunningService.forAllTime(all).values().stream()
            .mapToLong(GroupPosterior::getObjects)
            .sum()
        == 2L * ROWS;
  }
}
