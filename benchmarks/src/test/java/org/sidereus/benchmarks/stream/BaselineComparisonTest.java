package org.sidereus.benchmarks.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.sidereus.benchmarks.stream.BaselineComparison.Turn;

class BaselineComparisonTest {
  private static final Offset<Double> ERROR = within(1e-9);

  /** Groups take as long again; they do not count. */
  private static Rate rate(double perSecond) {
    return new Rate(1000, 2000 / perSecond, 1, 1000 / perSecond);
  }

  @Test
  void shouldGiveTheMedianOfTheRatiosOfTurnsWithTheirSpread() {
    BaselineComparison comparison = new BaselineComparison("default settings");
    comparison.add(new Turn(rate(600), rate(300)));
    comparison.add(new Turn(rate(900), rate(300)));
    comparison.add(new Turn(rate(400), rate(400)));
    assertThat(comparison.ratio(Rate::objectsPerSecond)).isCloseTo(2, ERROR);
    assertThat(comparison.ratio(Rate::perCpuSecond)).isCloseTo(1, ERROR);
    assertThat(comparison.sentence())
        .contains("default settings: ratio 2.00 (1.00 to 3.00)")
        .contains("of processor time 1.00 (1.00 to 1.00) in 3 turns");
  }
}
