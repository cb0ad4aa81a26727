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

  private static List<CheckOutcome> outcomes(ChainComparison... chains) {
    return ChainChecks.of(List.of(chains)).stream().map(Check::outcome).toList();
  }

  private static ChainComparison object(double mixing, double mean, double sd) {
    return new ChainComparison(
        0,
        60,
        4_000,
        mixing,
        List.of(
            new ChainComparison.ChainMarginal(
                "a",
                0,
                new ChainComparison.ChainMoments(0, 1),
                new ChainComparison.ChainMoments(mean, sd),
                new double[] {0, 1},
                new double[] {1},
                new double[] {1})));
  }
}
