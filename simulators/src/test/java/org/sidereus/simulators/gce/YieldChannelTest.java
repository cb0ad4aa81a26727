package org.sidereus.simulators.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class YieldChannelTest {
  private final MassGrid grid = new MassGrid();

  @Test
  void shouldWeightTablesInTheLogarithmOfMetallicity() {
    YieldChannel channel = channel(0.001, 0.01);
    assertThat(channel.at(Math.sqrt(0.001 * 0.01)).upperWeight()).isCloseTo(0.5, within(1e-12));
    assertThat(channel.at(0.001).upperWeight()).isZero();
    assertThat(channel.at(0.01).lower().metallicity()).isEqualTo(0.01);
    assertThat(channel.at(0.05)).isEqualTo(channel.at(0.01));
    assertThat(channel.at(0)).isEqualTo(channel.at(0.001));
    assertThat(channel.at(-1e-9)).isEqualTo(channel.at(0.001));
  }

  @Test
  void shouldExtrapolateBelowTheStandInForNoMetals() {
    YieldChannel channel = channel(0, 0.001);
    assertThat(channel.at(1e-11).upperWeight()).isCloseTo(-1.0 / 7, within(1e-12));
    assertThat(channel.at(0).upperWeight()).isZero();
  }

  @Test
  void shouldServeStarsWithTheNearestModel() {
    YieldTable table = table(0.02, new double[] {5, 13, 20, 120});
    assertThat(table.size()).isEqualTo(2);
    assertThat(table.edge(0)).isEqualTo(100);
    assertThat(table.edge(1)).isEqualTo(16.5);
    assertThat(table.edge(2)).isEqualTo(8);
    InitialMassFunction imf = new InitialMassFunction(grid);
    imf.slope(-2.3);
    double[] target = new double[Element.COUNT];
    int from = grid.firstAtOrAbove(15);
    int middle = grid.firstAtOrAbove(16.5);
    int to = grid.firstAtOrAbove(18);
    table.addNetYields(imf, from, to, 2, target, 0);
    double expected =
        2 * 13 * (imf.shareBelow(middle) - imf.shareBelow(from))
            + 2 * 20 * (imf.shareBelow(to) - imf.shareBelow(middle));
    assertThat(target[0]).isCloseTo(expected, within(1e-14));
  }

  @Test
  void shouldRefuseDisorder() {
    assertThatIllegalArgumentException().isThrownBy(() -> channel(0.01, 0.001));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table(0.02, new double[] {20, 13}))
        .withMessageContaining("increase");
    assertThatIllegalArgumentException().isThrownBy(() -> table(0.02, new double[] {120}));
  }

  private YieldChannel channel(double... metallicities) {
    return new YieldChannel(
        List.of(
            table(metallicities[0], new double[] {13}),
            table(metallicities[1], new double[] {13})));
  }

  /** A table in which each star returns its own mass as hydrogen. */
  private YieldTable table(double metallicity, double[] masses) {
    double[][] net = new double[masses.length][Element.COUNT];
    for (int j = 0; j < masses.length; j++) {
      net[j][0] = masses[j];
    }
    return new YieldTable(grid, metallicity, 8, 100, masses, net, new double[masses.length]);
  }
}
