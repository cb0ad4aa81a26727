package org.sidereus.simulators.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.simulators.model.ForwardModel;

final class AnySurveyTest {
  private static final int OBJECTS = 20_000;

  private final ForwardModel model = new SmallModel(Double.POSITIVE_INFINITY);
  private final int m = model.observables().size();
  private final String first = model.observables().get(0).name();
  private final SurveyHabits habits =
      new SurveyHabits(
          0.01, 0.3, List.of(new MeasuredParameter(1, 0.2, 4)), List.of(Set.of(first)));
  private final AnySurvey survey = new AnySurvey(model, habits, 0.05);

  @Test
  void shouldDescribeItsColumns() {
    assertThat(survey.features()).hasSize(3 * m + 3);
    assertThat(survey.features().get(0)).isEqualTo(new Feature(Feature.Kind.VALUE, first));
    assertThat(survey.features().get(m)).isEqualTo(new Feature(Feature.Kind.ERROR, first));
    assertThat(survey.features().get(2 * m)).isEqualTo(new Feature(Feature.Kind.MASK, first));
    assertThat(survey.features().get(3 * m))
        .isEqualTo(new Feature(Feature.Kind.COVARIATE, model.parameters().get(1).name()));
    assertThat(survey.complete().features()).isEqualTo(survey.features());
  }

  @Test
  void shouldAddNoiseOfTheErrorThatItGivesAndNothingWhereAValueIsMissing() {
    double squares = 0;
    int present = 0;
    int measured = 0;
    for (int i = 0; i < OBJECTS; i++) {
      float[] row = observe(survey, i);
      for (int o = 0; o < m; o++) {
        float error = row[m + o];
        if (row[2 * m + o] == 0) {
          assertThat(row[o]).isZero();
          assertThat(error).isZero();
        } else {
          assertThat(error).isBetween(0.01f, 0.3f);
          squares += Math.pow((row[o] - 10) / error, 2);
          present++;
        }
      }
      measured += (int) row[3 * m + 2];
    }
    assertThat(squares / present).isCloseTo(1, within(0.03));
    assertThat(present / (double) (OBJECTS * m)).isBetween(0.5, 0.9);
    assertThat(measured / (double) OBJECTS).isCloseTo(0.4, within(0.02));
  }

  @Test
  void shouldMeasureEverythingWithTheDefaultErrorWhereTheSurveyIsComplete() {
    for (int i = 0; i < 100; i++) {
      float[] row = observe(survey.complete(), i);
      for (int o = 0; o < m; o++) {
        assertThat(row[m + o]).isEqualTo(0.05f);
        assertThat(row[2 * m + o]).isEqualTo(1);
      }
      assertThat(row[3 * m + 2]).isZero();
    }
  }

  @Test
  void shouldRefuseADefaultErrorOutsideTheRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AnySurvey(model, habits, 0.5))
        .withMessageContaining("0.5");
  }

  private float[] observe(ObservationModel observation, long seed) {
    float[] parameters = new float[model.parameters().size()];
    float[] observables = new float[m];
    Arrays.fill(observables, 10);
    float[] row = new float[observation.features().size()];
    observation.observe(parameters, 0, observables, 0, new SplittableRandom(seed), row, 0);
    return row;
  }
}
