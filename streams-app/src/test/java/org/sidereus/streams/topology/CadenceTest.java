package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CadenceTest {
  private final Cadence cadence = new Cadence(Duration.ofMillis(500), 0);

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
    assertThat(cadence.isDue(149, true)).isFalse();
    assertThat(cadence.isDue(150, true)).isTrue();
    assertThat(cadence.isDue(200, true)).as("nothing has changed since").isFalse();
    assertThat(cadence.isDue(650, true)).as("an interval later others ask anyway").isTrue();
  }

  @Test
  void shouldNotTakeAPauseForTheEndWhereMoreIsToCome() {
    cadence.change(100);
    assertThat(cadence.isDue(300, false)).isFalse();
    assertThat(cadence.isDue(500, false)).as("the interval is over").isTrue();
    assertThat(cadence.rests()).isFalse();
    assertThat(cadence.isDue(510, true)).as("the end").isTrue();
    assertThat(cadence.rests()).isTrue();
    assertThat(cadence.isDue(600, true)).isFalse();
  }

  @Test
  void shouldBeAskedOftenEnoughToSeeARest() {
    assertThat(cadence.tick()).isEqualTo(Duration.ofMillis(50));
    assertThat(new Cadence(Duration.ofMinutes(1), 0).tick()).isEqualTo(Duration.ofSeconds(1));
    assertThat(new Cadence(Duration.ofMillis(1), 0).tick()).isEqualTo(Duration.ofMillis(1));
  }
}
