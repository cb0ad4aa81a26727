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
import org.sidereus.engine.bundle.Noise;
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

  /** Hash codes of what the classes drew that had one range of errors, or one error, only. */
  @Test
  void shouldDrawTheSameNumbersAsWithOneRangeOfErrors() {
    assertThat(hash(survey)).isEqualTo(-724273488);
    assertThat(hash(survey.complete())).isEqualTo(1644933984);
    assertThat(hash(AnySurvey.withFixedErrors(model, 0.1))).isEqualTo(-1464616878);
  }

  private static int hash(ObservationModel observation) {
    int hash = 1;
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 1000; i++) {
      float[] row = new float[observation.features().size()];
      float[] inputs = {1, 2, 3, 4, 5, 6};
      observation.observe(inputs, 0, new float[] {10, 11, 12, 13, 14}, 0, random, row, 0);
      hash = 31 * hash + Arrays.hashCode(row);
    }
    return hash;
  }

  /** A fixed error, a range in another unit, and a column of the table; the last may be missing. */
  private static SurveyDescription mixed() {
    return new SurveyDescription(
        List.of(
            new SurveyedObservable(
                "depth", "ppt", Noise.NORMAL, new ObservableErrors.Fixed(0.5), false),
            new SurveyedObservable(
                "teff", "K", Noise.NORMAL, new ObservableErrors.Range(100, 50, 400), false),
            new SurveyedObservable(
                "mag", "mag", Noise.NORMAL, new ObservableErrors.Column("mag_err", null), true)),
        List.of("a", "b"),
        List.of("z"),
        List.of(),
        List.of());
  }

  @Test
  void shouldGiveEachObservableItsOwnErrors() {
    AnySurvey mixed = new AnySurvey(mixed(), new float[] {0.01f, 0.02f, 0.04f});
    assertThat(mixed.features())
        .containsExactly(
            new Feature(Feature.Kind.VALUE, "depth"),
            new Feature(Feature.Kind.VALUE, "teff"),
            new Feature(Feature.Kind.VALUE, "mag"),
            new Feature(Feature.Kind.ERROR, "teff"),
            new Feature(Feature.Kind.ERROR, "mag"),
            new Feature(Feature.Kind.MASK, "mag"),
            new Feature(Feature.Kind.COVARIATE, "z"));
    double[] squares = new double[3];
    int missing = 0;
    for (int i = 0; i < OBJECTS; i++) {
      float[] row = new float[7];
      mixed.observe(
          new float[] {1, 2, 3}, 0, new float[] {7, 5000, 15}, 0, new SplittableRandom(i), row, 0);
      squares[0] += Math.pow((row[0] - 7) / 0.5, 2);
      assertThat(row[3]).isBetween(50f, 400f);
      squares[1] += Math.pow((row[1] - 5000) / row[3], 2);
      if (row[5] == 0) {
        missing++;
        assertThat(row[2] + row[4]).isZero();
      } else {
        assertThat(row[4]).isIn(0.01f, 0.02f, 0.04f);
        squares[2] += Math.pow((row[2] - 15) / row[4], 2);
      }
      assertThat(row[6]).isEqualTo(3);
    }
    assertThat(squares[0] / OBJECTS).isCloseTo(1, within(0.03));
    assertThat(squares[1] / OBJECTS).isCloseTo(1, within(0.03));
    assertThat(squares[2] / (OBJECTS - missing)).isCloseTo(1, within(0.03));
    assertThat(missing / (double) OBJECTS).isBetween(0.1, 0.4);
    assertThat(mixed.namedError(2)).isNull();
    assertThat(mixed.defaultError(2)).isEqualTo(0.02f);
    assertThat(mixed.lowestError(2)).isEqualTo(0.01f);
    assertThat(mixed.highestError(1)).isEqualTo(400);
    assertThat(mixed.errorFloor(mixed.features().get(3))).isEqualTo(5);
  }

  @Test
  void shouldTakeNoisyRowsAsTheyAre() {
    SurveyDescription description =
        new SurveyDescription(
            List.of(
                mixed().observables().get(0),
                mixed().observables().get(2),
                new SurveyedObservable(
                    "any", "", Noise.NORMAL, new ObservableErrors.Unknown(), false)),
            List.of("a", "b"),
            List.of("z"),
            List.of(),
            List.of());
    AsMeasured measured = new AsMeasured(description, new float[] {0.03f, 0.02f, Float.NaN});
    float[] row = new float[measured.features().size()];
    float[] values = {7, 15, -1, 0.02f, 8, Float.NaN, -2, 0.03f};
    float[] inputs = {1, 2, 3};
    measured.observe(inputs, 0, values, 0, new SplittableRandom(1), row, 0);
    assertThat(row).containsExactly(7, 15, -1, 0.02f, 1, 3);
    measured.observe(inputs, 0, values, 4, new SplittableRandom(1), row, 0);
    assertThat(row).containsExactly(8, 0, -2, 0, 0, 3);
    assertThat(measured.lowestError(0)).isEqualTo(0.5);
    assertThat(measured.lowestError(1)).isEqualTo(0.02f);
    assertThat(measured.highestError(1)).isEqualTo(0.03f);
    assertThat(measured.lowestError(2)).isNaN();
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
