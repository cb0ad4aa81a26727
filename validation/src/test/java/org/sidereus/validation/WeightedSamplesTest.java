package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.inference.Samples;

class WeightedSamplesTest {

  /** Draws of a normal with mean 0.5, weighted to a standard normal. */
  @Test
  void shouldCorrectAShiftedFlow() {
    Random random = new Random(1);
    int count = 4000;
    float[] theta = new float[count];
    float[] logWeight = new float[count];
    for (int s = 0; s < count; s++) {
      theta[s] = (float) (0.5 + random.nextGaussian());
      logWeight[s] = (float) (-theta[s] * theta[s] / 2 + Math.pow(theta[s] - 0.5, 2) / 2 + 300);
    }
    Samples samples = new Samples(count, 1, theta, new float[count], logWeight);

    assertThat(WeightedSamples.of(samples).mean(0)).isCloseTo(0.5, within(0.06));
    WeightedSamples corrected = WeightedSamples.corrected(samples);
    assertThat(corrected.mean(0)).isCloseTo(0, within(0.06));
    assertThat(corrected.rank(0, 0)).isCloseTo(0.5, within(0.03));
  }

  @Test
  void shouldLeaveTheFlowWhereFewSamplesHaveWeight() {
    float[] logWeight = new float[200];
    logWeight[3] = 50;
    Samples samples = new Samples(200, 1, new float[200], new float[200], logWeight);

    assertThat(WeightedSamples.corrected(samples).weights()).containsOnly(1.0 / 200);
    assertThat(WeightedSamples.weighted(samples).effectiveSize()).isCloseTo(1, within(1e-6));
  }

  @Test
  void shouldNotBelieveWeightsOfWhichNoneIsAboveZero() {
    float[] logWeight = new float[200];
    Arrays.fill(logWeight, Float.NEGATIVE_INFINITY);
    Samples samples = new Samples(200, 1, new float[200], new float[200], logWeight);

    assertThat(WeightedSamples.weighted(samples).effectiveSize()).isZero();
    assertThat(WeightedSamples.corrected(samples).weights()).containsOnly(1.0 / 200);
  }

  @Test
  void shouldCountTheObjectsWhoseWeightsAreWorthLittle() {
    CorrectionTally tally = new CorrectionTally();
    float[] even = new float[200];
    float[] one = new float[200];
    one[3] = 50;
    for (float[] logWeight : List.of(even, even, even, one)) {
      tally.add(new Samples(200, 1, new float[200], new float[200], logWeight));
    }
    tally.add(new Samples(200, 1, new float[200], new float[200], null));
    ImportanceCorrection correction = tally.correction().orElseThrow();
    assertThat(correction.tooFew()).isEqualTo(0.25);
    assertThat(correction.median()).isCloseTo(200, within(1e-6));
    assertThat(correction.counts()).startsWith(1, 0).endsWith(0, 3);
    assertThat(new CorrectionTally().correction()).isEmpty();
  }
}
