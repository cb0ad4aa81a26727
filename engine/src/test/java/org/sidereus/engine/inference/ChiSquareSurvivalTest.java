package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.special.Gamma;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChiSquareSurvivalTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 25})
  void shouldAgreeWithTheIncompleteGammaFunction(int degrees) {
    ChiSquareSurvival survival = new ChiSquareSurvival(degrees);
    assertThat(survival.of(0)).isEqualTo(1);
    for (double x = 0.5; x < 60; x += 0.137) {
      double wanted = Gamma.regularizedGammaQ(0.5 * degrees, 0.5 * x);
      assertThat(survival.of(x)).isCloseTo(wanted, within(2e-4 * wanted));
    }
    assertThat(survival.of(1e9)).isZero();
    assertThat(survival.of(Double.POSITIVE_INFINITY)).isZero();
  }
}
