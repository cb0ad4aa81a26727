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
  void shouldCloseALineAlongTheBorderWhereTheDensityEnds() {
    DensityContours contours = contours((a, b) -> a - 0.5 * b * b);
    double level = contours.level(0.6827);
    List<List<double[]>> lines = contours.lines(level);
    assertThat(lines).hasSize(1);
    List<double[]> line = lines.get(0);
    assertThat(line.get(0)).isEqualTo(line.get(line.size() - 1));
    assertThat(line.stream().mapToDouble(point -> point[0]).max()).hasValue(REACH);
    assertThat(contours.reachesBorder(level)).isTrue();
    // along the border as far as the density is above the level
    double widest = Math.sqrt(2 * (REACH - Math.log(level)));
    assertThat(
            line.stream().filter(point -> point[0] == REACH).mapToDouble(point -> point[1]).max())
        .hasValueCloseTo(widest, within(0.1));
  }

  @Test
  void shouldSayThatARegionEndsWithinTheGrid() {
    DensityContours contours = contours((a, b) -> -0.5 * (a * a + b * b));
    assertThat(contours.reachesBorder(contours.level(0.9973))).isFalse();
  }

  @Test
  void shouldCloseARegionThatCrossesTheWholeGrid() {
    DensityContours contours = contours((a, b) -> -0.5 * (a - 0.1) * (a - 0.1));
    List<List<double[]>> lines = contours.lines(contours.level(0.6827));
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0).stream().mapToDouble(point -> point[0]).max().orElseThrow())
        .isBetween(0.9, 1.3);
    assertThat(lines.get(0).stream().mapToDouble(point -> point[1]).min()).hasValue(-REACH);
  }
}
