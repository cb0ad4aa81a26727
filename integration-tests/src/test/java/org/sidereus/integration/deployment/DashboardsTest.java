package org.sidereus.integration.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.Dashboards;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.Endpoint;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.Promtool;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceProcess;

/** A real Prometheus scrapes the running service: each panel of the dashboards has data. */
@Tag("slow")
class DashboardsTest {
  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final Duration SURVEY = Duration.ofSeconds(40);
  private static final String INTERVAL = "20s";

  @TempDir private Path folder;

  @Test
  void shouldHaveDataInEachPanel() throws Exception {
    Optional<Path> program = Promtool.onPath("prometheus");
    assumeTrue(program.isPresent(), "prometheus is not on the path");
    try (InProcess environment = InProcess.start();
        RunningService service =
            RunningService.start(environment, "dashboards", folder.resolve("state"), Map.of())) {
      int port = freePort();
      Process prometheus = start(program.orElseThrow(), port, service.http());
      try {
        publish(service);
        Endpoint http = new Endpoint("http://127.0.0.1:" + port);
        List<String> empty = new ArrayList<>();
        List<Dashboards.Query> queries = Dashboards.ofCheckout().queries();
        for (Dashboards.Query query : queries) {
          if (values(http, query.of("sidereus", INTERVAL)) == 0) {
            empty.add(query.panel() + ": " + query.of("sidereus", INTERVAL));
          }
        }
        System.out.printf(
            "dashboards: %d queries, %d without data%n", queries.size(), empty.size());
        assertThat(empty).isEmpty();
        assertThat(values(http, "nothing_of_this_name")).isZero();
        readsOpenMetrics(http);
        Promtool.orSkip().checkMetrics(service.get("/metrics").body());
      } finally {
        prometheus.destroy();
        prometheus.waitFor(20, TimeUnit.SECONDS);
      }
    }
  }

  /**
   * Prometheus asks for OpenMetrics, which names a counter without its suffix, and takes it whole.
   */
  private void readsOpenMetrics(Endpoint prometheus) throws IOException {
    String metadata = body(prometheus, "/api/v1/metadata?metric=sidereus_events");
    JsonNode events = new ObjectMapper().readTree(metadata).at("/data/sidereus_events/0");
    assertThat(events.path("type").asText()).as(metadata).isEqualTo("counter");
    assertThat(body(prometheus, "/api/v1/targets")).contains("\"lastError\":\"\"");
    assertThat(Files.readString(folder.resolve("prometheus.log")))
        .doesNotContain("Error on ingesting")
        .doesNotContain("append failed");
  }

  /** The shipped configuration with the address of this service, and a shorter interval. */
  private Process start(Path program, int port, Endpoint service) throws IOException {
    Path shipped = Path.of(System.getProperty("sidereus.home"), "deploy", "monitoring");
    String address = URI.create(service.root()).getAuthority();
    String configuration =
        Files.readString(shipped.resolve("prometheus.yml"))
            .replace("sidereus:8080", address)
            .replace("15s", "1s");
    assertThat(configuration).contains(address).contains("interval: 1s");
    Files.copy(shipped.resolve("rules.yml"), folder.resolve("rules.yml"));
    Path file = Files.writeString(folder.resolve("prometheus.yml"), configuration);
    return new ProcessBuilder(
            program.toString(),
            "--config.file=" + file,
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("prometheus.log").toFile())
        .start();
  }

  /** Stars of the demo and events that are no Avro, evenly over some time. */
  private static void publish(RunningService service) {
    List<DemoSurvey.Row> rows = DemoSurvey.first(3000).rows();
    int steps = 200;
    for (int step = 0; step < steps; step++) {
      for (DemoSurvey.Row row :
          rows.subList(rows.size() * step / steps, rows.size() * (step + 1) / steps)) {
        service.send(row.observation());
      }
      service.send(new byte[] {1}, new byte[] {2});
      service.flush();
      ServiceProcess.pause(SURVEY.dividedBy(steps));
    }
    service.objects().await(rows.size());
    // one more scrape
    ServiceProcess.pause(Duration.ofSeconds(3));
  }

  /** How many series of the result have a number. */
  private static int values(Endpoint prometheus, String query) throws IOException {
    String body = body(prometheus, "/api/v1/query?query=" + encoded(query));
    JsonNode response = new ObjectMapper().readTree(body);
    assertThat(response.path("status").asText()).as("%s: %s", query, body).isEqualTo("success");
    int numbers = 0;
    for (JsonNode series : response.path("data").path("result")) {
      if (Double.isFinite(Double.parseDouble(series.path("value").path(1).asText()))) {
        numbers++;
      }
    }
    return numbers;
  }

  private static String body(Endpoint prometheus, String path) {
    long deadlineNs = System.nanoTime() + LONGEST_START.toNanos();
    while (true) {
      try {
        return prometheus.get(path).body();
      } catch (UncheckedIOException e) {
        if (System.nanoTime() > deadlineNs) {
          throw e;
        }
        ServiceProcess.pause(Duration.ofMillis(200));
      }
    }
  }

  private static String encoded(String query) {
    return URLEncoder.encode(query, StandardCharsets.UTF_8);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
