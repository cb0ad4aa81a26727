package org.sidereus.engine.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class FixedOrderSumTest {
  @Property(tries = 200)
  void shouldSumTheProductsWithEachColumn(
      @ForAll @IntRange(min = 0, max = 100) int points,
      @ForAll @IntRange(min = 0, max = 13) int count,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[] numbers = random.doubles(points, -1, 1).toArray();
    double[][] columns = new double[count + 2][];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = random.doubles(points, -1, 1).toArray();
    }
    double[] sums = new double[columns.length];
    FixedOrderSum.ofProducts(numbers, columns, count, sums);
    for (int c = 0; c < columns.length; c++) {
      double sum = 0;
      for (int i = 0; c < count && i < points; i++) {
        sum += numbers[i] * columns[c][i];
      }
      assertThat(sums[c]).isCloseTo(sum, within(1e-12));
    }
  }
}
