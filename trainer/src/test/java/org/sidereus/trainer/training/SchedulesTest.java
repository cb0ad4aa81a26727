package org.sidereus.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SchedulesTest {
  @Test
  void shouldRiseAndFallToTheLastRate() {
    LearningRate rate = new LearningRate(1e-3, 1e-6, 10, 1000);
    assertThat(rate.at(0)).isCloseTo(1e-4, within(1e-12));
    assertThat(rate.at(9)).isCloseTo(1e-3, within(1e-12));
    assertThat(rate.at(10)).isCloseTo(1e-3, within(1e-12));
    assertThat(rate.at(999)).isCloseTo(1e-6, within(1e-12));
    for (long step = 11; step < 1000; step++) {
      assertThat(rate.at(step)).isLessThan(rate.at(step - 1));
    }
  }

  @Test
  void shouldCountTheRowsOfAllBatchesBefore() {
    BatchSizes sizes = new BatchSizes(64, 512, 103);
    long rows = 0;
    for (long step = 0; step < 103; step++) {
      assertThat(sizes.rowsBefore(step)).as("before step %d", step).isEqualTo(rows);
      rows += sizes.at(step);
    }
    assertThat(sizes.at(0)).isEqualTo(64);
    assertThat(sizes.at(102)).isEqualTo(512);
  }

  @Test
  void shouldRefuseSizesThatDoNotDouble() {
    assertThatThrownBy(() -> new BatchSizes(100, 300, 10))
        .hasMessageContaining("100")
        .hasMessageContaining("300");
  }
}
