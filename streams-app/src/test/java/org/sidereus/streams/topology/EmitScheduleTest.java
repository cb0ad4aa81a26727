package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmitScheduleTest {
  private final EmitSchedule schedule = new EmitSchedule(Duration.ofMillis(500), 0);

  @Test
  void shouldEmitOncePerIntervalWhileChangesGoOn() {
    int emitted = 0;
    for (long nowMs = 10; nowMs <= 5_000; nowMs += 10) {
      schedule.change(nowMs);
      if (schedule.isDue(nowMs, true)) {
        emitted++;
      }
    }
    assertThat(emitted).isEqualTo(10);
  }

  @Test
  void shouldEmitOnceWhenChangesRestForATenthOfTheInterval() {
    schedule.change(100);
    assertThat(dueAt(50, 700, true))
        .as("after a rest of 50 ms, and again an interval later")
        .containsExactly(150L, 650L);
  }

  @Test
  void shouldNotTakeAPauseForTheEndWhereMoreIsToCome() {
    schedule.change(100);
    assertThat(dueAt(50, 700, false)).as("the interval is over").containsExactly(500L);
    assertThat(schedule.rests()).isFalse();
    assertThat(schedule.isDue(750, true)).as("the end").isTrue();
    assertThat(schedule.rests()).isTrue();
    assertThat(schedule.isDue(800, true)).isFalse();
  }

  @Test
  void shouldNotTakeItsOwnAbsenceForARest() {
    schedule.change(10);
    schedule.isDue(50, true);
    assertThat(schedule.isDue(200, true)).as("no check for 150 ms").isFalse();
    assertThat(schedule.isDue(250, true)).isTrue();
  }

  /** A thread with several partitions. */
  @Test
  void shouldNotTakeItsOtherWorkForARest() {
    for (long nowMs = 60; nowMs < 480; nowMs += 60) {
      schedule.change(nowMs - 58);
      assertThat(schedule.isDue(nowMs, true)).as("a change at each look, %d ms", nowMs).isFalse();
    }
    assertThat(schedule.isDue(480, true)).as("no change since").isTrue();
  }

  private List<Long> dueAt(long fromMs, long toMs, boolean mayRest) {
    List<Long> due = new ArrayList<>();
    for (long nowMs = fromMs; nowMs <= toMs; nowMs += schedule.tick().toMillis()) {
      if (schedule.isDue(nowMs, mayRest)) {
        due.add(nowMs);
      }
    }
    return due;
  }

  @Test
  void shouldBeAskedOftenEnoughToSeeARest() {
    assertThat(schedule.tick()).isEqualTo(Duration.ofMillis(50));
    assertThat(new EmitSchedule(Duration.ofMinutes(1), 0).tick()).isEqualTo(Duration.ofSeconds(1));
    assertThat(new EmitSchedule(Duration.ofMillis(1), 0).tick()).isEqualTo(Duration.ofMillis(1));
  }
}
