package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.ModelErrorLayout;

/** Sums of groups in which many quantities are a little off, and none of them significantly. */
final class ModelErrorPatternTest {
  private static final int QUANTITIES = 8;
  private static final double ERROR = 0.05;
  private static final long OBJECTS = 100;
  private static final Manifest MANIFEST = manifest(null);
  private static final FactorizedPosterior FACTORIZED =
      FactorizedPosterior.gaussian(OBJECTS, new double[] {0.1}, new double[] {4e-4});

  @Test
  void shouldFlagManySmallErrorsAndNotTrustTheGroupMoreThanOneObject() {
    double[] significances = filled(2.2);
    significances[3] = 2.5;
    ModelErrors errors = judge(MANIFEST, significances);
    assertThat(errors.flagged(ModelError.Kind.OFFSET))
        .extracting(ModelError::name)
        .containsExactly("y3");
    // chi-square of independent errors, less 1 / (1 + T V) for what is tolerated
    double tolerated = 1 + 0.02 * 0.02 * OBJECTS;
    double chiSquare = (7 * 2.2 * 2.2 + 2.5 * 2.5) / tolerated;
    double widened = (1 - QUANTITIES / chiSquare) * OBJECTS * 4e-4;
    assertThat(errors.covariance()[0]).isCloseTo(4e-4 + widened, within(1e-3 * widened));
  }

  @Test
  void shouldNotMoveTheMeanByAPatternThatNoErrorExplains() {
    double[] significances = {12, -9, 12, -9, 12, -9, 12, -9};
    ModelErrors errors = judge(MANIFEST, significances, 0.3);
    assertThat(errors.flagged(ModelError.Kind.OFFSET)).hasSizeGreaterThan(1);
    assertThat(errors.mean()).isEqualTo(FACTORIZED.mean());
    assertThat(errors.covariance()[0]).isBetween(0.8 * OBJECTS * 4e-4, 1.1 * OBJECTS * 4e-4);
    significances = filled(0);
    significances[0] = 12;
    // one error alone does move it
    ModelErrors explained = judge(MANIFEST, significances, 0.1);
    assertThat(explained.flagged(ModelError.Kind.OFFSET)).hasSize(1);
    assertThat(explained.mean()[0]).isNotCloseTo(0.1, within(0.01));
  }

  @Test
  void shouldNotFlagTheScoresOfACleanGroup() {
    ModelErrors errors = judge(MANIFEST, filled(1.3));
    assertThat(errors.isAnyFlagged()).isFalse();
    assertThat(errors.covariance()[0]).isCloseTo(4e-4, within(1e-12));
  }

  @Test
  void shouldNotWidenWhereOneErrorExplainsAll() {
    double[] significances = filled(0.5);
    significances[1] = 12;
    ModelErrors errors = judge(MANIFEST, significances);
    assertThat(errors.flagged(ModelError.Kind.OFFSET)).hasSize(1);
    assertThat(errors.covariance()[0]).isCloseTo(4e-4, within(1e-5));
  }

  /** Without the others the first error explains less than it seems to: the rest is not chance. */
  @Test
  void shouldNotTrustOneErrorThatLeavesMoreThanOneInTwentyOfTheOthers() {
    double[] significances = filled(1.6); // of 7 others: p = 0.003 to 0.05
    significances[1] = 12;
    ModelErrors errors = judge(MANIFEST, significances, 0.1);
    assertThat(errors.flagged(ModelError.Kind.OFFSET))
        .extracting(ModelError::name)
        .containsExactly("y1");
    assertThat(errors.mean()).isEqualTo(FACTORIZED.mean());
    assertThat(errors.covariance()[0]).isGreaterThan(0.5 * OBJECTS * 4e-4);
  }

  @Test
  void shouldTolerateWhatTheEmulatorErrsBy() {
    assertThat(judge(manifest(EmulatorError.constant(0.01)), filled(2.2)).isAnyFlagged()).isFalse();
  }

  private static double[] filled(double value) {
    double[] values = new double[QUANTITIES];
    Arrays.fill(values, value);
    return values;
  }

  /** Independent errors that the shared parameter does not see. */
  private static ModelErrors judge(Manifest manifest, double[] significances) {
    return judge(manifest, significances, 0);
  }

  /**
   * Independent errors.
   *
   * @param response of the shared parameter, in its sd for an error of one sd of the group's
   */
  private static ModelErrors judge(Manifest manifest, double[] significances, double response) {
    ModelErrorLayout layout = ModelErrorLayout.of(manifest);
    assertThat(layout).isNotNull();
    double[] sums = new double[layout.length()];
    double complete = OBJECTS / (ERROR * ERROR);
    for (int h = 0; h < QUANTITIES; h++) {
      sums[layout.count(h)] = OBJECTS;
      sums[layout.complete(h)] = complete;
      sums[layout.information(h, h)] = complete;
      sums[layout.slope(h, 0)] = -response * Math.sqrt(complete / FACTORIZED.covariance()[0]);
      double ofCentre = sums[layout.slope(h, 0)] * FACTORIZED.mean()[0];
      sums[layout.score(h)] = significances[h] * Math.sqrt(complete) - ofCentre;
    }
    ModelErrors errors = new ModelErrorStatistics(manifest).judge(FACTORIZED, sums, 0);
    assertThat(errors).isNotNull();
    return errors;
  }

  private static Manifest manifest(@Nullable EmulatorError emulatorError) {
    List<Observable> observables =
        IntStream.range(0, QUANTITIES)
            .mapToObj(i -> new Observable("y" + i, "dex", ERROR))
            .map(y -> emulatorError == null ? y : y.withEmulatorError(emulatorError))
            .toList();
    return Manifest.builder()
        .name("pattern")
        .version("1")
        .parameters(List.of(new Parameter("p", "", Role.SHARED, new Normal(0, 1))))
        .observables(observables)
        .features(observables.stream().map(y -> new Feature(Feature.Kind.VALUE, y.name())).toList())
        .samples(256)
        .build();
  }
}
