package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.ObjectSummary;

final class CombinationErrorTest {
  private static final Manifest ONE_SHARED =
      Manifest.builder()
          .name("one")
          .version("1")
          .parameters(List.of(new Parameter("rate", "", Role.SHARED, new Normal(2, 0.5))))
          .observables(List.of(new Observable("count", "", 1.0)))
          .features(List.of(new Feature(Feature.Kind.VALUE, "count")))
          .samples(256)
          .build();

  private final CombinationError error = new CombinationError(ONE_SHARED);

  /** Slopes with errors of variance N give the mean an error of variance C N C. */
  @Test
  void shouldGiveHalfTheSquaredErrorInUnitsOfThePosteriorInBits() {
    double[] sum = new double[error.length()];
    for (int i = 0; i < 3; i++) {
      double[] one = new double[error.length()];
      error.fill(object(0.6), one, 0);
      for (int e = 0; e < sum.length; e++) {
        sum[e] += one[e];
      }
    }
    // sd 0.1 in the unit, 0.2 standardised
    FactorizedPosterior group =
        FactorizedPosterior.gaussian(3, new double[] {2}, new double[] {0.01});
    double standardised = 0.04;
    double ofMean = standardised * 1.8 * standardised;
    assertThat(error.informationLoss(group, sum, 0))
        .isCloseTo(ofMean / standardised / 2 / Math.log(2), within(1e-12));
  }

  @Test
  void shouldNotKnowTheErrorWhereAnObjectDoesNot() {
    double[] sum = new double[error.length()];
    error.fill(object(0.6), sum, 0);
    FactorizedPosterior group =
        FactorizedPosterior.gaussian(2, new double[] {2}, new double[] {0.01});
    assertThat(error.informationLoss(group, sum, 0)).isNull();
  }

  @Test
  void shouldAddTheSameErrorOfEachPolynomialUpAndNotAverageItOut() {
    double[] sum = new double[error.length()];
    double[] one = new double[error.length()];
    error.fill(object(0.6), one, 0);
    assertThat(error.ofPolynomials(sum, 0)).isZero();
    for (int e = 0; e < sum.length; e++) {
      sum[e] = 100_000 * one[e];
    }
    // the sd of the group is 1/316 of that of an object
    double inSdOfGroup = 0.007 * Math.sqrt(100_000);
    assertThat(error.ofPolynomials(sum, 0)).isCloseTo(inSdOfGroup * inSdOfGroup, within(1e-9));
  }

  @Test
  void shouldGrowWithTheScatterBeyondTheAllowedOne() {
    assertThat(error.ofFarObjects(null)).isZero();
    assertThat(error.ofFarObjects(disagreement(0.8))).isZero();
    assertThat(error.ofFarObjects(disagreement(1 + 2 * Math.log(2))))
        .isCloseTo(0.01, within(1e-12));
  }

  private static Disagreement disagreement(double ratio) {
    return new Disagreement(ratio, 10, 0.5, new double[1], new double[1]);
  }

  private static ObjectSummary object(double slopeNoise) {
    return new ObjectSummary(
        new double[] {2},
        new double[] {0.04},
        new double[][] {{1.8, 2, 2.2}},
        256,
        null,
        null,
        false,
        Set.of(),
        List.of(),
        null,
        null,
        new double[] {slopeNoise},
        null);
  }
}
