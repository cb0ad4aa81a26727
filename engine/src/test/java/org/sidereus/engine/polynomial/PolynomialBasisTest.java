package org.sidereus.engine.polynomial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PolynomialBasisTest {

  @Test
  void shouldHoldTheMonomialsByAscendingDegree() {
    PolynomialBasis basis = new PolynomialBasis(2, 2);
    double[] values = new double[basis.size()];
    basis.evaluate(new double[] {3, 5}, values);
    assertThat(values).containsExactly(1, 3, 5, 9, 15, 25);
    assertThat(basis.indexOf()).isZero();
    assertThat(basis.indexOf(1, 0)).isEqualTo(4);
  }

  @Property(tries = 50)
  void shouldSubstituteAnAffineMap(
      @ForAll @IntRange(min = 1, max = 3) int k,
      @ForAll @IntRange(min = 1, max = 5) int degree,
      @ForAll long seed) {
    Random random = new Random(seed);
    PolynomialBasis basis = new PolynomialBasis(k, degree);
    double[] p = random.doubles(basis.size(), -1, 1).toArray();
    double[] b = random.doubles(k, -1, 1).toArray();
    double[] x = random.doubles(k, -1, 1).toArray();
    double[][] a = new double[k][];
    double[] y = b.clone();
    for (int i = 0; i < k; i++) {
      a[i] = random.doubles(k, -1, 1).toArray();
      for (int j = 0; j < k; j++) {
        y[i] += a[i][j] * x[j];
      }
    }
    assertThat(basis.valueAt(basis.substitute(p, a, b), x))
        .isCloseTo(basis.valueAt(p, y), within(1e-10));
  }
}
