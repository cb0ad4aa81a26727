package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Two parameters, both standard normal by the flow. */
class MoreSamplesTest {
  private static final int COUNT = 1_000;
  private static final int NONE = WiderFlow.COUNTS.length;
  private final float[] theta = new float[2 * COUNT];

  MoreSamplesTest() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) random.nextGaussian();
    }
  }

  @Test
  void shouldLeaveEvenWeightsAlone() {
    assertThat(first(narrowed(1), 900)).isEqualTo(NONE);
    assertThat(first(narrowed(1.2), 700)).isEqualTo(NONE);
  }

  @Test
  void shouldAskForMoreWhereFewSamplesAreEffective() {
    assertThat(first(narrowed(1), 299)).isZero();
    assertThat(first(narrowed(1), 301)).isEqualTo(NONE);
  }

  @Test
  void shouldAskForMoreWhereWeightsChangeAStandardDeviation() {
    assertThat(first(narrowed(1.4), 700)).isZero();
    assertThat(first(narrowed(1.8), 700)).isEqualTo(1);
    assertThat(first(narrowed(1.8), 100)).as("also of few effective ones").isEqualTo(1);
    assertThat(first(widened(), 700)).as("the other way").isZero();
  }

  @Test
  void shouldNotAskWhereFlowAndWeightsAreTooFarApart() {
    assertThat(first(narrowed(1.8), 49)).isEqualTo(NONE);
  }

  @Test
  void shouldTakeAParameterWithoutAnySpread() {
    Arrays.fill(theta, 3);
    assertThat(first(narrowed(1), 700)).isEqualTo(NONE);
  }

  private int first(double[] weights, double effective) {
    return MoreSamples.first(theta, weights, effective);
  }

  /** Weights that make the second parameter narrower by a factor. */
  private double[] narrowed(double factor) {
    return weights(0.5 * (factor * factor - 1));
  }

  private double[] widened() {
    return weights(-0.35);
  }

  private double[] weights(double exponent) {
    double[] weights = new double[COUNT];
    for (int s = 0; s < COUNT; s++) {
      weights[s] = Math.exp(-exponent * theta[2 * s + 1] * theta[2 * s + 1]);
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }
}
