package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.catalog.CatalogColumns;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.streams.catalog.ObservationPublisher;
import org.sidereus.streams.catalog.Replay;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.results.TopicReader;
import org.sidereus.testing.LinearGaussianBundle;
import org.sidereus.testing.TinySurvey;

/** The service with a real broker, a real registry and a real engine. */
class SidereusServiceTest {
  private static final int GROUPS = 2;
  private static final int OBJECTS = 100;

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static EmbeddedRegistry registry;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();

  @BeforeAll
  static void start() {
    TinySurvey.write(folder, GROUPS, OBJECTS);
    broker = EmbeddedBroker.start();
    registry = EmbeddedRegistry.start(0);
  }

  @AfterAll
  static void stop() {
    registry.close();
    broker.close();
  }

  private static Map<String, String> keys(String name) {
    Map<String, String> keys = new HashMap<>();
    keys.put("application.id", name);
    keys.put("bundles", folder.resolve("bundle").toString());
    keys.put("bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", registry.url());
    keys.put("topic.observations", name + ".observations");
    keys.put("topic.object-posteriors", name + ".object-posteriors");
    keys.put("topic.group-posteriors", name + ".group-posteriors");
    keys.put("topic.rejections", name + ".rejections");
    keys.put("topics.partitions", "3");
    keys.put("num.stream.threads", "2");
    keys.put("window.size", "5m");
    keys.put("window.grace", "1m");
    keys.put("groups.interval", "100ms");
    keys.put("http.port", "0");
    keys.put("startup.timeout", "10s");
    keys.put("state.dir", folder.resolve("state-" + name).toString());
    return keys;
  }

  @Test
  void shouldInferASurveyExactlyOnceAndShowItOverHttp() throws Exception {
    ServiceConfig config = ServiceConfig.of(keys("survey"));
    List<GroupPosterior> first;
    try (SidereusService service = SidereusService.start(config, OpenBundles.open(config))) {
      assertThat(service.awaitReady(Duration.ofSeconds(60))).isTrue();
      replay(config);
      await(() -> isAtRest(service, GROUPS * OBJECTS));
      await(() -> allTime(config).values().stream().allMatch(g -> g.getObjects() == OBJECTS));
      first = closed(config);
      // 200 objects at 5 s: windows of 5 minutes, of 60 objects, 30 of each group
      assertThat(first).hasSize(2 * 4);
      assertThat(first.stream().mapToLong(GroupPosterior::getObjects).sum())
          .isEqualTo(GROUPS * OBJECTS);
      showsOverHttp(service);
    }
    // The same survey again, by an instance that takes over: nothing counts twice.
    try (SidereusService service = SidereusService.start(config, OpenBundles.open(config))) {
      assertThat(service.awaitReady(Duration.ofSeconds(60))).isTrue();
      Map<String, GroupPosterior> before = allTime(config);
      replay(config);
      await(() -> isAtRest(service, 2 * GROUPS * OBJECTS));
      Map<String, GroupPosterior> after = allTime(config);
      assertThat(after.keySet()).containsExactlyInAnyOrder("group-0", "group-1");
      after.forEach(
          (group, posterior) -> {
            assertThat(posterior.getObjects()).isEqualTo(OBJECTS);
            for (int i = 0; i < 2; i++) {
              assertThat(posterior.getParameters().get(i).getMean())
                  .isCloseTo(before.get(group).getParameters().get(i).getMean(), within(1e-12));
            }
          });
      assertThat(closed(config)).isEqualTo(first);
      assertThat(objects(config)).hasSize(2 * GROUPS * OBJECTS);
    }
  }

