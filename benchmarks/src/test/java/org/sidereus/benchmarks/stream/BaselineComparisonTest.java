package org.sidereus.benchmarks.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.sidereus.benchmarks.stream.BaselineComparison.Turn;

class BaselineComparisonTest {

  /** Groups take as long again; they do not count. */
  private static Rate rate(double perSecond) {
    return new Rate(1000, 2000 / perSecond, 1, 1000 / perSecond);
  }

  @Test
  void shouldGiveTheMedianOfTheRatiosOfTurnsWithTheirSpread() {
    BaselineComparison comparison = new BaselineComparison();
    comparison.add(new Turn(rate(600), rate(300), rate(400)));
    comparison.add(new Turn(rate(900), rate(300), rate(300)));
    comparison.add(new Turn(rate(400), rate(400), rate(400)));
    assertThat(comparison.ratio(Turn::byDefault)).isCloseTo(2, within(1e-9));
    assertThat(comparison.ratio(Turn::sensible)).isCloseTo(1.5, within(1e-9));
    assertThat(comparison.sentences().get(0)).contains("ratio 2.00 (1.00 to 3.00 in 3 turns");
  }
}
