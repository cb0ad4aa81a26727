package org.sidereus.engine.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class LinearCombinationTest {
  @Property(tries = 100)
  void shouldAddEachColumnTimesItsFactor(
      @ForAll @IntRange(min = 0, max = 70) int points,
      @ForAll @IntRange(min = 0, max = 13) int count,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[] factors = random.doubles(count, -1, 1).toArray();
    double[][] columns = new double[count][];
    double[] sum = random.doubles(points, -1, 1).toArray();
    double[] expected = sum.clone();
    for (int c = 0; c < count; c++) {
      columns[c] = random.doubles(points, -1, 1).toArray();
      for (int i = 0; i < points; i++) {
        expected[i] += factors[c] * columns[c][i];
      }
    }
    LinearCombination.add(factors, columns, sum);
    for (int i = 0; i < points; i++) {
      assertThat(sum[i]).isCloseTo(expected[i], within(1e-12));
    }
  }
}
