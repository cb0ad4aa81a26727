package org.sidereus.engine.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PanelTest {
  private static final Pattern LABEL = Pattern.compile(">(-?[0-9.e+-]+)</text>");

  @Test
  void shouldHaveTicksAtRoundNumbers() {
    assertThat(labels(-1.49, 0.247, 0, 2.44))
        .containsExactly("-1.0", "-0.5", "0.0", "0.0", "0.5", "1.0", "1.5", "2.0");
    assertThat(labels(0, 6, 0, 296))
        .containsExactly("0", "2", "4", "6", "0", "50", "100", "150", "200", "250");
  }

  @Test
  void shouldHaveTicksOnNarrowAxesOfLargeNumbers() {
    assertThat(labels(999_999.7, 1_000_000.3, 0.0001, 0.0009))
        .containsExactly(
            "999999.8", "1000000.0", "1000000.2", "0.0002", "0.0004", "0.0006", "0.0008");
  }

  private static List<String> labels(double xLow, double xHigh, double yLow, double yHigh) {
    Svg svg = new Svg(Panel.WIDTH, Panel.HEIGHT);
    new Panel(svg, 0, 0, xLow, xHigh, yLow, yHigh).axes("title", "abscissa", "ordinate");
    return LABEL.matcher(svg.image()).results().map(found -> found.group(1)).toList();
  }
}
