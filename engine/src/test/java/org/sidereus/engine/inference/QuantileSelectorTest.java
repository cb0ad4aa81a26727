package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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

  @Property(tries = 500)
  void shouldWeighLikeSorting(
      @ForAll @Size(min = 1, max = 300) @FloatRange(min = -1e3f, max = 1e3f) float[] column,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] weights = new double[column.length];
    double sum = 0;
    for (int s = 0; s < weights.length; s++) {
      weights[s] = random.nextInt(3) == 0 && s > 0 ? 0 : Math.exp(4 * random.nextGaussian());
      sum += weights[s];
    }
    for (int s = 0; s < weights.length; s++) {
      weights[s] /= sum;
    }
    double[] quantiles = new QuantileSelector(column.length, LEVELS).of(column, weights);
    int[] order =
        IntStream.range(0, column.length)
            .filter(s -> weights[s] > 0)
            .boxed()
            .sorted(Comparator.comparing(s -> column[s]))
            .mapToInt(s -> s)
            .toArray();
    for (int q = 0; q < LEVELS.length; q++) {
      double below = 0;
      double wanted = column[order[0]];
      double point = -1;
      for (int s : order) {
        double next = below + weights[s] / 2;
        if (next >= LEVELS[q]) {
          double share = point < 0 ? 1 : (LEVELS[q] - point) / (next - point);
          wanted += share * (column[s] - wanted);
          break;
        }
        point = next;
        wanted = column[s];
        below += weights[s];
      }
      assertThat(quantiles[q]).isEqualTo(wanted, within(1e-6 * (1 + Math.abs(wanted))));
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
