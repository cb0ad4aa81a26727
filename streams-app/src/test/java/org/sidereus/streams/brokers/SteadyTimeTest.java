package org.sidereus.streams.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadyTimeTest {
  private long machineMs = 1_000_000;
  private long elapsedNs = 77;
  private final SteadyTime time =
      new SteadyTime(new MachineClock(() -> machineMs, () -> elapsedNs));

  private long after(long ms) {
    machineMs += ms;
    elapsedNs += ms * 1_000_000;
    return time.milliseconds();
  }

  @Test
  void shouldBeTheClockOfTheMachine() {
    assertThat(after(5)).isEqualTo(1_000_005);
    assertThat(after(10_000)).isEqualTo(1_010_005);
    machineMs += 3_600_000;
    assertThat(after(1)).as("set forward").isEqualTo(4_610_006);
    assertThat(time.aheadMs()).isZero();
  }

  @Test
  void shouldGoOnWhenTheClockIsSetBackUntilTheClockHasCaughtUp() {
    long before = after(5);
    machineMs -= 300_000;
    long now = before;
    for (int s = 1; s <= 600; s++) {
      long next = after(1_000);
      assertThat(next - now).as("the second %d after the clock was set", s).isBetween(499L, 501L);
      now = next;
    }
    assertThat(now).isEqualTo(before + 300_000);
    assertThat(time.aheadMs()).isZero();
    assertThat(after(1_000)).isEqualTo(before + 301_000);
  }

  @Test
  void shouldCountParts() {
    machineMs -= 1_000;
    long before = time.milliseconds();
    for (int i = 0; i < 10_000; i++) {
      elapsedNs += 10_000;
      time.milliseconds();
    }
    assertThat(time.milliseconds() - before).isEqualTo(50);
  }
}