  /** A client that asks for OpenMetrics gets the same metrics in that format. */
  private void hasOpenMetrics(SidereusService service) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(service.url() + "/metrics"))
            .header("Accept", "application/openmetrics-text; version=1.0.0, text/plain; q=0.5")
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text");
    List<String> lines = response.body().lines().toList();
    assertThat(lines).endsWith("# EOF").containsOnlyOnce("# EOF");
    assertThat(lines)
        .contains("# TYPE sidereus_events counter", "# TYPE sidereus_lag_events gauge")
        .contains("sidereus_unaccounted_requests{partition=\"0\"} 0");
    assertThat(families(response.body())).doesNotHaveDuplicates().hasSizeGreaterThan(100);
    assertThat(families(get(service, "/metrics").body())).doesNotHaveDuplicates();
  }

  private static List<String> families(String page) {
    return page.lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ")[2])
        .toList();
  }

  private void showsOverHttp(SidereusService service) throws IOException, InterruptedException {
    assertThat(get(service, "/ready").statusCode()).isEqualTo(200);
    assertThat(get(service, "/liveness").statusCode()).isEqualTo(200);
    assertThat(get(service, "/topology").body()).contains("intake").contains("combination");
    assertThat(get(service, "/metrics").body())
        .contains("sidereus_inference_requests_total{partition=\"0\"}")
        .contains("sidereus_unaccounted_requests{partition=\"0\"} 0")
        .contains("sidereus_questions_total{partition=\"0\"}")
        .contains("sidereus_missing{partition=\"0\"} 0")
        .contains("Deprecated, the new name is sidereus_inference_requests_total.")
        .contains("sidereus_latency_seconds_bucket")
        .contains("sidereus_running 1")
        .contains("\njvm_memory_used_bytes{")
        .contains("\nkafka_stream_alive_stream_threads{")
        .contains("\nkafka_producer_txn_commit_time_nanos_total{");
    hasOpenMetrics(service);
    JsonNode groups = mapper.readTree(get(service, "/groups").body());
    assertThat(groups).hasSize(GROUPS);
    assertThat(groups.get(0).get("group").asText()).isEqualTo("group-0");
    assertThat(groups.get(0).get("objects").asInt()).isEqualTo(OBJECTS);
    JsonNode one = mapper.readTree(get(service, "/groups/group-1").body());
    assertThat(one.get("posteriors").get(0).get("parameters").get(0).get("name").asText())
        .isEqualTo("a");
    assertThat(one.path("comparison")).hasSize(1);
    assertThat(one.path("comparison").get(0).path("objects").asLong()).isEqualTo(OBJECTS);
    assertThat(get(service, "/groups/unknown").statusCode()).isEqualTo(404);
    assertThat(get(service, "/nothing").body()).contains("/groups/{id}");
    HttpRequest post =
        HttpRequest.newBuilder(URI.create(service.url() + "/groups"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(http.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    assertThat(get(service, "/config").headers().map())
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("cache-control", List.of("no-store"))
        .doesNotContainKey("server");
    respondsDespiteUnfinishedRequests(URI.create(service.url() + "/liveness"));
    respondsDespiteUnfinishedRequests(URI.create(registry.url() + "/subjects"));
    assertThat(foreignPageAsks(URI.create(service.url()))).startsWith("HTTP/1.1 421 ");
    assertThat(foreignPageAsks(URI.create(registry.url()))).startsWith("HTTP/1.1 421 ");
  }

  private void respondsDespiteUnfinishedRequests(URI uri) throws IOException, InterruptedException {
    List<Socket> unfinished = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        unfinished.add(socket);
        socket
            .getOutputStream()
            .write(
                "GET / HTTP/1.1\r\nHost: localhost\r\nX-half: "
                    .getBytes(StandardCharsets.US_ASCII));
      }
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : unfinished) {
        socket.close();
      }
    }
  }

  /** A foreign page, whose name means this machine. */
  private static String foreignPageAsks(URI uri) throws IOException {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /config HTTP/1.1\r\nHost: foreign.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private HttpResponse<String> get(SidereusService service, String path)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(service.url() + path)).build(), BodyHandlers.ofString());
  }

  @Test
  void shouldSayWhatIsWrongInOneLine() throws IOException {
    Map<String, String> noBroker = keys("no-broker");
    noBroker.put("startup.timeout", "1s");
    noBroker.put("bootstrap.servers", "127.0.0.1:1");
    assertRefused(noBroker, "127.0.0.1:1", "bootstrap.servers");

    Map<String, String> noRegistry = keys("no-registry");
    noRegistry.put("startup.timeout", "1s");
    noRegistry.put("schema.registry.url", "http://127.0.0.1:1");
    assertRefused(noRegistry, "127.0.0.1:1", "schema.registry.url");

    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Map<String, String> port = keys("port");
      port.put("http.port", Integer.toString(taken.getLocalPort()));
      assertRefused(port, Integer.toString(taken.getLocalPort()), "http.port");
    }

    Map<String, String> noTopics = keys("no-topics");
    noTopics.put("topics.create", "false");
    assertRefused(noTopics, "no-topics.observations", "topics.create");
  }

  private static void assertRefused(Map<String, String> keys, String... parts) {
    ServiceConfig config = ServiceConfig.of(keys);
    assertThatThrownBy(() -> SidereusService.start(config, OpenBundles.open(config)).close())
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(parts);
  }

  private static void replay(ServiceConfig config) {
    ObservationCatalog catalog =
        new ObservationCatalog(
            CatalogSource.of(folder.resolve("survey.csv")),
            List.of(Manifest.parse(LinearGaussianBundle.manifest("linear", "1"))),
            CatalogColumns.defaults());
    try (ObservationPublisher publisher =
        new ObservationPublisher(config, RegistryPreparation.serdes(config))) {
      new Replay(catalog, 0, Optional.of(config.groups().windowSize()))
          .run(catalog.outline(), publisher, count -> {});
    }
  }

  private static boolean isAtRest(SidereusService service, long events) {
    long received = 0;
    long outcomes = 0;
    for (LedgerCounts one : service.meters().ledgerCounts().values()) {
      received += one.events();
      outcomes += one.posteriors() + one.rejections();
    }
    return received == events && outcomes == events;
  }

  private static Map<String, GroupPosterior> allTime(ServiceConfig config) {
    Map<String, GroupPosterior> latest = new HashMap<>();
    for (GroupPosterior one : groups(config)) {
      if (one.getWindowStart() == null) {
        latest.put(one.getGroup(), one);
      }
    }
    return latest;
  }

  private static List<GroupPosterior> closed(ServiceConfig config) {
    return groups(config).stream().filter(GroupPosterior::getClosed).toList();
  }

  private static List<GroupPosterior> groups(ServiceConfig config) {
    SerdeFactory serdes = RegistryPreparation.serdes(config);
    return all(
        new TopicReader<>(
            config,
            config.topics().groupPosteriors(),
            serdes.valueSerde(GroupPosterior.class).deserializer(),
            true));
  }

  private static List<ObjectPosterior> objects(ServiceConfig config) {
    SerdeFactory serdes = RegistryPreparation.serdes(config);
    return all(
        new TopicReader<>(
            config,
            config.topics().objectPosteriors(),
            serdes.valueSerde(ObjectPosterior.class).deserializer(),
            true));
  }

  private static <T> List<T> all(TopicReader<T> reader) {
    List<T> all = new ArrayList<>();
    try (reader) {
      int empty = 0;
      while (empty < 4) {
        List<T> news = reader.poll();
        empty = news.isEmpty() ? empty + 1 : 0;
        all.addAll(news);
      }
    }
    return all;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time out").isLessThan(deadlineNs);
      Thread.sleep(50);
    }
  }
}
