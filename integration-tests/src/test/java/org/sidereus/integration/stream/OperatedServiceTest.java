package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.LogCapture;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.TopicPreparation;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * What operators see and do: topics, pages of groups, the ledger, the log, watching and a reset.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OperatedServiceTest {
  private static final String SERVICE = "org.sidereus.streams.service.";

  @TempDir private static Path folder;
  private final InProcess environment = InProcess.start();

  @BeforeAll
  void write() {
    LinearGaussianBundle.write(folder.resolve("one"), "one", "1");
    LinearGaussianBundle.write(folder.resolve("two"), "two", "1");
  }

  @AfterAll
  void stop() {
    environment.close();
  }

  private ServiceKeys keys(String name, Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>();
    keys.put("bundles", folder.resolve("one").toString());
    keys.put("state.store", "rocksdb");
    keys.put("num.stream.threads", "1");
    keys.putAll(overrides);
    return ServiceKeys.of(environment, name, folder.resolve("state-" + name), keys);
  }

  private static Observation star(String object, String group) {
    List<Measurement> measurements = new ArrayList<>();
    for (String observable : LinearGaussianBundle.OBSERVABLES) {
      measurements.add(new Measurement(observable, 0.1, null));
    }
    return Observation.newBuilder()
        .setSurvey("test")
        .setObject(object)
        .setGroup(group)
        .setTime(Instant.parse("2026-01-01T00:00:00Z"))
        .setMeasurements(measurements)
        .build();
  }

  private static CommandRun command(ServiceKeys keys, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(keys.options());
    return CommandRun.here(all.toArray(String[]::new));
  }

  private static void await(BooleanSupplier enough) throws InterruptedException {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!enough.getAsBoolean()) {
      assertThat(System.nanoTime()).as("a minute is over").isLessThan(deadlineNs);
      Thread.sleep(50);
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", environment.bootstrapServers()));
  }

  @Test
  void shouldCreateTopicsWithTheirIntentAndSayWhatDiffersOfOthers() throws Exception {
    Topics topics = Topics.withPrefix("intent");
    ServiceConfig config =
        ServiceConfig.of(keys("intent", Map.of("topic.observations.retention", "10d")).values());
    try (Admin admin = admin();
        LogCapture log = LogCapture.of(SERVICE + "TopicPreparation")) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topics.groupPosteriors(), 2, (short) 1),
                  new NewTopic(topics.rejections(), 5, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact", "max.message.bytes", "1000"))))
          .all()
          .get();
      new TopicPreparation(config).prepare();
      assertThat(setting(admin, topics.observations(), "retention.ms")).isEqualTo("864000000");
      assertThat(setting(admin, topics.observations(), "cleanup.policy")).isEqualTo("delete");
      assertThat(setting(admin, topics.objectPosteriors(), "retention.ms")).isEqualTo("2592000000");

      String command =
          "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name "
              .formatted(environment.bootstrapServers());
      assertThat(log.of(Level.WARN))
          .anyMatch(
              line ->
                  line.startsWith("topic 'intent.group-posteriors' has cleanup.policy=delete")
                      && line.endsWith(
                          command + "intent.group-posteriors --add-config cleanup.policy=compact"))
          .anyMatch(line -> line.startsWith("topic 'intent.rejections' has cleanup.policy=compact"))
          .anyMatch(line -> line.startsWith("topic 'intent.rejections' has max.message.bytes=1000"))
          .noneMatch(line -> line.contains("'intent.observations'"))
          .noneMatch(line -> line.contains("'intent.object-posteriors'"));
      assertThat(log.of(Level.INFO))
          .anyMatch(line -> line.startsWith("topic 'intent.rejections' has 5 partitions"));
    }
    try (Admin admin = admin();
        LogCapture log = LogCapture.of(SERVICE + "TopicPreparation")) {
      ServiceConfig created = ServiceConfig.of(keys("created", Map.of()).values());
      new TopicPreparation(created).prepare();
      new TopicPreparation(created).prepare();
      assertThat(log.of(Level.WARN)).isEmpty();
      assertThat(setting(admin, "created.group-posteriors", "cleanup.policy")).isEqualTo("compact");
    }
  }

  /** Without this a producer may lose its first batch for ever (KAFKA-15591). */
  @Test
  void shouldReturnFromTheCreationOfTopicsWhenEachPartitionCanBeWritten() throws Exception {
    int partitions = 24;
    ServiceConfig config =
        ServiceConfig.of(
            keys("written", Map.of("topics.partitions", Integer.toString(partitions))).values());
    KafkaSettings settings = new KafkaSettings(config);
    Map<String, Object> once = new HashMap<>(settings.producer());
    once.put(ProducerConfig.RETRIES_CONFIG, 0);
    once.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(once, new ByteArraySerializer(), new ByteArraySerializer())) {
      new TopicPreparation(config).prepare();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    config.topics().observations(), partition, new byte[1], new byte[1])));
      }
      for (Future<RecordMetadata> one : sent) {
        assertThat(one.get(1, TimeUnit.MINUTES).offset()).isZero();
      }
    }
  }

  private static String setting(Admin admin, String topic, String key) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(key).value();
  }

  @Tag("thorough")
  @Test
  void shouldPageThroughTheGroupsOfTwoInstancesAndNameTheOneThatHasAGroup() throws Exception {
    Map<String, String> first = Map.of("http.port", freePort(), "topics.partitions", "4");
    Map<String, String> second =
        Map.of(
            "http.port",
            freePort(),
            "topics.partitions",
            "4",
            "state.dir",
            folder.resolve("state-second").toString());
    Set<String> names = new TreeSet<>();
    IntStream.range(0, 40).forEach(i -> names.add("group " + "é".repeat(i % 3) + i));
    try (RunningService one = RunningService.start(keys("pages", first));
        RunningService two = RunningService.start(keys("pages", second))) {
      for (String name : names) {
        one.send(star("star of " + name, name));
      }
      one.objects().await(names.size());
      Map<RunningService, Set<String>> shares = new HashMap<>();
      await(
          () -> {
            shares.put(one, new HashSet<>(pages(one, 7)));
            shares.put(two, new HashSet<>(pages(two, 1000)));
            return shares.get(one).size() + shares.get(two).size() == names.size()
                && !shares.get(one).isEmpty()
                && !shares.get(two).isEmpty();
          });
      Set<String> all = new TreeSet<>(shares.get(one));
      all.addAll(shares.get(two));
      assertThat(all).isEqualTo(names);

      String own = shares.get(two).iterator().next();
      assertThat(two.get("/groups/" + encoded(own)).statusCode()).isEqualTo(200);
      HttpResponse<String> elsewhere = one.get("/groups/" + encoded(own));
      String address = two.http().root() + "/groups/" + encoded(own);
      assertThat(elsewhere.statusCode()).isEqualTo(307);
      assertThat(elsewhere.headers().firstValue("Location")).contains(address);
      assertThat(new ObjectMapper().readTree(elsewhere.body()).path("instance").asText())
          .isEqualTo(address);
      JsonNode found = new ObjectMapper().readTree(two.get("/groups/" + encoded(own)).body());
      assertThat(found.path("posteriors"))
          .extracting(node -> node.path("window_start").isNull())
          .containsExactly(true, false);

      for (String wrong : List.of("limit=0", "limit=1001", "limit=x", "page=2")) {
        assertThat(one.get("/groups?" + wrong).statusCode()).as(wrong).isEqualTo(400);
      }
      int none = one.get("/groups/none").statusCode();
      assertThat(none == 404 || none == 307).isTrue();
    }
  }

  private static String encoded(String name) {
    StringBuilder text = new StringBuilder();
    for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
      text.append(
          one >= '0' && one <= 'z' ? Character.toString(one) : "%%%02X".formatted(one & 0xff));
    }
    return text.toString();
  }

  /** The groups of all pages of an instance. */
  private static List<String> pages(RunningService service, int limit) {
    List<String> groups = new ArrayList<>();
    Optional<String> next = Optional.of("/groups?limit=" + limit);
    while (next.isPresent()) {
      HttpResponse<String> page = service.get(next.get());
      assertThat(page.statusCode()).isEqualTo(200);
      try {
        JsonNode posteriors = new ObjectMapper().readTree(page.body());
        assertThat(posteriors.size()).isLessThanOrEqualTo(limit);
        posteriors.forEach(one -> groups.add(one.path("group").asText()));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      next =
          page.headers()
              .firstValue("Link")
              .map(link -> link.substring(1, link.indexOf(">; rel=\"next\"")));
    }
    assertThat(groups).doesNotHaveDuplicates();
    return groups;
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  /** The page of one of the two bundles has its objects, its group and what was rejected. */
  private void assertReport(ServiceKeys keys) throws IOException {
    Path out = folder.resolve("report");
    CommandRun several = command(keys, "report", "--out", out.toString());
    assertThat(several.exitCode()).isEqualTo(2);
    assertThat(several.err()).anyMatch(one -> one.contains("choose one by --bundle"));
    String bundle = folder.resolve("one").toString();

    CommandRun run = command(keys, "report", "--bundle", bundle, "--out", out.toString());

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(run.out()).hasSize(1).first().asString().startsWith("11 objects in ");
    String page = Files.readString(out.resolve("report.html"));
    assertThat(page)
        .contains("<tr><td>objects with a posterior</td><td class=\"n\">11</td>")
        .contains("<tr><td>left out: rejected as MALFORMED</td><td class=\"n\">1</td>")
        .contains("Group g\\u001b[2J, 11 objects")
        .contains("Object star ")
        .doesNotContain("\u001b");
    assertThat(out.resolve("figures").resolve("object-3.svg")).exists();
  }

  /** The log, the metrics and the topics have the same numbers with two bundles. */
  @Test
  void shouldBalanceTheLedgerOfTwoBundlesInTheLogAndInTheMetrics() throws Exception {
    ServiceKeys keys =
        keys(
            "ledger",
            Map.of(
                "bundles",
                folder.resolve("one") + "," + folder.resolve("two"),
                "bundles.surveys",
                "two:test",
                "topic.samples",
                "ledger.samples",
                "report.interval",
                "100ms"));
    try (LogCapture log = LogCapture.of(SERVICE + "LedgerReport");
        LogCapture unread = LogCapture.of("org.sidereus.streams.ledger.UnreadMeasurements");
        LogCapture rejected = LogCapture.of("org.sidereus.streams.ledger.RejectionLog");
        RunningService service = RunningService.start(keys)) {
      for (int i = 0; i < 10; i++) {
        service.send(star("star " + i, "g\u001b[2J"));
      }
      Observation other = star("other", "g\u001b[2J");
      other.setSurvey("other"); // bundle two does not serve it
      other.getMeasurements().add(new Measurement("Y1", 3.0, null));
      service.send(other);
      Observation none = star("none", "g\u001b[2J");
      none.setMeasurements(List.of(new Measurement("Mg_fe", 3.0, null)));
      service.send(none);
      service.send(new byte[] {1}, new byte[] {1, 2, 3});
      service.objects().await(2 * 10 + 1);
      service.rejections().await(2);
      assertThat(service.objects().settled()).hasSize(21);
      assertThat(service.rejections().settled()).hasSize(2);

      Pattern line =
          Pattern.compile(
              ".*: events 13 .*, in 23 .*, pending 0, .*: out 21 .*: rejected 2 .*; balanced");
      await(() -> log.of(Level.INFO).stream().map(line::matcher).anyMatch(Matcher::matches));
      assertThat(log.of(Level.WARN)).isEmpty();
      String metrics = service.get("/metrics").body();
      assertThat(metrics)
          .contains("sidereus_ledger{topic=\"ledger.observations\",entry=\"in\"} 23")
          .contains("sidereus_ledger{topic=\"ledger.object-posteriors\",entry=\"out\"} 21")
          .contains("sidereus_ledger{topic=\"ledger.rejections\",entry=\"rejected\"} 2")
          .contains("sidereus_unread_measurements_total{name=\"Mg_fe\"} 1")
          .contains("sidereus_unread_measurements_total{name=\"Y1\"} 1");
      assertThat(service.metrics().total("sidereus_events_total")).isEqualTo(13);
      assertThat(service.metrics().total("sidereus_unaccounted_requests")).isZero();
      assertThat(unread.of(Level.WARN))
          .hasSize(2)
          .anyMatch(one -> one.contains("'Y1'") && one.contains("one reads is 'y1'"));

      assertThat(rejected.of(Level.INFO))
          .hasSize(2)
          .anyMatch(one -> one.startsWith("rejected MISSING_OBSERVABLE at offset "))
          .anyMatch(one -> one.startsWith("rejected MALFORMED at offset "));
      assertThat(rejected.fieldsOf(Level.INFO))
          .extracting(
              one -> one.get("topic") + " " + one.get("partition") + " " + one.get("offset"))
          .containsExactlyInAnyOrderElementsOf(
              service.rejections().settled().stream()
                  .map(one -> one.getTopic() + " " + one.getPartition() + " " + one.getOffset())
                  .toList());

      assertReport(keys);
      CommandRun rejections = command(keys, "watch", "--rejections", "--until-end");
      assertThat(rejections.exitCode()).isZero();
      assertThat(rejections.out())
          .hasSize(2)
          .anyMatch(one -> one.contains("test/none  MISSING_OBSERVABLE"))
          .anyMatch(one -> one.contains("-/-  MALFORMED"));
      CommandRun groups = command(keys, "watch", "--until-end");
      assertThat(groups.out())
          .isNotEmpty()
          .allSatisfy(one -> assertThat(one).contains("  g\\u001b[2J  ").doesNotContain("\u001b"));
      CommandRun objects = command(keys, "watch", "--objects", "--until-end", "--max", "5");
      assertThat(objects.out()).hasSize(5);
      assertThat(command(keys, "watch", "--objects", "--rejections").exitCode()).isEqualTo(2);
    }
  }

  @Test
  void shouldResetAStoppedService() throws Exception {
    ServiceKeys keys = keys("reset", Map.of());
    Path state = folder.resolve("state-reset").resolve("reset");
    try (RunningService service = RunningService.start(keys)) {
      for (int i = 0; i < 6; i++) {
        service.send(star("star " + i, "g"));
      }
      service.objects().await(6);
      service.groups().await(all -> all.stream().anyMatch(one -> one.getObjects() == 6));
      CommandRun running = command(keys, "reset", "--execute");
      assertThat(running.exitCode()).isEqualTo(1);
      assertThat(running.err().get(0))
          .contains("application 'reset' still runs", "nothing was deleted");
    }
    try (Admin admin = admin()) {
      // An application whose name begins in the same way keeps its topics.
      admin
          .createTopics(List.of(new NewTopic("reset-2-group-sums-changelog", 1, (short) 1)))
          .all()
          .get();
      Set<String> before = admin.listTopics().names().get();
      CommandRun dry = command(keys, "reset");
      assertThat(dry.exitCode()).as("%s", dry.err()).isZero();
      assertThat(dry.out())
          .contains(
              "  the topic reset-group-members-changelog",
              "  the topic reset-partial-sums-repartition",
              "  the topic reset-state-format-changelog",
              "  the folder " + state)
          .anyMatch(
              line -> line.contains("not touched") && line.contains("reset-2-group-sums-changelog"))
          .anyMatch(line -> line.contains("nothing was deleted; add --execute"));
      assertThat(admin.listTopics().names().get()).isEqualTo(before);
      assertThat(state).exists();

      assertThat(command(keys, "reset", "--execute").exitCode()).isZero();
      await(() -> resetTopics(admin).equals(Set.of("reset-2-group-sums-changelog")));
      assertThat(state).doesNotExist();
      assertThat(admin.listTopics().names().get())
          .contains("reset.observations", "reset.group-posteriors", "reset.rejections");
      assertThat(command(keys, "reset").out().get(0)).contains("has nothing to delete");
    }
    try (RunningService service = RunningService.start(keys)) {
      service.objects().await(6 + 6);
      assertThat(service.objects().settled()).hasSize(6 + 6);
    }
    assertThat(Files.exists(state)).isTrue();
  }

  private static Set<String> resetTopics(Admin admin) {
    try {
      Set<String> names = new TreeSet<>(admin.listTopics().names().get());
      names.removeIf(name -> !name.startsWith("reset-"));
      return names;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
