package org.sidereus.engine.polynomial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.kernel.TileGraph;

/** The kernel solves the regression as {@link GammaRegression} does. */
class KernelRegressionTest {
  /** Of values of the polynomial at the points that count; the noise of a fit is about 0.01. */
  private static final double ROUNDING = 1e-7;

  private final SplittableRandom random = new SplittableRandom(5);

  private record Points(double[][] coordinates, double[] estimates, double[] base, double[] near) {}

  @ParameterizedTest
  @CsvSource({"1,8,200", "2,8,762", "2,8,640", "2,4,61", "3,6,1000"})
  void shouldSolveAsTheRegressionInJavaDoes(int variables, int degree, int count) {
    assumeTrue(TileGraph.problem().isEmpty());
    PolynomialBasis basis = new PolynomialBasis(variables, degree);
    Points points = points(variables, count);
    Regression expected = GammaRegression.of(basis, count, 10, false);
    Regression found = GammaRegression.of(basis, count, 10, true);
    assertThat(expected).isInstanceOf(GammaRegression.class);
    assertThat(found).isInstanceOf(KernelRegression.class);
    for (boolean fromNear : new boolean[] {true, false}) {
      double[] wanted = solve(expected, points, fromNear);
      double[] solution = solve(found, points, fromNear);
      double[] differences = new double[count - 10];
      double[] counts = new double[count - 10];
      expected.residuals(10, differences, counts);
      double[] others = new double[count - 10];
      double[] otherCounts = new double[count - 10];
      found.residuals(10, others, otherCounts);
      for (int p = 0; p < counts.length; p++) {
        assertThat(otherCounts[p]).isCloseTo(counts[p], within(1e-7));
        if (counts[p] > 0) {
          assertThat(others[p]).isCloseTo(differences[p], within(ROUNDING));
        }
      }
      for (double[] point : new double[][] {new double[variables], corner(variables)}) {
        double value = basis.valueAt(wanted, point);
        assertThat(basis.valueAt(solution, point)).isCloseTo(value, within(ROUNDING));
      }
      double[][] noise = Objects.requireNonNull(expected.linearNoise());
      double[][] otherNoise = Objects.requireNonNull(found.linearNoise());
      for (int i = 0; i < variables; i++) {
        for (int j = 0; j < variables; j++) {
          assertThat(otherNoise[i][j]).isCloseTo(noise[i][j], within(1e-6 * noise[i][i]));
        }
      }
    }
  }

  @Test
  void shouldSayWhatPointsDoNotDetermine() {
    assumeTrue(TileGraph.problem().isEmpty());
    PolynomialBasis basis = new PolynomialBasis(2, 8);
    Points points = points(2, 300);
    double[] none = new double[300];
    for (boolean kernels : new boolean[] {false, true}) {
      Regression regression = GammaRegression.of(basis, 300, 10, kernels);
      regression.take(points.coordinates, points.estimates, none);
      assertThat(regression.near(points.near, 0, 0)).isNull();
      assertThat(regression.inTwoPasses(0)).isNull();
      assertThat(regression.linearNoise()).isNull();
    }
  }

  @Test
  void shouldSolveTheSameAfterAnotherRegression() {
    assumeTrue(TileGraph.problem().isEmpty());
    Points points = points(2, 500);
    Regression regression = GammaRegression.of(new PolynomialBasis(2, 8), 500, 10, true);
    double[] first = solve(regression, points, true);
    Regression larger = GammaRegression.of(new PolynomialBasis(3, 6), 900, 10, true);
    solve(larger, points(3, 900), true);
    assertThat(solve(regression, points, true)).isEqualTo(first);
  }

  @Test
  void shouldRefuseArraysThatAreTooSmall() {
    assumeTrue(TileGraph.problem().isEmpty());
    Points points = points(2, 100);
    Regression regression = GammaRegression.of(new PolynomialBasis(2, 4), 100, 10, true);
    regression.take(points.coordinates, points.estimates, new double[99]);
    assertThatThrownBy(() -> regression.inTwoPasses(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double[] solve(Regression regression, Points points, boolean fromNear) {
    regression.take(points.coordinates, points.estimates, points.base);
    double[] solution =
        fromNear ? regression.near(points.near, 1, 1.1) : regression.inTwoPasses(1.1);
    return Objects.requireNonNull(solution, "the points determine it");
  }

  private static double[] corner(int variables) {
    double[] point = new double[variables];
    Arrays.fill(point, 0.3);
    return point;
  }

  /** A density that is not Gaussian, with noise; some points do not count. */
  private Points points(int variables, int count) {
    double[][] coordinates = new double[variables][count];
    double[] estimates = new double[count];
    double[] base = new double[count];
    double[] near = new double[count];
    for (int p = 0; p < count; p++) {
      double square = 0;
      for (int v = 0; v < variables; v++) {
        coordinates[v][p] = (p % 3 == 0 ? 0.9 : 0.35) * random.nextGaussian();
        square += Math.pow(coordinates[v][p] - 0.1 * v, 2);
      }
      near[p] = -4 * square + Math.sin(2 * coordinates[0][p]);
      estimates[p] = near[p] + 0.2 * random.nextGaussian() - 0.1 * coordinates[0][p];
      base[p] = p % 17 == 0 ? 0 : 1;
      if (p % 17 == 0) {
        estimates[p] = -1e9;
        near[p] = -1e9;
      }
    }
    return new Points(coordinates, estimates, base, near);
  }
}
