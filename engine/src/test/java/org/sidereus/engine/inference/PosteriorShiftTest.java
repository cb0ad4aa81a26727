package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PosteriorShiftTest {
  private static final int SAMPLES = 1_000;
  private static final int PARAMETERS = 2;
  private static final int OBJECTS = 40;

  private final Random random = new Random(7);

  /** The shift where the logarithms of the weights change by a slope and by noise. */
  private PosteriorShift shift(double slope, double noise) {
    PosteriorShift shift = new PosteriorShift(SAMPLES, PARAMETERS);
    for (int object = 0; object < OBJECTS; object++) {
      float[] theta = new float[SAMPLES * PARAMETERS];
      float[] before = new float[SAMPLES];
      float[] after = new float[SAMPLES];
      for (int s = 0; s < SAMPLES; s++) {
        for (int d = 0; d < PARAMETERS; d++) {
          theta[s * PARAMETERS + d] = (float) random.nextGaussian();
        }
        double change = slope * theta[s * PARAMETERS] + noise * random.nextGaussian();
        after[s] = (float) (before[s] + change);
      }
      shift.add(theta, before, after);
    }
    return shift;
  }

  @Test
  void shouldAllowNoiseThatAveragesOut() {
    assertThat(shift(0, 0).isSmall()).isTrue();
    assertThat(shift(0, 0.1).isSmall()).isTrue();
    assertThat(shift(0, 0.5).isSmall()).as("half of the sampling error").isFalse();
  }

  /** A slope of 0.01 moves a mean by 0.01 sd: little for an object, much for a group of 1,000. */
  @Test
  void shouldRefuseAShiftThatAllObjectsHaveInCommon() {
    assertThat(shift(0.001, 0).isSmall()).isTrue();
    assertThat(shift(0.01, 0).isSmall()).isFalse();
    assertThat(shift(0.01, 0)).asString().contains("all means together by 0.00997");
  }

  @Test
  void shouldRefuseWeightsThatAreNoLongerFinite() {
    PosteriorShift shift = new PosteriorShift(2, 1);
    shift.add(new float[] {0, 1}, new float[] {0, 0}, new float[] {Float.NaN, 0});
    assertThat(shift.isSmall()).isFalse();
  }

  @Test
  void shouldNotBelieveInNothing() {
    PosteriorShift shift = new PosteriorShift(2, 1);
    float none = Float.NEGATIVE_INFINITY;
    shift.add(new float[] {0, 1}, new float[] {none, none}, new float[] {0, 0});
    assertThat(shift.isSmall()).isFalse();
  }
}
