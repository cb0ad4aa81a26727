package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;

class NormalSharesTest {

  @Test
  void shouldBeTheNormalDistributionFunction() {
    NormalShares normal = new NormalShares();
    for (double x = -9.5; x <= 9.5; x += 0.0037) {
      assertThat(normal.below(x)).isCloseTo(0.5 * Erf.erfc(-x / Math.sqrt(2)), within(1e-9));
    }
  }
}
