package org.sidereus.catalogs.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintedNumberTest {
  @ParameterizedTest
  @CsvSource({
    "-2.2600123, 0.011624, -2.260 \u00b1 0.012",
    "-2.26, 0.2033, -2.26 \u00b1 0.20",
    "1234.5, 37.2, 1235 \u00b1 37",
    "0, 0, 0.000 \u00b1 0.000",
    "2.5e16, 7e16, 2.500e+16 \u00b1 7.000e+16",
    "1, 1e-12, 1.000 \u00b1 1.000e-12"
  })
  void shouldHaveTheDigitsThatItsErrorLeaves(double mean, double sd, String wanted) {
    assertThat(PrintedNumber.plusMinus(mean, sd)).isEqualTo(wanted);
  }

  @Test
  void shouldTellNumbersFromTexts() {
    assertThat(PrintedNumber.isOne("-2.260 \u00b1 0.012")).isTrue();
    assertThat(PrintedNumber.isOne("0.098 (0.086 to 0.111)")).isTrue();
    assertThat(PrintedNumber.isOne("2.500e+16")).isTrue();
    assertThat(PrintedNumber.isOne("-")).isTrue();
    assertThat(PrintedNumber.isOne("2 (MODEL_MISFIT 1)")).isFalse();
    assertThat(PrintedNumber.isOne("alpha_IMF")).isFalse();
    assertThat(PrintedNumber.isOne("not determined")).isFalse();
  }
}
