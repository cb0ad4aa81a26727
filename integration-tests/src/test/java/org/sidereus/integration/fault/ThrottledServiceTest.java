package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.ObjectPosterior;

/** Brokers throttle all clients, by a quota that someone has set for every one, with a backlog. */
@Tag("slow")
class ThrottledServiceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final int ROWS = Integer.getInteger("throttled.rows", 1_000);

  @TempDir private Path folder;
  private final TestLog log = new TestLog("throttled");

  @ParameterizedTest
  @ValueSource(ints = {100_000, 30_000})
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldGoOnSlowlyAndExactlyOnce(int bytesPerSecond) throws Exception {
    try (InProcess environment = InProcess.start()) {
      ServiceKeys keys =
          FaultFreeRun.keys(environment, "throttled", folder, Map.of()).createTopics();
      try (SurveyClients clients = new SurveyClients(keys)) {
        DemoSurvey.first(ROWS).rows().forEach(row -> clients.send(row.observation()));
        clients.flush();
        throttle(environment, bytesPerSecond);
        long startNs = System.nanoTime();
        try (ServiceProcess service = ServiceProcess.start(keys, folder)) {
          service.awaitReady(PATIENCE);
          clients.objects().await(PATIENCE, all -> !all.isEmpty());
          double firstS = 1e-9 * (System.nanoTime() - startNs);
          clients.objects().await(PATIENCE, all -> all.size() >= ROWS);
          log.note(
              "%,d bytes a second: first posterior after %.1f s, %,d after %.1f s",
              bytesPerSecond, firstS, ROWS, 1e-9 * (System.nanoTime() - startNs));
          assertThat(clients.objects().settled())
              .extracting(ObjectPosterior::getObject)
              .hasSize(ROWS)
              .doesNotHaveDuplicates();
          assertThat(service.log()).doesNotContain("the service stops", "\tat ");
        }
      }
    }
  }

  private static void throttle(InProcess environment, int bytesPerSecond) throws Exception {
    Map<String, Object> settings = new HashMap<>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
    Map<String, String> everyClient = new HashMap<>();
    everyClient.put(ClientQuotaEntity.CLIENT_ID, null); // the default
    try (Admin admin = Admin.create(settings)) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(
                      new ClientQuotaEntity(everyClient),
                      List.of(
                          new ClientQuotaAlteration.Op(
                              "producer_byte_rate", (double) bytesPerSecond)))))
          .all()
          .get();
    }
  }
}
