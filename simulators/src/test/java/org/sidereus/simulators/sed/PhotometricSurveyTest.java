package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Noise;

class PhotometricSurveyTest {
  private static final float[] MAGNITUDES = {19.25f, 17.75f, 17.25f, 16.25f, 16.25f};

  private final float[] inputs = new float[12];

  @Test
  void shouldHaveTheErrorsOfTheTable() {
    assertThat(PhotometricSurvey.median(0, 19.25)).isCloseTo(0.0775, within(1e-9));
    assertThat(PhotometricSurvey.median(2, 17.75)).isCloseTo(0.0213, within(1e-9));
    assertThat(PhotometricSurvey.median(0, 12)).isCloseTo(0.0513, within(1e-9));
    // the sky's noise beyond: a magnitude more is 2.5 times the error
    double excess = Math.sqrt(0.2415 * 0.2415 - 0.05 * 0.05);
    assertThat(PhotometricSurvey.median(0, 22.25))
        .isCloseTo(Math.hypot(0.05, excess * Math.pow(10, 0.4)), within(1e-9));
  }

  @Test
  void shouldMeasureWithTheErrorsThatItGives() {
    inputs[SedModel.REDSHIFT_INDEX] = 0.125f;
    SplittableRandom random = new SplittableRandom(1);
    float[] row = new float[11];
    int objects = 20_000;
    double[] squares = new double[5];
    for (int i = 0; i < objects; i++) {
      new PhotometricSurvey(false).observe(inputs, 0, MAGNITUDES, 0, random, row, 0);
      assertThat(row[10]).isEqualTo(0.125f);
      for (int band = 0; band < 5; band++) {
        double residual = Noise.NORMAL_FLUX.residual(row[band], MAGNITUDES[band], row[5 + band]);
        squares[band] += residual * residual / objects;
      }
    }
    for (double square : squares) {
      assertThat(square).isCloseTo(1, within(0.05));
    }
  }

  @Test
  void shouldDrawErrorsThatDoNotDependOnTheGalaxy() {
    float[] fainter = MAGNITUDES.clone();
    for (int band = 0; band < 5; band++) {
      fainter[band] += 3;
    }
    float[] bright = new float[11];
    float[] faint = new float[11];
    for (int i = 0; i < 1_000; i++) {
      PhotometricSurvey survey = new PhotometricSurvey(false);
      survey.observe(inputs, 0, MAGNITUDES, 0, new SplittableRandom(i), bright, 0);
      survey.observe(inputs, 0, fainter, 0, new SplittableRandom(i), faint, 0);
      for (int band = 5; band < 10; band++) {
        assertThat(faint[band]).isEqualTo(bright[band]);
        assertThat((double) faint[band])
            .isBetween(survey.lowestError(band - 5) - 1e-6, survey.highestError(band - 5));
      }
    }
  }

  @Test
  void shouldGiveEveryGalaxyTheSameErrorsWhereTheSurveyIsComplete() {
    SplittableRandom random = new SplittableRandom(1);
    float[] row = new float[11];
    PhotometricSurvey survey = new PhotometricSurvey(false);
    survey.complete().observe(inputs, 0, MAGNITUDES, 0, random, row, 0);
    for (int band = 0; band < 5; band++) {
      assertThat(row[5 + band]).isEqualTo((float) survey.defaultError(band));
    }
  }
}
