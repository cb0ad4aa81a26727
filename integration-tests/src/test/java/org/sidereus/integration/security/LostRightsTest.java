package org.sidereus.integration.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.GuardedBroker;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.AccessRights;

/**
 * Rights of the service are taken away while it runs, and given back. It waits, says so in a line
 * and at {@code /ready}, and goes on by itself. Each observation has one posterior.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class LostRightsTest {
  private static final String NAME = "rights";
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Longer than the service needs to be refused more than 20 times. */
  private static final Duration WITHOUT = Duration.ofSeconds(25);

  private static final int ROWS = 20;

  @TempDir private static Path folder;
  private final DemoSurvey survey = DemoSurvey.first(2 * ROWS * Lost.values().length);
  private GuardedBroker broker;
  private ServiceProcess service;
  private SurveyClients clients;
  private int sent;

  /** What is taken away: rights to one resource. */
  private enum Lost {
    RESULTS(ResourceType.TOPIC, Topics.withPrefix(NAME).objectPosteriors()),
    OBSERVATIONS(ResourceType.TOPIC, Topics.withPrefix(NAME).observations()),
    STATE(ResourceType.TOPIC, NAME + "-group-members-changelog"),
    GROUP(ResourceType.GROUP, NAME),
    TRANSACTIONS(ResourceType.TRANSACTIONAL_ID, NAME + "-");

    private final ResourceType type;
    private final String resource;

    Lost(ResourceType type, String resource) {
      this.type = type;
      this.resource = resource;
    }

    /** By what the sentence names it. */
    private String said() {
      return switch (this) {
        case RESULTS, OBSERVATIONS, STATE -> resource;
        case GROUP -> "consumer group '" + resource + "'";
        case TRANSACTIONS -> "its transactional identifiers";
      };
    }

    private boolean covers(AclBinding right) {
      return right.pattern().resourceType() == type && right.pattern().name().equals(resource);
    }
  }

  @BeforeAll
  void start() throws Exception {
    broker = GuardedBroker.start("service");
    try (Admin admin = broker.admin()) {
      admin.createAcls(rights()).all().get();
    }
    clients = new SurveyClients(keys("admin").createTopics());
    service =
        ServiceProcess.start(keys("service"), folder, "-XX:TieredStopAtLevel=1")
            .awaitReady(PATIENCE);
  }

  @AfterAll
  void stop() {
    if (service != null) {
      service.close();
    }
    clients.close();
    broker.close();
  }

  private ServiceKeys keys(String user) {
    Map<String, String> keys = new HashMap<>();
    keys.put("engine.samples", "64");
    keys.put("startup.timeout", "3m");
    keys.putAll(GuardedBroker.keys(user));
    return ServiceKeys.of(broker, NAME, folder.resolve("state"), keys);
  }

  private List<AclBinding> rights() {
    return List.copyOf(
        new AccessRights(ServiceConfig.of(keys("service").values()))
            .service("User:service")
            .bindings());
  }

  private void publish() {
    survey.rows().subList(sent, sent + ROWS).forEach(row -> clients.send(row.observation()));
    clients.flush();
    sent += ROWS;
  }

  private void awaitReady(int status, String said) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var ready = service.http().get("/ready");
      if (ready.statusCode() == status && ready.body().contains(said)) {
        return;
      }
      assertThat(System.nanoTime())
          .as("%s%n%s", ready.body(), service.log())
          .isLessThan(deadlineNs);
      ServiceProcess.pause(Duration.ofMillis(200));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldWaitForARightAndGoOnWhenItIsGivenBack(Lost lost) throws Exception {
    awaitReady(200, "");
    List<AclBinding> taken = rights().stream().filter(lost::covers).toList();
    assertThat(taken).isNotEmpty();
    String before = service.log();
    try (Admin admin = broker.admin()) {
      admin.deleteAcls(taken.stream().map(AclBinding::toFilter).toList()).all().get();
      publish();
      awaitReady(503, lost.said());
      ServiceProcess.pause(WITHOUT);
      awaitReady(503, lost.said());
      assertThat(service.http().get("/liveness").statusCode()).isEqualTo(200);
      admin.createAcls(taken).all().get();
    }
    publish();
    List<ObjectPosterior> posteriors = clients.objects().await(PATIENCE, all -> all.size() >= sent);
    assertThat(posteriors).extracting(ObjectPosterior::getObject).doesNotHaveDuplicates();
    awaitReady(200, "");
    assertThat(clients.objects().settled()).hasSize(sent);
    List<String> lines = service.log().substring(before.length()).lines().toList();
    assertThat(lines.stream().filter(one -> one.contains("refuse")))
        .as("%s", lines)
        .hasSizeBetween(2, 6);
    assertThat(lines).noneMatch(one -> one.contains("\tat ") || one.contains("no broker responds"));
  }
}
