package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadPaceTest {
  private static final long MS = 1_000_000;

  @Test
  void shouldWaitUntilItHasWorkedForMostOfASecond() {
    ThreadPace pace = ThreadPace.beginning(0);
    assertThat(pace.waits()).isTrue();
    assertThat(turns(pace, 3, 90, 10).waits()).isTrue();
    ThreadPace busy = turns(pace, 20, 90, 10);
    assertThat(busy.waits()).isFalse();
    assertThat(busy.waitingShare()).isBetween(0.1, 0.25);
    assertThat(busy.keepsUp()).isTrue();
    assertThat(turns(busy, 20, 10, 90).waits()).isTrue();
    assertThat(turns(busy, 40, 98, 2).keepsUp()).isFalse();
  }

  @Test
  void shouldNotChangeInNoTime() {
    ThreadPace pace = ThreadPace.beginning(5);
    assertThat(pace.after(5, 5)).isEqualTo(pace);
  }

  /** Turns of work and then waiting, in milliseconds. */
  private static ThreadPace turns(ThreadPace pace, int turns, int workMs, int waitMs) {
    ThreadPace last = pace;
    for (int i = 0; i < turns; i++) {
      long startNs = last.endNs() + workMs * MS;
      last = last.after(startNs, startNs + waitMs * MS);
    }
    return last;
  }
}
