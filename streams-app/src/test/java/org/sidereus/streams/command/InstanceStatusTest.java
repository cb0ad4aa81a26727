package org.sidereus.streams.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class InstanceStatusTest {
  private static final String PAGE =
      """
      # TYPE sidereus_brokers_connected gauge
      sidereus_running 1
      sidereus_brokers_connected 1
      sidereus_events_total{partition="0"} 1200
      sidereus_events_total{partition="1"} 34
      sidereus_lag_events{partition="0"} 5
      sidereus_posteriors_total{partition="0"} 1230
      sidereus_rejections_total{partition="0"} 4
      sidereus_reason_rejections_total{reason="MALFORMED"} 1
      sidereus_reason_rejections_total{reason="NOT_FINITE"} 3
      sidereus_latency_seconds_bucket{bundle="a",le="0.05"} 50
      sidereus_latency_seconds_bucket{bundle="a",le="0.1"} 99
      sidereus_latency_seconds_bucket{bundle="a",le="+Inf"} 100
      sidereus_unaccounted_requests{partition="0"} 0
      """;

  @Test
  void shouldSayTenThings() {
    assertThat(new InstanceStatus(PAGE).lines())
        .hasSize(10)
        .contains(
            "brokers: respond",
            "events received: 1,234",
            "lag: 5",
            "rejections: 4, of this process: NOT_FINITE 3, MALFORMED 1",
            "latency: half within 0.0500 s, 99 % within 0.100 s",
            "ledger: balanced");
  }

  @Test
  void shouldSayWhatIsWrong() {
    String page =
        PAGE.replace("sidereus_brokers_connected 1", "sidereus_brokers_connected 0")
            .replace("sidereus_lag_events{partition=\"0\"} 5", "sidereus_lag_events{p=\"0\"} NaN")
            .replace(
                "sidereus_unaccounted_requests{partition=\"0\"} 0",
                "sidereus_unaccounted_requests{partition=\"0\"} 2");
    assertThat(new InstanceStatus(page).lines())
        .anyMatch(line -> line.startsWith("brokers: NO RESPONSE"))
        .contains("lag: not known")
        .anyMatch(line -> line.startsWith("ledger: NOT balanced by 2"));
  }

  @Test
  void shouldGiveTheSameAsJson() {
    ObjectNode json =
        new InstanceStatus(PAGE.replace("events{partition=\"0\"} 5", "events NaN")).json();
    assertThat(json.get("brokers_respond").asBoolean()).isTrue();
    assertThat(json.get("events").asLong()).isEqualTo(1234);
    assertThat(json.get("lag").isNull()).isTrue();
    assertThat(json.get("rejections_of_this_process"))
        .hasToString("{\"NOT_FINITE\":3,\"MALFORMED\":1}");
    assertThat(json.get("latency_50_s").asDouble()).isEqualTo(0.05);
    assertThat(json.get("latency_99_s").asDouble()).isEqualTo(0.1);
  }

  @Test
  void shouldKnowThePageOfAnotherProgram() {
    assertThat(new InstanceStatus(PAGE).isOfService()).isTrue();
    assertThat(new InstanceStatus("# TYPE up gauge\nup 1\n").isOfService()).isFalse();
    assertThat(new InstanceStatus("<html>not found</html>").isOfService()).isFalse();
  }
}
