package org.sidereus.integration.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The dashboards of Grafana that are shipped. */
public final class Dashboards {
  private static final String FOLDER = "deploy/monitoring/grafana/dashboards";

  private final List<Query> queries = new ArrayList<>();

  /**
   * A query of a panel.
   *
   * @param panel dashboard and panel
   * @param text in PromQL, with the variables of Grafana
   * @param source uid of the data source
   */
  public record Query(String panel, String text, String source) {

    /** The query with the variables replaced. */
    public String of(String job, String interval) {
      return text.replace("$job", job).replace("$__rate_interval", interval);
    }
  }

  private Dashboards() {}

  /** Those of this checkout. */
  public static Dashboards ofCheckout() {
    Dashboards dashboards = new Dashboards();
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("sidereus.home"), FOLDER))) {
      for (Path file : files.sorted().toList()) {
        dashboards.add(new ObjectMapper().readTree(file.toFile()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return dashboards;
  }

  private void add(JsonNode dashboard) {
    for (JsonNode panel : dashboard.path("panels")) {
      String name = dashboard.path("title").asText() + ", " + panel.path("title").asText();
      for (JsonNode target : panel.path("targets")) {
        String source = target.path("datasource").path("uid").asText();
        queries.add(new Query(name, target.path("expr").asText(), source));
      }
    }
  }

  /** The queries of all panels. */
  public List<Query> queries() {
    return List.copyOf(queries);
  }
}
