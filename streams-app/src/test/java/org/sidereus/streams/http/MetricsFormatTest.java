package org.sidereus.streams.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.streams.http.MetricsFormat.OPEN_METRICS;
import static org.sidereus.streams.http.MetricsFormat.PROMETHEUS;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsFormatTest {

  /** The headers of Prometheus 2.42 and 3.5, and of a client that reads nothing else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/openmetrics-text; version=1.0.0,application/openmetrics-text;"
            + " version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        "Application/OpenMetrics-Text"
      })
  void shouldWriteOpenMetricsForThoseWhoPreferIt(String accept) {
    assertThat(MetricsFormat.of(accept)).isEqualTo(OPEN_METRICS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/openmetrics-text;q=0",
        "application/openmetrics-text;q=0.2,text/plain;version=0.0.4",
        "application/openmetrics-text;q=many",
        ";;,"
      })
  void shouldWriteTextForOthers(String accept) {
    assertThat(MetricsFormat.of(accept)).isEqualTo(PROMETHEUS);
  }

  @Test
  void shouldWriteTextWithoutAHeader() {
    assertThat(MetricsFormat.of(null)).isEqualTo(PROMETHEUS);
  }
}
