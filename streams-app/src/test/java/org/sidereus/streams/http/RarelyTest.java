package org.sidereus.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RarelyTest {
  private final AtomicLong clockNs = new AtomicLong(-5_000);
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void shouldTakeItsPartOfTheTime() {
    Rarely work = new Rarely(this::work, 10, clockNs::get);
    work.run();
    assertThat(runs.get()).isEqualTo(1);
    for (int i = 0; i < 10_000; i++) {
      clockNs.addAndGet(10);
      work.run();
    }
    // 100 of 1,000
    assertThat(runs.get()).isBetween(100, 112);
  }

  private void work() {
    runs.incrementAndGet();
    clockNs.addAndGet(100);
  }
}
