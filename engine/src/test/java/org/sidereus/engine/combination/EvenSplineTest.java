package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.hipparchus.analysis.interpolation.SplineInterpolator;

final class EvenSplineTest {
  @Property(tries = 200)
  void shouldBeThatOfTheLibraryAndEndAtTheLastNodes(
      @ForAll @IntRange(min = 3, max = 60) int count,
      @ForAll @DoubleRange(min = -0.1, max = 1.1) double part,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[] nodes = new double[count];
    double step = 0.01 + random.nextDouble();
    double first = random.nextGaussian();
    for (int n = 0; n < count; n++) {
      nodes[n] = first + n * step;
    }
    double[] values = random.doubles(count, -5, 5).toArray();
    double x = first + part * (nodes[count - 1] - first);
    double inside = Math.max(first, Math.min(nodes[count - 1], x));
    double expected = new SplineInterpolator().interpolate(nodes, values).value(inside);
    assertThat(new EvenSpline(nodes, values).at(x)).isCloseTo(expected, within(1e-9));
  }
}
