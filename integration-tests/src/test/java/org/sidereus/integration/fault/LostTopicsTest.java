package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.BrokerProcess;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.GroupPosterior;

/** Topics that are gone while the service runs. */
@Tag("slow")
class LostTopicsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int ROWS = 20;

  @TempDir private Path folder;
  private final List<DemoSurvey.Row> rows = DemoSurvey.first(4 * ROWS).rows();
  private final TestLog log = new TestLog("topics");

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldStopWithASentenceWhenTheBrokersComeBackWithEmptyDisks() {
    Path disk = folder.resolve("broker");
    try (BrokerProcess brokers = BrokerProcess.start(disk)) {
      ServiceKeys keys = ServiceKeys.of(brokers, "empty", folder, Map.of()).createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess service = ServiceProcess.start(keys, folder)) {
        service.awaitReady(PATIENCE);
        send(clients, 0);
        clients.objects().await(PATIENCE, all -> all.size() == ROWS);
        brokers.loseData();
        long backNs = System.nanoTime();
        await(service, () -> service.log().contains("the service stops"));
        log.note("empty disks: the service stops after %.1f s", seconds(backNs));
        assertThat(service.awaitEnd()).isEqualTo(1);
        assertThat(service.log())
            .contains("the topic 'empty.observations' is gone")
            .doesNotContain("\tat ");
      }
    }
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldGoOnWhenATopicOfResultsIsThereAgain() throws Exception {
    try (InProcess environment = InProcess.start();
        Admin admin = admin(environment)) {
      ServiceKeys keys = ServiceKeys.of(environment, "results", folder, Map.of()).createTopics();
      try (SurveyClients producers = new SurveyClients(keys);
          ServiceProcess service = ServiceProcess.start(keys, folder)) {
        service.awaitReady(PATIENCE);
        List<String> results =
            List.of(
                keys.topics().objectPosteriors(),
                keys.topics().groupPosteriors(),
                keys.topics().rejections());
        for (int part = 0; part < results.size(); part++) {
          String topic = results.get(part);
          admin.deleteTopics(List.of(topic)).all().get();
          send(producers, part);
          byte[] text = "no Avro".getBytes(StandardCharsets.UTF_8);
          producers.send(text, text);
          producers.flush();
          long goneNs = System.nanoTime();
          await(service, () -> says(service, topic));
          log.note("'%s' is gone: said after %.1f s", topic, seconds(goneNs));
          keys.createTopics();
          long backNs = System.nanoTime();
          // The object posteriors before are gone with their topic, which was the first.
          int objects = (part + 1) * ROWS;
          int rejected = topic.equals(keys.topics().rejections()) ? 1 : part + 1;
          try (SurveyClients clients = new SurveyClients(keys)) {
            clients.objects().await(PATIENCE, all -> all.size() >= objects);
            clients.rejections().await(PATIENCE, all -> all.size() >= rejected);
            clients.groups().await(PATIENCE, all -> inGroups(all) == objects);
            log.note("'%s' is there again: all after %.1f s", topic, seconds(backNs));
            assertThat(clients.objects().settled()).hasSize(objects);
            assertThat(clients.rejections().settled()).hasSize(rejected);
          }
        }
        assertThat(service.log()).doesNotContain("the service stops", "\tat ");
        service.terminate();
        assertThat(service.awaitEnd()).isEqualTo(143);
      }
    }
  }

  /** A changelog that was made anew would be empty: groups would lose their objects. */
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldStopAndNotPublishWhatIsLostWhenAChangelogIsDeleted() throws Exception {
    try (InProcess environment = InProcess.start();
        Admin admin = admin(environment)) {
      ServiceKeys keys = ServiceKeys.of(environment, "state", folder, Map.of()).createTopics();
      try (SurveyClients clients = new SurveyClients(keys)) {
        try (ServiceProcess service = ServiceProcess.start(keys, folder)) {
          service.awaitReady(PATIENCE);
          send(clients, 0);
          clients.groups().await(PATIENCE, all -> inGroups(all) == ROWS);
          admin.deleteTopics(List.of("state-group-members-changelog")).all().get();
          long goneNs = System.nanoTime();
          send(clients, 1);
          await(service, () -> service.log().contains("the service stops"));
          log.note("a changelog is gone: the service stops after %.1f s", seconds(goneNs));
          assertThat(service.awaitEnd()).isEqualTo(1);
          assertThat(service.log()).contains("state-group-members-changelog", "sidereus reset");
        }
        try (ServiceProcess service = ServiceProcess.start(keys, folder)) {
          assertThat(service.awaitEnd()).isEqualTo(1);
          assertThat(service.log())
              .contains("state-group-members-changelog", "sidereus reset")
              .doesNotContain("\tat ");
        }
        assertThat(inGroups(clients.groups().settled())).isBetween((long) ROWS, 2L * ROWS);
      }
    }
  }

  private static Admin admin(InProcess environment) {
    return Admin.create(
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers()));
  }

  private static boolean says(ServiceProcess service, String topic) {
    return service.log().contains("the brokers do not have the topic '" + topic + "'");
  }

  private static long inGroups(List<GroupPosterior> all) {
    return RunningService.forAllTime(all).values().stream()
        .mapToLong(GroupPosterior::getObjects)
        .sum();
  }

  private void send(SurveyClients clients, int part) {
    rows.subList(part * ROWS, (part + 1) * ROWS).forEach(row -> clients.send(row.observation()));
    clients.flush();
  }

  private static void await(ServiceProcess service, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(service.log()).isLessThan(deadlineNs);
      ServiceProcess.pause(Duration.ofMillis(100));
    }
  }

  private static double seconds(long sinceNs) {
    return 1e-9 * (System.nanoTime() - sinceNs);
  }
}
