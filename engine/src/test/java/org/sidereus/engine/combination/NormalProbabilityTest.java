package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;

final class NormalProbabilityTest {
  private final NormalProbability normal = new NormalProbability();

  @Property(tries = 500)
  void shouldBeThatOfTheLibrary(@ForAll @DoubleRange(min = -12, max = 12) double score) {
    double expected = new NormalDistribution(0, 1).cumulativeProbability(score);
    assertThat(normal.below(score)).isCloseTo(expected, within(2e-9));
  }

  @Test
  void shouldHaveEnds() {
    assertThat(normal.below(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(normal.below(Double.POSITIVE_INFINITY)).isOne();
    assertThat(normal.below(0)).isCloseTo(0.5, within(1e-15));
  }
}
