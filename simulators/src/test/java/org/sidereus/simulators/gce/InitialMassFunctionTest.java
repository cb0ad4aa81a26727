package org.sidereus.simulators.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InitialMassFunctionTest {
  private final MassGrid grid = new MassGrid();
  private final InitialMassFunction imf = new InitialMassFunction(grid);

  @Test
  void shouldHaveThePublishedShares() {
    imf.slope(-2.3);
    assertThat(imf.shareBelow(1)).isCloseTo(0.0167078323, within(1e-10));
    assertThat(share(1, 8)).isCloseTo(0.362852, within(1e-6));
    assertThat(share(8, 101)).isCloseTo(0.223831, within(1e-6));
  }

  @Property(tries = 200)
  void shouldEqualTheSumOverAllPoints(
      @ForAll @DoubleRange(min = -5, max = 0) double alpha,
      @ForAll @IntRange(max = MassGrid.SIZE) int point) {
    requireEqualToSum(alpha, point);
  }

  @Test
  void shouldEqualTheSumWhereTheAntiderivativeIsALogarithm() {
    for (double alpha : new double[] {-2, -2 + 1e-14, -2 - 1e-9, -1.95, -2.099999, -2.100001, -1}) {
      requireEqualToSum(alpha, 300);
      requireEqualToSum(alpha, 4000);
    }
  }

  private void requireEqualToSum(double alpha, int point) {
    imf.slope(alpha);
    double below = 0;
    double all = 0;
    for (int i = 0; i < MassGrid.SIZE; i++) {
      double m = grid.mass(i);
      double x = Math.log10(m / 0.079) / 0.69;
      double number = m < 1 ? 0.852464 / m * Math.exp(-x * x / 2) : 0.237912 * Math.pow(m, alpha);
      all += number * m;
      if (i < point) {
        below += number * m;
      }
    }
    assertThat(imf.shareBelow(point)).isCloseTo(below / all, within(1e-12));
  }

  private double share(double from, double to) {
    return imf.shareBelow(grid.firstAtOrAbove(to)) - imf.shareBelow(grid.firstAtOrAbove(from));
  }
}
