package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BatchShapesTest {

  @Test
  void shouldPadToTheNextOfFewShapes() {
    BatchShapes shapes = new BatchShapes(1024);
    assertThat(shapes.all()).containsExactly(1024, 256, 64, 16, 4, 1);
    assertThat(shapes.holding(1024)).isEqualTo(1024);
    assertThat(shapes.holding(257)).isEqualTo(1024);
    assertThat(shapes.holding(256)).isEqualTo(256);
    assertThat(shapes.holding(2)).isEqualTo(4);
    assertThat(shapes.holding(1)).isEqualTo(1);
  }

  @Test
  void shouldHoldEveryBatchInOneOfItsShapes() {
    for (int largest : new int[] {1, 2, 7, 1000}) {
      BatchShapes shapes = new BatchShapes(largest);
      for (int count = 1; count <= largest; count++) {
        assertThat(shapes.holding(count)).isGreaterThanOrEqualTo(count).isIn(shapes.all());
      }
      assertThatThrownBy(() -> shapes.holding(largest + 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
