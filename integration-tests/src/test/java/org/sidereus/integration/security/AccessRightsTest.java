package org.sidereus.integration.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.GuardedBroker;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.AccessRights;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * A broker with an authorizer: the service runs with exactly the rights that {@code sidereus acls}
 * prints, and everyone else is denied what only the service may write.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AccessRightsTest {
  private static final String NAME = "guarded";

  @TempDir private static Path folder;
  private GuardedBroker broker;
  private RunningService service;
  private SurveyClients survey;

  @BeforeAll
  void start() throws Exception {
    broker = GuardedBroker.start("sidereus", "survey", "flood", "foreign", "operator");
    AccessRights rights =
        new AccessRights(ServiceConfig.of(keys("sidereus").values()))
            .service("User:sidereus")
            .producer("User:survey")
            .producer("User:flood")
            .reader("User:survey")
            .operator("User:operator");
    try (Admin admin = broker.admin()) {
      admin.createAcls(rights.bindings()).all().get();
      assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
          .extracting(AclBinding::toString)
          .containsExactlyInAnyOrderElementsOf(
              rights.bindings().stream().map(AclBinding::toString).toList());
    }
    service = RunningService.start(keys("sidereus"), keys("survey"));
    survey = service.clients();
  }

  @AfterAll
  void stop() {
    if (service != null) {
      service.close();
    }
    broker.close();
  }

  private ServiceKeys keys(String user) {
    Map<String, String> keys = new HashMap<>();
    keys.put("bundles", LinearGaussianBundle.write(folder.resolve("bundle")).toString());
    keys.putAll(GuardedBroker.keys(user));
    return ServiceKeys.of(broker, NAME, folder.resolve("state"), keys);
  }

  private static Observation star(String name) {
    List<Measurement> measurements = new ArrayList<>();
    for (String observable : LinearGaussianBundle.OBSERVABLES) {
      measurements.add(new Measurement(observable, 0.1, null));
    }
    return Observation.newBuilder()
        .setSurvey("test")
        .setObject(name)
        .setGroup("g")
        .setTime(Instant.parse("2026-01-01T00:00:00Z"))
        .setMeasurements(measurements)
        .build();
  }

  @Test
  void shouldRunWithTheseRights() {
    survey.send(star("one"));
    survey.send(new byte[] {1}, new byte[] {1, 2, 3});
    assertThat(survey.objects().await(1)).hasSize(1);
    assertThat(survey.groups().await(all -> !all.isEmpty())).isNotEmpty();
    assertThat(survey.rejections().await(1)).isNotEmpty();
    assertThat(service.metrics().total("sidereus_running")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"foreign", "survey"})
  void shouldDenyEveryoneElseTheResultsAndInternalTopics(String user) throws Exception {
    Topics topics = Topics.withPrefix(NAME);
    List<String> forbidden =
        new ArrayList<>(
            List.of(
                topics.objectPosteriors(),
                topics.groupPosteriors(),
                topics.rejections(),
                NAME + "-partial-sums-repartition",
                NAME + "-group-members-changelog",
                NAME + "-state-format-changelog"));
    if (user.equals("foreign")) {
      forbidden.add(topics.observations());
    }
    try (KafkaProducer<byte[], byte[]> producer = producer(broker.client(user))) {
      for (String topic : forbidden) {
        assertThatThrownBy(
                () -> producer.send(new ProducerRecord<>(topic, 0, null, new byte[] {1})).get())
            .as(topic)
            .hasCauseInstanceOf(TopicAuthorizationException.class);
      }
    }
    try (Admin admin = Admin.create(broker.client(user))) {
      assertThatThrownBy(
              () -> admin.deleteTopics(List.of(NAME + "-group-members-changelog")).all().get())
          .hasCauseInstanceOf(TopicAuthorizationException.class);
      assertThatThrownBy(() -> admin.deleteConsumerGroups(List.of(NAME)).all().get())
          .hasCauseInstanceOf(GroupAuthorizationException.class);
      assertThatThrownBy(
              () ->
                  admin
                      .createTopics(List.of(new NewTopic(NAME + "-new", 1, (short) 1)))
                      .all()
                      .get())
          .hasCauseInstanceOf(TopicAuthorizationException.class);
    }
    // Who could take the service's transactions could fence it.
    Map<String, Object> transactional = broker.client(user);
    transactional.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, NAME + "-1");
    try (KafkaProducer<byte[], byte[]> producer = producer(transactional)) {
      assertThatThrownBy(producer::initTransactions)
          .isInstanceOf(TransactionalIdAuthorizationException.class);
    }
  }

  @Test
  void shouldDenyAForeignReader() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            broker.client("foreign"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition results = new TopicPartition(Topics.withPrefix(NAME).groupPosteriors(), 0);
      consumer.assign(List.of(results));
      consumer.seekToBeginning(List.of(results));
      assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(10)))
          .isInstanceOf(TopicAuthorizationException.class);
    }
  }

  @Test
  void shouldLetTheOperatorLookAtWhatAResetDeletes() {
    List<String> command = new ArrayList<>(List.of("reset"));
    command.addAll(keys("operator").options());
    CommandRun run = CommandRun.here(command.toArray(String[]::new));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().get(0)).contains("application 'guarded' still runs");
  }

  /** The quota that {@code sidereus acls} prints, with small numbers. */
  @Test
  void shouldThrottleAProducerByItsQuota() throws Exception {
    ClientQuotaEntity flood = new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, "flood"));
    try (Admin admin = broker.admin();
        KafkaProducer<byte[], byte[]> producer = producer(broker.client("flood"))) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(
                      flood, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 5_000d)))))
          .all()
          .get();
      String topic = Topics.withPrefix(NAME).observations();
      for (int i = 0; i < 5; i++) {
        producer.send(new ProducerRecord<>(topic, 0, null, new byte[20_000])).get();
      }
      assertThat(
              producer.metrics().values().stream()
                  .filter(one -> one.metricName().name().equals("produce-throttle-time-max"))
                  .mapToDouble(one -> (Double) one.metricValue())
                  .max()
                  .orElse(0))
          .isPositive();
    }
  }

  @Test
  void shouldNameTheRightsThatAreMissing() {
    List<String> command = new ArrayList<>(List.of("watch"));
    command.addAll(keys("foreign").options());
    CommandRun run = CommandRun.here(command.toArray(String[]::new));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().get(0)).contains("'sidereus acls' prints the rights");
  }

  @Test
  void shouldPrintTheRightsAndQuotasAsCommands() {
    List<String> command =
        new ArrayList<>(
            List.of(
                "acls",
                "--producer",
                "User:survey",
                "--reader",
                "User:CN=a b,O=c",
                "--byte-rate",
                "1000",
                "--end-transactions"));
    command.addAll(keys("sidereus").options());
    CommandRun run = CommandRun.here(command.toArray(String[]::new));
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    String start =
        "kafka-acls.sh --bootstrap-server "
            + broker.bootstrapServers()
            + " --command-config FILE --add --allow-principal ";
    assertThat(run.out())
        .contains(
            start
                + "User:sidereus --operation Create --operation DescribeConfigs --operation Read"
                + " --topic guarded.observations",
            start
                + "User:sidereus --operation Write --resource-pattern-type prefixed"
                + " --transactional-id guarded-",
            start + "User:sidereus --operation Read --group guarded",
            start
                + "User:sidereus --operation Read --topic __consumer_offsets --topic"
                + " __transaction_state",
            start + "User:sidereus --operation Alter --cluster",
            start + "User:survey --operation Write --topic guarded.observations",
            start
                + "'User:CN=a b,O=c' --operation Read --topic guarded.group-posteriors --topic"
                + " guarded.object-posteriors --topic guarded.rejections",
            "kafka-configs.sh --bootstrap-server "
                + broker.bootstrapServers()
                + " --command-config FILE --alter --entity-type users --entity-name survey"
                + " --add-config"
                + " producer_byte_rate=1000,consumer_byte_rate=1000,request_percentage=50");
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> client) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
