package org.sidereus.integration.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sidereus.integration.environment.ComposeFile;
import org.sidereus.integration.environment.Dashboards;
import org.sidereus.integration.environment.Promtool;

/** Rules, their tests and dashboards fit each other and the metrics of the service. */
class MonitoringTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));
  private static final Path FOLDER = HOME.resolve("deploy").resolve("monitoring");
  private static final Pattern METRIC = Pattern.compile("\\b(?:sidereus|jvm|process)_[a-z_]+\\b");

  private static JsonNode yaml(String file) throws IOException {
    return new YAMLMapper().readTree(FOLDER.resolve(file).toFile());
  }

  private static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    for (JsonNode group : yaml("rules.yml").path("groups")) {
      group.path("rules").forEach(rules::add);
    }
    return rules;
  }

  @Test
  void shouldHoldBeforePromtool() {
    Promtool promtool = Promtool.orSkip();

    promtool.check("check", "config", FOLDER.resolve("prometheus.yml"));
    promtool.check("check", "rules", FOLDER.resolve("rules.yml"));
    promtool.check("test", "rules", FOLDER.resolve("rules-test.yml"));
  }

  @Test
  void shouldHaveACaseInWhichEachRuleFiresAndOneInWhichItDoesNot() throws IOException {
    Map<String, Integer> firing = new HashMap<>();
    Map<String, Integer> quiet = new HashMap<>();
    for (JsonNode test : yaml("rules-test.yml").path("tests")) {
      for (JsonNode one : test.path("alert_rule_test")) {
        (one.path("exp_alerts").isEmpty() ? quiet : firing)
            .merge(one.path("alertname").asText(), 1, Integer::sum);
      }
    }

    assertThat(rules())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            rule -> {
              assertThat(firing).containsKey(rule.path("alert").asText());
              assertThat(quiet).containsKey(rule.path("alert").asText());
              assertThat(rule.path("labels").path("severity").asText()).isIn("warning", "critical");
              assertThat(rule.path("annotations").path("summary").asText()).isNotEmpty();
              assertThat(rule.path("annotations").path("description").asText()).isNotEmpty();
            });
  }

  @Test
  void shouldSayWhatToDoAtEachAlert() throws IOException {
    String guide = Files.readString(HOME.resolve("docs/guide/operations.md"));
    String table = Files.readString(HOME.resolve("docs/guide/containers.md"));

    assertThat(rules())
        .allSatisfy(
            rule -> {
              String alert = rule.path("alert").asText();
              assertThat(guide).contains("**`" + alert + "`");
              assertThat(table).contains("| `" + alert + "` | ");
            });
  }

  @Test
  void shouldReadMetricsThatTheReferenceHas() throws IOException {
    String reference = Files.readString(HOME.resolve("docs/reference/metrics.md"));
    List<String> queries = new ArrayList<>();
    rules().forEach(rule -> queries.add(rule.path("expr").asText()));
    Dashboards.ofCheckout().queries().forEach(query -> queries.add(query.text()));

    assertThat(queries).hasSizeGreaterThan(30);
    for (String query : queries) {
      Matcher names = METRIC.matcher(query);
      while (names.find()) {
        String name = names.group().replaceFirst("_(bucket|sum|count)$", "");
        assertThat(reference).as("metric of: %s", query).containsPattern("`" + name + "[`{]");
      }
    }
  }

  @Test
  void shouldProvisionWhatTheDashboardsRead() throws IOException {
    JsonNode source = yaml("grafana/provisioning/datasources/prometheus.yml").path("datasources");
    ComposeFile compose = ComposeFile.ofCheckout();

    assertThat(Dashboards.ofCheckout().queries())
        .allSatisfy(
            query ->
                assertThat(query.source())
                    .as(query.panel())
                    .isEqualTo(source.path(0).path("uid").asText()));
    assertThat(source.path(0).path("url").asText()).isEqualTo("http://prometheus:9090");
    String path =
        yaml("grafana/provisioning/dashboards/sidereus.yml")
            .path("providers")
            .path(0)
            .path("options")
            .path("path")
            .asText();
    assertThat(compose.service("grafana").path("volumes"))
        .anyMatch(
            volume ->
                volume.asText().equals("./deploy/monitoring/grafana/dashboards:" + path + ":ro"));
    String port = compose.environment("sidereus").get("SIDEREUS_HTTP_PORT");
    assertThat(compose.environment("sidereus"))
        .as("a name that the service responds to")
        .containsEntry("SIDEREUS_HTTP_HOSTS", "sidereus");
    assertThat(yaml("prometheus.yml").path("scrape_configs").path(0).findValue("targets"))
        .extracting(JsonNode::asText)
        .containsExactly("sidereus:" + port);
  }
}
