package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.LikelihoodCheck;

/** Chi-squares of objects with 8 measured quantities and 6 parameters. */
final class MisfitStatisticsTest {
  private static final int MEASURED = 8;
  private static final int PARAMETERS = 6;

  /** Precision of an object beyond the prior's, standardised. */
  private static final double PRECISION = 24;

  private static final Manifest MANIFEST =
      Manifest.builder()
          .name("misfit")
          .version("1")
          .parameters(
              IntStream.range(0, PARAMETERS)
                  .mapToObj(
                      i ->
                          new Parameter(
                              "p" + i, "", i == 0 ? Role.SHARED : Role.LOCAL, new Normal(0, 2)))
                  .toList())
          .observables(List.of(new Observable("y", "dex", 0.05)))
          .features(List.of(new Feature(Feature.Kind.VALUE, "y")))
          .samples(256)
          .build();

  private final Random random = new Random(1);

  @Test
  void shouldSeeInTenObjectsThatTheModelIsWrong() {
    Misfit misfit = judge(10, 1.45, false);
    assertThat(misfit.isSignificant()).isTrue();
    assertThat(misfit.pValue()).isGreaterThan(Misfit.SIGNIFICANCE);
    double excess = 0.45 * MEASURED / (MEASURED - PARAMETERS);
    double ofOne = 2 * 2 / (PRECISION + 1);
    assertThat(misfit.widening()[0]).isCloseTo(excess * ofOne, within(1e-9));
  }

  @Test
  void shouldNotTrustTheRestOfASelectionMoreThanOneObject() {
    Misfit misfit = judge(6, 1.05, true);
    assertThat(misfit.isSignificant()).isTrue();
    assertThat(misfit.widening()[0]).isCloseTo(2 * 2 / (PRECISION + 1), within(1e-9));
    assertThat(judge(6, 1.05, false).widening()[0]).isZero();
  }

  @Test
  void shouldTolerateTheChiSquaresOfTheEdgeOfThePriorInAnyNumber() {
    assertThat(judge(100_000, 1.15, false).isSignificant()).isFalse();
    assertThat(judge(100_000, 1.25, false).isSignificant()).isTrue();
  }

  @Test
  void shouldSeldomFlagARightModel() {
    int groups = 5_000;
    int flagged = 0;
    for (int g = 0; g < groups; g++) {
      double chiSquare = 0;
      for (int i = 0; i < 10; i++) {
        chiSquare += ofRightModel();
      }
      flagged += judge(10, chiSquare / (10 * MEASURED), false).isSignificant() ? 1 : 0;
    }
    assertThat(flagged).isBetween(1, groups / 100);
  }

  /**
   * The posterior mean of chi-square of a linear model: half of the parameters are determined by
   * the measurements, the others half by the prior.
   */
  private double ofRightModel() {
    double chiSquare = 0;
    for (int direction = 0; direction < MEASURED; direction++) {
      double signal = direction < PARAMETERS / 2 ? 100 : direction < PARAMETERS ? 1 : 0;
      double residual = random.nextGaussian() / Math.sqrt(1 + signal);
      chiSquare += residual * residual + signal / (1 + signal);
    }
    return chiSquare;
  }

  private static Misfit judge(int objects, double ratio, boolean isSelection) {
    MisfitStatistics statistics = new MisfitStatistics(MANIFEST);
    double[] sums = new double[MisfitStatistics.LENGTH];
    for (int i = 0; i < objects; i++) {
      double[] one = new double[MisfitStatistics.LENGTH];
      statistics.fill(new LikelihoodCheck(500, -3, MEASURED * ratio, 0.5, MEASURED), one, 0);
      for (int j = 0; j < one.length; j++) {
        sums[j] += one[j];
      }
    }
    Misfit misfit =
        statistics.judge(objects, new double[] {objects * PRECISION, 0}, sums, 0, isSelection);
    assertThat(misfit).isNotNull();
    return misfit;
  }
}
