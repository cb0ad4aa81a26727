package org.sidereus.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseTest {
  @ParameterizedTest
  @EnumSource(Noise.class)
  void shouldFindTheDeviateOfAMeasurement(Noise noise) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      double error = 0.01 + 0.2 * random.nextDouble();
      double deviate = random.nextDouble(-3, 3);
      Noise.Measured measured = noise.measure(18, error, deviate);
      assertThat(noise.residual(measured.value(), 18, measured.error()))
          .isCloseTo(deviate, within(1e-9));
    }
  }

  @Test
  void shouldHaveNoMagnitudeWhereTheFluxIsNotPositive() {
    assertThat(Noise.NORMAL_FLUX.measure(18, 0.5, -3).value()).isNaN();
  }

  @Test
  void shouldAgreeForSmallErrors() {
    // a fainter magnitude is a smaller flux
    double flux = Noise.NORMAL_FLUX.residual(18.002, 18, 0.001);
    assertThat(flux).isCloseTo(-Noise.NORMAL.residual(18.002, 18, 0.001), within(5e-3));
  }
}
