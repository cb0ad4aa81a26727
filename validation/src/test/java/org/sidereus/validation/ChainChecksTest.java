package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Objects with one parameter; the chain has the mean 0 and the standard deviation 1. */
class ChainChecksTest {
  private static final double AGREE = 1.002;
  private static final double DISAGREE = 1.02;

  @Test
  void shouldPassWhatIsNearTheChains() {
    assertThat(outcomes(object(AGREE, 0.1, 1.05), object(AGREE, -0.1, 0.95)))
        .containsExactly(CheckOutcome.PASSED, CheckOutcome.PASSED);
  }

  @Test
  void shouldNotPassBesideChainsThatDisagree() {
    List<Check> checks = ChainChecks.of(List.of(object(AGREE, 0.1, 1.05), object(DISAGREE, 9, 9)));
    assertThat(checks).extracting(Check::outcome).containsOnly(CheckOutcome.UNDECIDED);
    assertThat(checks).extracting(Check::passed).containsOnly(false);
    assertThat(checks.get(0).value()).as("of the object that is known").isEqualTo(0.1);
    assertThat(checks.get(0).meaning()).contains("the chains of 1 of 2 objects do not agree");
  }

  @Test
  void shouldFailWhatIsFarFromTheChainsThatAgree() {
    assertThat(outcomes(object(AGREE, 0.3, 1), object(DISAGREE, 0, 1)))
        .containsExactly(CheckOutcome.FAILED, CheckOutcome.UNDECIDED);
  }

  @Test
  void shouldDecideNothingWithoutChainsThatAgree() {
    assertThat(outcomes(object(DISAGREE, 0.3, 1))).containsOnly(CheckOutcome.UNDECIDED);
  }

  /** The flag says that a posterior is not corrected: it is told apart and not compared. */
  @Test
  void shouldTellFlaggedObjectsApart() {
    List<Check> checks =
        ChainChecks.of(List.of(object(AGREE, 0.1, 1.05), flagged(AGREE), object(AGREE, 0.1, 1)));
    assertThat(checks).extracting(Check::outcome).containsOnly(CheckOutcome.PASSED);
    assertThat(checks.get(0).value()).isEqualTo(0.1);
    assertThat(checks.get(0).meaning()).contains("1 of 3 objects are flagged", "differ by 0.500");
    assertThat(checks.get(1).meaning()).contains("differ by 0.693");
    assertThat(outcomes(flagged(AGREE))).containsOnly(CheckOutcome.UNDECIDED);
    assertThat(outcomes(object(AGREE, 0, 1), flagged(DISAGREE)))
        .as("what is not compared needs no chains that agree")
        .containsOnly(CheckOutcome.PASSED);
  }

  @Test
  void shouldSayWhatTheMonteCarloErrorsAloneGive() {
    Check widths = ChainChecks.of(List.of(object(AGREE, 0, 1))).get(1);
    assertThat(widths.meaning()).contains("Monte Carlo errors alone 0.050");
  }

  private static List<CheckOutcome> outcomes(ChainComparison... chains) {
    return ChainChecks.of(List.of(chains)).stream().map(Check::outcome).toList();
  }

  private static ChainComparison object(double mixing, double mean, double sd) {
    return comparison(mixing, false, mean, sd);
  }

  private static ChainComparison flagged(double mixing) {
    return comparison(mixing, true, 0.5, 2);
  }

  private static ChainComparison comparison(
      double mixing, boolean flagged, double mean, double sd) {
    return new ChainComparison(
        0,
        4_000,
        mixing,
        flagged,
        List.of(
            new ChainComparison.ChainMarginal(
                "a",
                0,
                new ChainComparison.ChainMoments(0, 1, 0.03),
                new ChainComparison.ChainMoments(mean, sd, 0.04),
                new double[] {0, 1},
                new double[] {1},
                new double[] {1})));
  }
}
