package org.sidereus.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuantileSelectorTest {
  private static final double[] LEVELS = {0, 0.16, 0.5, 0.84, 1};

  @Property(tries = 500)
  void shouldAgreeWithSorting(
      @ForAll @Size(min = 1, max = 300) @FloatRange(min = -1e38f, max = 1e38f) float[] column) {
    float[] before = column.clone();
    double[] quantiles = new QuantileSelector(column.length, LEVELS).of(column);
    assertThat(column).isEqualTo(before);
    Arrays.sort(before);
    for (int q = 0; q < LEVELS.length; q++) {
      double position = LEVELS[q] * (before.length - 1);
      int rank = (int) position;
      double wanted = before[rank];
      if (position > rank) {
        wanted += (position - rank) * ((double) before[rank + 1] - before[rank]);
      }
      assertThat(quantiles[q]).isEqualTo(wanted, within(Math.abs(wanted) * 1e-12));
    }
  }

  @Test
  void shouldBearOutliersAndTies() {
    float[] column = new float[1000];
    Arrays.fill(column, 2);
    column[17] = Float.MAX_VALUE;
    column[18] = -Float.MAX_VALUE;
    assertThat(new QuantileSelector(1000, LEVELS).of(column))
        .containsExactly(-Float.MAX_VALUE, 2, 2, 2, Float.MAX_VALUE);
  }
}
