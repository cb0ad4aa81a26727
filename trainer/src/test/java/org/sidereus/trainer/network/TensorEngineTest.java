package org.sidereus.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.Test;

class TensorEngineTest {

  @Test
  void shouldComputeWithTheThreadsOfTheLastCall() {
    for (int threads : new int[] {2, 1, 2}) {
      try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, threads)) {
        assertThat(JniUtils.getNumThreads()).isEqualTo(threads);
        assertThat(manager.ones(new Shape(3)).sum().getFloat()).isEqualTo(3);
      }
    }
    assertThatThrownBy(() -> TensorEngine.open(DeviceChoice.CPU, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threads");
  }
}
