package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.MeasuredParameter;
import org.sidereus.simulators.sets.SurveyHabits;
import org.sidereus.testing.models.LinearGaussianFlows;
import org.sidereus.testing.models.LinearGaussianModel;

class BundleSurveyTest {
  private static final LinearGaussianModel MODEL = LinearGaussianFlows.MODEL;
  private static final AnySurvey ANY =
      new AnySurvey(
          MODEL,
          new SurveyHabits(0.1, 1, List.of(new MeasuredParameter(0, 0.5, 1)), List.of()),
          0.5);
  private static final Manifest FOR_ANY = manifest(ANY.features());
  private static final Manifest FOR_ONE = manifest(AnySurvey.withFixedErrors(MODEL, 1).features());

  @Test
  void shouldMeasureOnlyThePatternWithTheAskedError() {
    BundleSurvey survey = new BundleSurvey(FOR_ANY, Set.of("x", "z"), 0.2);
    float[] row = new float[FOR_ANY.features().size()];
    survey.observe(new float[2], 0, new float[] {5, 5, 5}, 0, new SplittableRandom(1), row, 0);
    Observed observed = new FeatureDecoder(FOR_ANY).read(row);
    assertThat(observed.measured()).containsExactly(true, false, true);
    assertThat(observed.errors()[0]).isCloseTo(0.2, within(1e-6));
    assertThat(observed.values()[2]).isCloseTo(5, within(1.2)).isNotEqualTo(5);
    assertThat(observed.degrees()).isEqualTo(2);
    assertThat(survey.description()).isEqualTo("x ± 0.2, z ± 0.2");
  }

  @Test
  void shouldReadParametersThatWereMeasured() {
    float[] row = new float[FOR_ANY.features().size()];
    row[9] = 0.7f;
    row[10] = 0.5f;
    row[11] = 1;
    Observed observed = new FeatureDecoder(FOR_ANY).read(row);
    assertThat(observed.degrees()).isEqualTo(1);
    assertThat(observed.parameterErrors()).containsExactly(0.5, 0);
    // (0.7 - 1.7)^2 / 0.5^2
    assertThat(observed.chiSquare(new float[3], 0, new float[] {1.7f, 0}, 0))
        .isCloseTo(4, within(1e-5));
  }

  @Test
  void shouldRefuseWhatTheFeaturesCannotExpress() {
    assertThatThrownBy(() -> new BundleSurvey(FOR_ONE, Set.of("x"), null))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("needs y");
    assertThatThrownBy(() -> new BundleSurvey(FOR_ONE, Set.of(), 0.2))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("--error");
    assertThatThrownBy(() -> new BundleSurvey(FOR_ANY, Set.of("q"), null))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("[q]");
  }

  private static Manifest manifest(List<Feature> features) {
    return Manifest.builder()
        .name("toy")
        .version("1")
        .parameters(MODEL.parameters())
        .observables(
            MODEL.observables().stream().map(o -> new Observable(o.name(), "", 0.5)).toList())
        .features(features)
        .samples(100)
        .build();
  }
}
