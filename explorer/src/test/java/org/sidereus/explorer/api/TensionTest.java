package org.sidereus.explorer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TensionTest {
  @Test
  void shouldTakeTheGroupAwayFromItsObjects() {
    assertThat(Tension.of(1, 0.5, 0, 0.3, false)).isCloseTo(1 / 0.4, within(1e-12));
    assertThat(Tension.of(0, 0.5, 0, 0.5, false)).as("the only object of a group").isZero();
  }

  /** The posterior of a group that leaves all out is the prior, which is wider than an object's. */
  @Test
  void shouldAddTheVariancesOfAnObjectThatIsLeftOut() {
    assertThat(Tension.of(-3, 0.4, -2, 0.3, true)).isCloseTo(-2, within(1e-12));
  }
}
