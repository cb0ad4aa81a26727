package org.sidereus.streams.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockStepsTest {
  private long nowMs = 1_800_000_000_000L;
  private long nowNs = -5;
  private final ClockSteps steps = new ClockSteps(new MachineClock(() -> nowMs, () -> nowNs));

  private Duration after(Duration elapsed, Duration step) {
    nowNs += elapsed.toNanos();
    nowMs += elapsed.plus(step).toMillis();
    return steps.next();
  }

  @Test
  void shouldSayByHowMuchTheClockWasSetBackAndForward() {
    Duration second = Duration.ofSeconds(1);
    assertThat(after(second, Duration.ofHours(-5))).isEqualTo(Duration.ofHours(-5));
    assertThat(after(second, Duration.ZERO)).isZero();
    assertThat(after(second, Duration.ofHours(7))).isEqualTo(Duration.ofHours(7));
    assertThat(after(Duration.ofHours(3), Duration.ZERO)).isZero();
  }

  @Test
  void shouldLeaveSmallStepsAlone() {
    for (int i = 0; i < 5; i++) {
      assertThat(after(Duration.ofSeconds(1), Duration.ofMillis(-1_900))).isZero();
    }
  }
}
