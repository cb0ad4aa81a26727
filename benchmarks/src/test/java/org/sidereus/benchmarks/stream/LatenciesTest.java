package org.sidereus.benchmarks.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void shouldGiveTheValueThatAShareDoesNotExceed() {
    Latencies latencies = new Latencies();
    LongStream.rangeClosed(1, 2000).map(i -> 2001 - i).forEach(latencies::add);
    assertThat(latencies.quantile(0.5)).isEqualTo(1000);
    assertThat(latencies.quantile(0.99)).isEqualTo(1980);
    assertThat(latencies.quantile(1)).isEqualTo(2000);
    assertThat(latencies.after(1000).quantile(1)).isEqualTo(1000);
    assertThat(latencies.after(2000).quantile(0.5)).isNaN();
  }
}
