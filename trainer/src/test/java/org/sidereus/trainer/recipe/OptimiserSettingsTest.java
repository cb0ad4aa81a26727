package org.sidereus.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.sidereus.engine.SidereusException;

class OptimiserSettingsTest {

  @Test
  void refusesBatchSizesBeforeAnythingIsSimulated() {
    assertThat(batches(1024, 4096).sizes().at(99)).isEqualTo(4096);
    assertThatThrownBy(() -> batches(1024, 3072))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("1024 and 3072");
  }

  private static OptimiserSettings batches(int first, int last) {
    return OptimiserSettings.ofSteps(100).batches(first, last).rates(1e-3, 1e-6).build();
  }
}
