package org.sidereus.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseTest {
  @ParameterizedTest
  @EnumSource(Noise.class)
  void shouldHaveStandardNormalResidualsForSmallErrors(Noise noise) {
    SplittableRandom random = new SplittableRandom(1);
    int draws = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; i++) {
      double error = random.nextDouble(0.001, 0.02);
      double residual = noise.residual(noise.measure(18, error, random), 18, error);
      sum += residual / draws;
      squares += residual * residual / draws;
    }
    assertThat(sum).isCloseTo(0, within(0.02));
    assertThat(squares).isCloseTo(1, within(0.02));
  }

  /**
   * The residual is the likelihood of a flux: for true fluxes of any prior, here one that is flat
   * in the magnitude, its posterior has the right mean, however large the errors are.
   */
  @Test
  void shouldMeasureFluxesAsTheirLikelihoodSays() {
    SplittableRandom random = new SplittableRandom(2);
    double error = 0.25;
    int draws = 200_000;
    double sum = 0;
    int inside = 0;
    for (int i = 0; i < draws; i++) {
      double truth = random.nextDouble(16, 20);
      double measured = Noise.NORMAL_FLUX.measure(truth, error, random);
      if (measured > 17.5 && measured < 18.5) {
        sum += truth - measured;
        inside++;
      }
    }
    assertThat(sum / inside).isCloseTo(posteriorMean(error), within(0.004));
  }

  /** Of the true minus the measured magnitude, prior flat, by quadrature. */
  private static double posteriorMean(double error) {
    double weights = 0;
    double weighted = 0;
    for (double truth = -1.5; truth < 1.5; truth += 1e-3) {
      double residual = Noise.NORMAL_FLUX.residual(0, truth, error);
      double weight = Math.exp(-0.5 * residual * residual);
      weights += weight;
      weighted += weight * truth;
    }
    return weighted / weights;
  }

  @Test
  void shouldAgreeForSmallErrors() {
    // a fainter magnitude is a smaller flux
    double flux = Noise.NORMAL_FLUX.residual(18.002, 18, 0.001);
    assertThat(flux).isCloseTo(-Noise.NORMAL.residual(18.002, 18, 0.001), within(5e-3));
  }
}
