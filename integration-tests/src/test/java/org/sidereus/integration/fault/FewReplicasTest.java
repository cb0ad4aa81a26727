package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.BrokerCluster;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;

/** Two of three brokers are lost, and commits want two replicas in sync. */
@Tag("slow")
class FewReplicasTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration ABSENCE = Duration.ofSeconds(Integer.getInteger("replicas.s", 60));
  private static final int ROWS = 20;

  @TempDir private Path folder;
  private final List<DemoSurvey.Row> rows = DemoSurvey.first(3 * ROWS).rows();
  private final TestLog log = new TestLog("replicas");

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldSayItAndGoOnWhenTheBrokersAreBack() throws Exception {
    try (BrokerCluster brokers = BrokerCluster.start(folder.resolve("brokers"))) {
      ServiceKeys keys =
          ServiceKeys.of(brokers, "few", folder, Map.of("topics.replication", "3")).createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess service = ServiceProcess.start(keys, folder)) {
        service.awaitReady(PATIENCE);
        send(clients, 0);
        clients.objects().await(PATIENCE, all -> all.size() == ROWS);
        brokers.loseTwo();
        send(clients, 1);
        ServiceProcess.pause(ABSENCE);
        log.note(
            "two of three brokers are lost: /ready %d %s",
            service.http().get("/ready").statusCode(), service.http().get("/ready").body());
        String said = service.log();
        brokers.bringBackTwo();
        long backNs = System.nanoTime();
        send(clients, 2);
        clients.objects().await(PATIENCE, all -> all.size() >= 3 * ROWS);
        log.note(
            "the brokers are back: all posteriors after %.1f s",
            1e-9 * (System.nanoTime() - backNs));
        assertThat(clients.objects().settled()).hasSize(3 * ROWS);
        assertThat(said).contains("the brokers take no records of topic '__");
        assertThat(service.log()).doesNotContain("the service stops", "\tat ");
        service.terminate();
        assertThat(service.awaitEnd()).isEqualTo(143);
      }
    }
  }

  private void send(SurveyClients clients, int part) {
    rows.subList(part * ROWS, (part + 1) * ROWS).forEach(row -> clients.send(row.observation()));
    clients.flush();
  }
}
