package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports of six parameters and of groups of six sizes, as those of the bundle gce-tng. */
class CheckFamilyTest {
  private static final int PARAMETERS = 6;
  private static final int GROUP_SHARES = 40;

  @Test
  void shouldFailOneReportOfExactPosteriorsInAHundred() {
    UniformBand band = new UniformBand(1_000);
    SplittableRandom random = new SplittableRandom(1);
    int reports = 400;
    int failed = 0;
    int outside = 0;
    for (int r = 0; r < reports; r++) {
      CheckFamily family = report(band, 1_000, 200, random, z -> z);
      failed += family.checks().stream().allMatch(Check::passed) ? 0 : 1;
      outside += family.checks().stream().allMatch(c -> c.outcome() == CheckOutcome.PASSED) ? 0 : 1;
    }
    // 52 bands of 99 % each: some band is left in up to 41 % of the reports
    assertThat(outside / (double) reports).isBetween(0.2, 0.45);
    assertThat(failed / (double) reports).isLessThan(0.03);
  }

  /** One of six parameters is wrong; the others are exact. */
  @ParameterizedTest
  @CsvSource({"0, 0.9", "0, 1.1", "0.15, 1", "-0.15, 1"})
  void shouldFailAPosteriorThatIsWrong(double shift, double width) {
    int objects = ValidationCounts.STANDARD.objects();
    UniformBand band = new UniformBand(objects);
    for (int seed = 0; seed < 20; seed++) {
      CheckFamily family =
          report(
              band,
              objects,
              ValidationCounts.STANDARD.groups(),
              new SplittableRandom(seed),
              z -> (z - shift) / width);
      assertThat(family.checks())
          .as("seed %d", seed)
          .anyMatch(
              check ->
                  check.outcome() == CheckOutcome.FAILED && check.subject().equals("parameter 0"));
    }
  }

  /** More objects make up for the larger number of standard deviations. */
  @Test
  void shouldNotHaveWiderBandsThanSingleChecksOfHalfTheObjects() {
    int tests = PARAMETERS * 2 + 2 + 7 * 2 * 3;
    double share = CheckFamily.LEVEL / tests;
    int objects = ValidationCounts.STANDARD.objects();
    int groups = ValidationCounts.STANDARD.groups();
    UniformBand now = new UniformBand(objects);
    UniformBand before = new UniformBand(5_000);
    assertThat(now.countLimit(share) / Math.sqrt(objects))
        .isLessThan(before.countLimit() / Math.sqrt(5_000));
    assertThat(now.shareLimit(share) / Math.sqrt(objects))
        .isLessThan(before.shareLimit() / Math.sqrt(5_000));
    assertThat(Tarp.noise(objects, share)).isLessThan(Tarp.noise(5_000, 0.01));
    for (double expected : new double[] {0.68, 0.95}) {
      CheckLimits wide = BinomialBand.ofShare(expected, 200, 0.01);
      CheckLimits narrow = BinomialBand.ofShare(expected, groups, share);
      assertThat(narrow.lowest()).isGreaterThanOrEqualTo(wide.lowest());
      assertThat(narrow.highest()).isLessThanOrEqualTo(wide.highest());
    }
    assertThat(BinomialBand.ofRms(groups, share).highest())
        .isLessThan(BinomialBand.ofRms(200, 0.01).highest());
  }

  @Test
  void shouldGiveExactBandsOfShares() {
    // of 10 with a share of 0.5: at most 1 with 11/1024, at most 2 with 56/1024
    assertThat(BinomialBand.ofShare(0.5, 10, 0.05)).isEqualTo(new CheckLimits(0.2, 0.8));
    assertThat(BinomialBand.ofShare(0.5, 10, 0.02)).isEqualTo(new CheckLimits(0.1, 0.9));
  }

  /** Ranks of the first parameter are those of a posterior that maps scores as given. */
  private static CheckFamily report(
      UniformBand band,
      int objects,
      int groups,
      SplittableRandom random,
      DoubleUnaryOperator first) {
    CheckFamily family = new CheckFamily();
    for (int d = 0; d < PARAMETERS; d++) {
      double[] ranks = new double[objects];
      for (int i = 0; i < objects; i++) {
        double z = random.nextGaussian();
        ranks[i] = 0.5 * Erf.erfc(-(d == 0 ? first.applyAsDouble(z) : z) / Math.sqrt(2));
      }
      String subject = "parameter " + d;
      family.addNoisy(
          "ranks",
          subject,
          RankCalibration.of(ranks, band).deviation(),
          share -> CheckLimits.atMost(band.countLimit(share)),
          "");
      family.addNoisy(
          "coverage",
          subject,
          IntervalCalibration.of(ranks, band).coverageDeviation(),
          share -> CheckLimits.atMost(band.shareLimit(share)),
          "");
    }
    for (int g = 0; g < GROUP_SHARES; g++) {
      int inside = 0;
      for (int i = 0; i < groups; i++) {
        inside += random.nextDouble() < 0.68 ? 1 : 0;
      }
      family.addNoisy(
          "groups",
          "share " + g,
          inside / (double) groups,
          share -> BinomialBand.ofShare(0.68, groups, share),
          "");
    }
    return family;
  }
}
