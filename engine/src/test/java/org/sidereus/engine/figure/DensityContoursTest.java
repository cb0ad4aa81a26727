package org.sidereus.engine.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class DensityContoursTest {
  private static final int SIDE = 17;
  private static final double REACH = 4;

  /** The logarithm of a density on the nodes, row by row. */
  private interface LogDensity {
    double at(double first, double second);
  }

  private static DensityContours contours(LogDensity logDensity) {
    double[] values = new double[SIDE * SIDE];
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        values[i * SIDE + j] =
            logDensity.at(REACH * (2.0 * i / (SIDE - 1) - 1), REACH * (2.0 * j / (SIDE - 1) - 1));
      }
    }
    return new DensityContours(values, REACH);
  }

  @Property(tries = 20)
  void shouldDrawTheEllipsesOfNormalDistributions(
      @ForAll @DoubleRange(min = 0.7, max = 1.1) double first,
      @ForAll @DoubleRange(min = 0.7, max = 1.1) double second) {
    DensityContours contours =
        contours((a, b) -> -0.5 * (a * a / (first * first) + b * b / (second * second)));
    for (double share : new double[] {DensityContours.SHARES[0], DensityContours.SHARES[1]}) {
      double radius = Math.sqrt(-2 * Math.log1p(-share));
      List<List<double[]>> lines = contours.lines(contours.level(share));
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0).get(0)).isEqualTo(lines.get(0).get(lines.get(0).size() - 1));
      for (double[] point : lines.get(0)) {
        assertThat(Math.hypot(point[0] / first, point[1] / second))
            .isCloseTo(radius, within(0.02 * radius));
      }
    }
  }

  @Test
  void shouldDrawTwoLinesAroundTwoHills() {
    DensityContours contours =
        contours(
            (a, b) ->
                Math.log(
                    Math.exp(-4 * ((a - 2) * (a - 2) + b * b))
                        + Math.exp(-4 * ((a + 2) * (a + 2) + b * b))));
    assertThat(contours.lines(contours.level(0.6827))).hasSize(2);
  }

  @Test
  void shouldEndALineAtTheBorderWhereTheDensityDoes() {
    DensityContours contours = contours((a, b) -> a - 0.5 * b * b);
    List<List<double[]>> lines = contours.lines(contours.level(0.6827));
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0).get(0)[0]).isCloseTo(REACH, within(1e-9));
  }
}
