package org.sidereus.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormulaParserTest {
  private final FormulaParser parser = new FormulaParser(List.of("log10_k", "b"));

  private double at(String formula) {
    return parser.parse(formula).at(new double[] {-1.5, 0.25});
  }

  @Test
  void shouldReadWhatIsWritten() {
    double k = -1.5;
    double b = 0.25;
    assertThat(at("2 * log10_k + 1 - b")).isCloseTo(2 * k + 1 - b, within(1e-12));
    assertThat(at("1 - b - 2 - b")).isCloseTo(-1 - 2 * b, within(1e-12));
    assertThat(at("-b + 3")).isCloseTo(3 - b, within(1e-12));
    assertThat(at("10^log10_k * 1e2 / (1 + b)"))
        .isCloseTo(Math.pow(10, k) * 100 / (1 + b), within(1e-12));
    assertThat(at("(1-b)^3 / b / 2")).isCloseTo(Math.pow(1 - b, 3) / b / 2, within(1e-12));
    assertThat(at("sqrt(b) + ln(b) * exp(log10_k)"))
        .isCloseTo(Math.sqrt(b) + Math.log(b) * Math.exp(k), within(1e-12));
    assertThat(at("log10(b) + 3 / b + sqrt(4) ^ -1"))
        .isCloseTo(Math.log10(b) + 3 / b + 0.5, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c + 1 | there is no input c; there are log10_k, b",
        "b + | it ends early",
        "(b | a ) is missing",
        "b b | 'b' is not expected here",
        "sin(b) | there is no function sin",
        "b ^ 0.5 | a power has a whole exponent",
        "2 ^ b | a power has a whole exponent",
        "1 + 1 | names no input",
        "b / 0 | no finite number",
        "1..2 + b | '1..2' is no number"
      })
  void shouldSayWhatIsWrongAndWhere(String formula, String what) {
    assertThatThrownBy(() -> parser.parse(formula))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what)
        .hasMessageContaining("at character");
  }

  @Test
  void shouldRefuseDeepNesting() {
    String deep = "(".repeat(100_000) + "b" + ")".repeat(100_000);
    assertThatThrownBy(() -> parser.parse(deep)).hasMessageContaining("nested too deep");
  }
}
