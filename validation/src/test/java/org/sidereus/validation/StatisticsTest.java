package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Noise;

class StatisticsTest {

  @Test
  void shouldLeaveTheBandInOneOfAHundredSamples() {
    int n = 300;
    UniformBand band = new UniformBand(n);
    SplittableRandom random = new SplittableRandom(5);
    int outsideCounts = 0;
    int outsideShares = 0;
    int repeats = 4_000;
    for (int r = 0; r < repeats; r++) {
      int[] counts = UniformBand.counts(random.doubles(n).toArray());
      outsideCounts += band.countDeviation(counts) > band.countLimit() ? 1 : 0;
      outsideShares += band.shareDeviation(counts) > band.shareLimit() ? 1 : 0;
    }
    assertThat(outsideCounts / (double) repeats).isBetween(0.003, 0.02);
    assertThat(outsideShares / (double) repeats).isBetween(0.003, 0.02);
  }

  @Test
  void shouldRankByWeight() {
    float[] theta = {1, 2, 3, 4};
    double[] equal = {0.25, 0.25, 0.25, 0.25};
    assertThat(new WeightedSamples(4, 1, theta, equal).rank(0, 2.5)).isCloseTo(0.5, within(1e-12));
    assertThat(new WeightedSamples(4, 1, theta, equal).rank(0, 0)).isCloseTo(0.1, within(1e-12));
    double[] weights = {0.7, 0.1, 0.1, 0.1};
    WeightedSamples weighted = new WeightedSamples(4, 1, theta, weights);
    assertThat(weighted.rank(0, 1.5)).isCloseTo((0.7 + 0.26) / 1.52, within(1e-12));
    assertThat(weighted.mean(0)).isCloseTo(1.6, within(1e-12));
    int[] drawn = weighted.draw(1_000, new SplittableRandom(1));
    assertThat(Arrays.stream(drawn).filter(s -> s == 0).count()).isBetween(699L, 701L);
  }

  @Test
  void shouldFindTheDistanceFromTheDiagonal() {
    int n = 1_000;
    double[] fractions = new double[n];
    for (int i = 0; i < n; i++) {
      fractions[i] = Math.pow((i + 0.5) / n, 2); // coverage sqrt(credibility)
    }
    Tarp tarp = Tarp.of(fractions, 1);
    assertThat(tarp.deviation()).isCloseTo(0.25, within(1e-3));
    assertThat(tarp.coverage()[25]).isCloseTo(Math.sqrt(0.5), within(2e-3));
    assertThat(tarp.lower()[25]).isLessThan(tarp.coverage()[25]);
    assertThat(tarp.upper()[25]).isGreaterThan(tarp.coverage()[25]);
  }

  @Test
  void shouldCountDegreesOfWhatWasMeasured() {
    Observed observed =
        new Observed(
            new double[] {1, 9},
            new double[] {0.5, 0},
            new boolean[] {true, false},
            new double[] {2, 0},
            new double[] {1, 0},
            new float[0],
            List.of(Noise.NORMAL, Noise.NORMAL));
    assertThat(observed.degrees()).isEqualTo(2);
    // (1 - 2)^2 / 0.25 + (2 - 5)^2, whatever the missing one is
    double chiSquare = observed.chiSquare(new float[] {2, -7}, 0, new float[] {5, 6}, 0);
    assertThat(chiSquare).isCloseTo(13, within(1e-9));
    assertThat(observed.tail(chiSquare)).isCloseTo(Math.exp(-6.5), within(1e-9));
  }
}
