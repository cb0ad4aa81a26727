package org.sidereus.streams.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogIntervalTest {
  private long nowNs = -7;
  private final LogInterval interval = new LogInterval(Duration.ofSeconds(10), () -> nowNs);

  @Test
  void shouldLetOneLineThroughInEachInterval() {
    assertThat(interval.begin()).as("the first").isTrue();
    assertThat(interval.begin()).isFalse();
    nowNs += 9_999_999_999L;
    assertThat(interval.begin()).isFalse();
    nowNs++;
    assertThat(interval.begin()).isTrue();
    assertThat(interval.begin()).isFalse();
  }
}
