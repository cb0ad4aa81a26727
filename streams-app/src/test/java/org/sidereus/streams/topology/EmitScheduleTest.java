package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmitScheduleTest {
  private final EmitSchedule cadence = new EmitSchedule(Duration.ofMillis(500), 0);

  @Test
  void shouldSpeakOncePerIntervalWhileChangesGoOn() {
    int spoken = 0;
    for (long nowMs = 10; nowMs <= 5_000; nowMs += 10) {
      cadence.change(nowMs);
      if (cadence.isDue(nowMs, true)) {
        spoken++;
      }
    }
    assertThat(spoken).isEqualTo(10);
  }

  @Test
  void shouldSpeakOnceWhenChangesRestForATenthOfTheInterval() {
    cadence.change(100);
    assertThat(dueAt(50, 700, true))
        .as("after a rest of 50 ms, and an interval later, since others ask anyway")
        .containsExactly(150L, 650L);
  }

  @Test
  void shouldNotTakeAPauseForTheEndWhereMoreIsToCome() {
    cadence.change(100);
    assertThat(dueAt(50, 700, false)).as("the interval is over").containsExactly(500L);
    assertThat(cadence.rests()).isFalse();
    assertThat(cadence.isDue(750, true)).as("the end").isTrue();
    assertThat(cadence.rests()).isTrue();
    assertThat(cadence.isDue(800, true)).isFalse();
  }

  @Test
  void shouldNotTakeItsOwnAbsenceForARest() {
    cadence.change(10);
    cadence.isDue(50, true);
    assertThat(cadence.isDue(200, true)).as("nobody looked for 150 ms").isFalse();
    assertThat(cadence.isDue(250, true)).isTrue();
  }

  private List<Long> dueAt(long fromMs, long toMs, boolean mayRest) {
    List<Long> due = new ArrayList<>();
    for (long nowMs = fromMs; nowMs <= toMs; nowMs += cadence.tick().toMillis()) {
      if (cadence.isDue(nowMs, mayRest)) {
        due.add(nowMs);
      }
    }
    return due;
  }

  @Test
  void shouldBeAskedOftenEnoughToSeeARest() {
    assertThat(cadence.tick()).isEqualTo(Duration.ofMillis(50));
    assertThat(new EmitSchedule(Duration.ofMinutes(1), 0).tick()).isEqualTo(Duration.ofSeconds(1));
    assertThat(new EmitSchedule(Duration.ofMillis(1), 0).tick()).isEqualTo(Duration.ofMillis(1));
  }
}
