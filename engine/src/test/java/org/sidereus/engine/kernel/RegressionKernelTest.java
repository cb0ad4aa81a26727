package org.sidereus.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RegressionKernelTest {
  private static final int POINTS = 211;
  private static final int DEGREE = 4;
  private static final int MONOMIALS = 15;
  private static final double[] RULES = {1e-9, 10, 400, 1, 9, 5e-3, 0.3, 8, 6};

  /** Processors with AVX2 alone take other vectors. */
  @Test
  void shouldSolveTheSameWithVectorsOfBothLengths() {
    assumeTrue(TileLibrary.problem().isEmpty() && TileLibrary.lanes() == 16);
    for (boolean fromNear : new boolean[] {true, false}) {
      RegressionKernel.Solution narrow = solution(8, fromNear);
      RegressionKernel.Solution wide = solution(16, fromNear);
      assertThat(wide.coefficients()).doesNotContain(Double.NaN);
      assertThat(Arrays.stream(wide.coefficients()).map(Math::abs).sum()).isGreaterThan(1);
      assertThat(wide.coefficients()).containsExactly(narrow.coefficients(), within(1e-8));
      assertThat(wide.fitted()).containsExactly(narrow.fitted(), within(1e-9));
      assertThat(wide.weights()).containsExactly(narrow.weights(), within(1e-9));
      assertThat(wide.noise()).containsExactly(narrow.noise(), within(1e-9));
    }
  }

  private static RegressionKernel.Solution solution(int lanes, boolean fromNear) {
    SplittableRandom random = new SplittableRandom(9);
    double[][] coordinates = new double[2][POINTS];
    double[] estimates = new double[POINTS];
    double[] base = new double[POINTS];
    double[] near = new double[POINTS];
    for (int p = 0; p < POINTS; p++) {
      double x = 0.5 * random.nextGaussian();
      double y = 0.5 * random.nextGaussian();
      coordinates[0][p] = x;
      coordinates[1][p] = y;
      near[p] = -3 * x * x - 2 * y * y + Math.cos(x + y);
      estimates[p] = near[p] + 0.2 * random.nextGaussian();
      base[p] = p % 13 == 0 ? 0 : 1;
    }
    RegressionKernel kernel = RegressionKernel.find(lanes, RULES);
    assertThat(kernel).isNotNull();
    RegressionKernel.Solution solution =
        new RegressionKernel.Solution(
            new double[MONOMIALS], new double[4], new double[POINTS], new double[POINTS]);
    boolean solved =
        kernel.solve(
            DEGREE,
            new RegressionKernel.Points(coordinates, estimates, base),
            new RegressionKernel.Start(fromNear ? near : null, 1, 1.1),
            solution);
    assertThat(solved).isTrue();
    return solution;
  }
}
