package org.sidereus.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PriorTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  static Stream<Prior> priors() {
    return Stream.of(
        new Normal(-2.3, 0.3),
        new Uniform(2, 12.8),
        new LogUniform(0.1, 20),
        new TruncatedNormal(5, 2, 2, 12.8),
        new TruncatedNormal(0, 1, -INFINITY, INFINITY),
        new TruncatedNormal(0.5, 0.1, 0, INFINITY),
        new TruncatedNormal(0, 1, 4, 5),
        new TruncatedNormal(0, 1, -5, -4),
        new TruncatedNormal(1, 0.5, -INFINITY, 1));
  }

  @ParameterizedTest
  @MethodSource("priors")
  void shouldAgreeWithItsDensityIntegratedNumerically(Prior prior) {
    double sd = Math.sqrt(prior.variance());
    double from = Math.max(prior.lower(), prior.mean() - 12 * sd);
    double to = Math.min(prior.upper(), prior.mean() + 12 * sd);
    int steps = 200_000;
    double h = (to - from) / steps;
    double mass = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < steps; i++) {
      double x = from + (i + 0.5) * h;
      double p = Math.exp(prior.logDensity(x)) * h;
      mass += p;
      first += p * (x - prior.mean());
      second += p * (x - prior.mean()) * (x - prior.mean());
    }
    assertThat(mass).isCloseTo(1, within(1e-7));
    assertThat(first / sd).isCloseTo(0, within(1e-7));
    assertThat(second / prior.variance()).isCloseTo(1, within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("priors")
  void shouldDrawFromItself(Prior prior) {
    SplittableRandom random = new SplittableRandom(1);
    int n = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double x = prior.sample(random);
      assertThat(x).isBetween(prior.lower(), prior.upper());
      sum += x - prior.mean();
      squares += (x - prior.mean()) * (x - prior.mean());
    }
    assertThat(sum / n / Math.sqrt(prior.variance())).isCloseTo(0, within(0.015));
    assertThat(squares / n / prior.variance()).isCloseTo(1, within(0.03));
  }

  @Test
  void shouldHaveNoDensityOutsideItsBounds() {
    assertThat(new Uniform(0, 1).logDensity(1.01)).isEqualTo(-INFINITY);
    assertThat(new TruncatedNormal(0, 1, 0, 1).logDensity(-0.01)).isEqualTo(-INFINITY);
    assertThat(new Uniform(0, 1).logDensity(Double.NaN)).isEqualTo(-INFINITY);
  }

  @Test
  void shouldRefuseWhatIsNoDistribution() {
    assertThatThrownBy(() -> new Normal(0, 0)).hasMessageContaining("sd of a prior");
    assertThatThrownBy(() -> new Normal(Double.NaN, 1)).hasMessageContaining("mean of a prior");
    assertThatThrownBy(() -> new LogUniform(0, 1)).hasMessageContaining("0 < lower < upper");
    assertThatThrownBy(() -> new Uniform(1, 1)).hasMessageContaining("lower < upper");
    assertThatThrownBy(() -> new TruncatedNormal(0, 1, 2, 1)).hasMessageContaining("lower < upper");
    assertThatThrownBy(() -> new TruncatedNormal(0, 1, 20, 21))
        .hasMessageContaining("almost nothing");
  }
}
