package org.sidereus.engine.polynomial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The likelihood of one object, convolved with a scatter. The prior is standard normal. */
final class ScatteredFitTest {
  private static final int DEGREE = 8;
  private static final double MEAN = 2;
  private static final double SD = 0.35;

  /** Of the likelihood alone. */
  private static final double VARIANCE = 1 / (1 / (SD * SD) - 1);

  private static final double CENTRE = MEAN + VARIANCE * MEAN;

  private final PolynomialBasis basis = new PolynomialBasis(1, DEGREE);
  private final ScatteredFit fit = new ScatteredFit(basis);

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 0.4, 0.8})
  void shouldConvolveAGaussian(double scatter) {
    assertThatItIsThatOfAGaussian(0, scatter, 1e-6);
  }

  /**
   * The polynomial rises beyond three standard deviations of the object, where nothing was fitted.
   * The convolution was thousands above the largest likelihood, and the group had no population.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 0.4, 0.8})
  void shouldNotFollowAPolynomialThatRisesFarFromTheObject(double scatter) {
    assertThatItIsThatOfAGaussian(3, scatter, 0.1);
  }

  private void assertThatItIsThatOfAGaussian(double rise, double scatter, double tolerance) {
    double[] coefficients = new double[1 + DEGREE];
    coefficients[1] = CENTRE / VARIANCE;
    coefficients[2] = -0.5 / VARIANCE;
    double[] power = risingFrom(MEAN, rise);
    Arrays.setAll(coefficients, i -> coefficients[i] + power[i]);
    double[][] fits =
        fit.fit(
            coefficients,
            new double[] {MEAN},
            new double[][] {{SD * SD}},
            new double[][] {{scatter}});
    assertThat(fits).isNotNull();
    double widened = VARIANCE + scatter * scatter;
    double top = 0.5 * CENTRE * CENTRE / VARIANCE - 0.5 * Math.log(widened / VARIANCE);
    for (double z : new double[] {MEAN - 2 * SD, MEAN, MEAN + 2 * SD}) {
      double apart = z - CENTRE;
      assertThat(at(fits[0], z)).isCloseTo(top - 0.5 * apart * apart / widened, within(tolerance));
    }
  }

  /** factor (z - place)^8 */
  private static double[] risingFrom(double place, double factor) {
    double[] power = new double[1 + DEGREE];
    power[0] = factor;
    for (int n = 0; n < DEGREE; n++) {
      for (int i = n + 1; i > 0; i--) {
        power[i] = power[i - 1] - place * power[i];
      }
      power[0] *= -place;
    }
    return power;
  }

  private static double at(double[] coefficients, double z) {
    double value = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      value = value * z + coefficients[i];
    }
    return value;
  }
}
