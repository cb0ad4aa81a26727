package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadyTimeTest {
  private long clockMs = 1_000_000;
  private long clockNs = Long.MAX_VALUE - 5;
  private final SteadyTime time = new SteadyTime(() -> clockMs, () -> clockNs);

  private void pass(long ms) {
    clockMs += ms;
    clockNs += 1_000_000 * ms;
  }

  @Test
  void shouldFollowTheClockAndGoOnWhereItIsSetBack() {
    pass(500);
    assertThat(time.milliseconds()).isEqualTo(1_000_500);
    clockMs -= 300_000;
    assertThat(time.milliseconds()).isEqualTo(1_000_500);
    pass(25);
    assertThat(time.milliseconds()).isEqualTo(1_000_525);
    pass(25);
    assertThat(time.milliseconds()).isEqualTo(1_000_550);
    clockMs += 600_000;
    assertThat(time.milliseconds()).isEqualTo(1_300_550);
  }
}
