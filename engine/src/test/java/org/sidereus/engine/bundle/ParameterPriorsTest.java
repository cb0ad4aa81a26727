package org.sidereus.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ParameterPriorsTest {
  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("a", "", Role.SHARED, new Normal(1, 2)),
          new Parameter("b", "", Role.LOCAL, new Uniform(0, 4)),
          new Parameter("c", "", Role.LOCAL, new Normal(-3, 0.5)),
          new Parameter("d", "", Role.LOCAL, new Normal(0, 1)));

  private static final ParameterPriors PRIORS =
      new ParameterPriors(
          PARAMETERS,
          List.of(
              new Correlation(List.of("c", "a"), -0.6), new Correlation(List.of("c", "d"), 0.5)));

  /** The determinant and the inverse of the 3 x 3 matrix of correlations, by hand. */
  @Test
  void shouldHaveTheDensityOfAMultivariateNormal() {
    double determinant = 1 - 0.36 - 0.25;
    double x = (2.5 - 1) / 2;
    double y = (-3.4 + 3) / 0.5;
    double z = 0.7;
    double square =
        ((1 - 0.25) * x * x
                + y * y
                + (1 - 0.36) * z * z
                + 2 * (0.6 * x * y - 0.5 * y * z + -0.6 * 0.5 * x * z))
            / determinant;
    double expected =
        -0.5 * square
            - 1.5 * Math.log(2 * Math.PI)
            - 0.5 * Math.log(determinant)
            - Math.log(2 * 0.5)
            - Math.log(4);
    assertThat(PRIORS.logDensity(new double[] {2.5, 1, -3.4, 0.7}))
        .isCloseTo(expected, within(1e-12));
    assertThat(PRIORS.logDensity(new double[] {2.5, 5, -3.4, 0.7}))
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void shouldDrawFromItself() {
    SplittableRandom random = new SplittableRandom(3);
    int n = 100_000;
    double[] products = new double[3];
    double[] squares = new double[4];
    for (int i = 0; i < n; i++) {
      double[] draw = PRIORS.sample(random);
      double[] z = {
        (draw[0] - 1) / 2, (draw[1] - 2) / (4 / Math.sqrt(12)), (draw[2] + 3) / 0.5, draw[3]
      };
      products[0] += z[0] * z[2] / n;
      products[1] += z[2] * z[3] / n;
      products[2] += z[0] * z[3] / n;
      for (int k = 0; k < 4; k++) {
        squares[k] += z[k] * z[k] / n;
      }
    }
    assertThat(products).containsExactly(new double[] {-0.6, 0.5, 0}, within(0.015));
    assertThat(squares).containsExactly(new double[] {1, 1, 1, 1}, within(0.03));
  }

  @Test
  void shouldWhiten() {
    double[][] whitening = PRIORS.whitening();
    double[][] correlations = {{1, 0, -0.6, 0}, {0, 1, 0, 0}, {-0.6, 0, 1, 0.5}, {0, 0, 0.5, 1}};
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
          for (int l = 0; l < 4; l++) {
            sum += whitening[i][k] * correlations[k][l] * whitening[j][l];
          }
        }
        assertThat(sum).isCloseTo(i == j ? 1 : 0, within(1e-12));
      }
    }
  }

  @Test
  void shouldRefuseWhatNoPriorIs() {
    assertRefused("b", "c", 0.5, "prior is not normal");
    assertRefused("a", "e", 0.5, "no parameter");
    assertThatThrownBy(
            () ->
                new ParameterPriors(
                    PARAMETERS,
                    List.of(
                        new Correlation(List.of("a", "c"), 0.9),
                        new Correlation(List.of("c", "d"), 0.9),
                        new Correlation(List.of("a", "d"), -0.9))))
        .hasMessageContaining("positive definite");
  }

  private static void assertRefused(String first, String second, double value, String message) {
    List<Correlation> correlations = List.of(new Correlation(List.of(first, second), value));
    assertThatThrownBy(() -> new ParameterPriors(PARAMETERS, correlations))
        .hasMessageContaining(message);
  }
}
