package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Four ensembles of eight walkers; the last one may be another distribution than the others. */
class SplitMixingTest {

  @Test
  void shouldAcceptEnsemblesOfOneDistribution() {
    assertThat(SplitMixing.of(ensembles(0, 1, 0), 0)).isLessThan(SplitMixing.ENOUGH);
  }

  @Test
  void shouldSeeAnEnsembleOfAnotherMean() {
    assertThat(SplitMixing.of(ensembles(0.5, 1, 0), 0)).isGreaterThan(SplitMixing.ENOUGH);
  }

  @Test
  void shouldSeeAnEnsembleOfAnotherWidth() {
    assertThat(SplitMixing.of(ensembles(0, 1.5, 0), 0)).isGreaterThan(SplitMixing.ENOUGH);
  }

  /** All ensembles drift together, so only their halves differ. */
  @Test
  void shouldSeeChainsThatStillMove() {
    assertThat(SplitMixing.of(ensembles(0, 1, 1), 0)).isGreaterThan(SplitMixing.ENOUGH);
  }

  @Test
  void shouldAcceptWalkersThatAllStandAtOnePoint() {
    assertThat(SplitMixing.of(ensembles(0, 0, 0, 0), 0)).isEqualTo(1);
  }

  private static List<List<double[][]>> ensembles(double shift, double width, double drift) {
    return ensembles(shift, width, drift, 1);
  }

  /**
   * Chains.
   *
   * @param shift of the last ensemble
   * @param width of the last ensemble
   * @param drift of all ensembles from the first step to the last
   * @param others width of the other ensembles
   */
  private static List<List<double[][]>> ensembles(
      double shift, double width, double drift, double others) {
    SplittableRandom random = new SplittableRandom(1);
    List<List<double[][]>> all = new ArrayList<>();
    int length = 500;
    for (int e = 0; e < 4; e++) {
      boolean last = e == 3;
      List<double[][]> steps = new ArrayList<>();
      for (int t = 0; t < length; t++) {
        double[][] walkers = new double[8][1];
        for (double[] walker : walkers) {
          walker[0] =
              (last ? shift : 0)
                  + drift * t / length
                  + (last ? width : others) * random.nextGaussian();
        }
        steps.add(walkers);
      }
      all.add(steps);
    }
    return all;
  }
}
