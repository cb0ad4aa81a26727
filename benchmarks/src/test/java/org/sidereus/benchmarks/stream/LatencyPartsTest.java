package org.sidereus.benchmarks.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.sidereus.benchmarks.stream.LatencyParts.Part;

class LatencyPartsTest {
  private static final long MS = 1_000_000;

  @Test
  void shouldGiveMeansOfPartsThatAddUpToTheWhole() {
    LatencyParts parts = new LatencyParts();
    parts.add(0, MS, 3 * MS, 7 * MS, 8 * MS, 20 * MS);
    parts.add(0, MS, 5 * MS, 7 * MS, 10 * MS, 40 * MS);
    assertThat(parts.count()).isEqualTo(2);
    assertThat(parts.meanMs(Part.PUBLISHER)).isCloseTo(1, within(0.01));
    assertThat(parts.meanMs(Part.BROKER)).isCloseTo(3, within(0.01));
    assertThat(parts.meanMs(Part.BATCH)).isCloseTo(3, within(0.01));
    assertThat(parts.meanMs(Part.ENGINE)).isCloseTo(2, within(0.01));
    assertThat(parts.meanMs(Part.COMMIT)).isCloseTo(21, within(0.1));
    assertThat(parts.meanMs(Part.WHOLE)).isCloseTo(30, within(0.1));
  }

  @Test
  void shouldGiveTheLatencyThatAShareDoesNotExceed() {
    LatencyParts parts = new LatencyParts();
    for (long i = 1; i <= 2000; i++) {
      parts.add(0, 0, 0, 0, 0, i * MS);
    }
    assertThat(parts.quantileMs(Part.WHOLE, 0.5)).isCloseTo(1000, within(1.0));
    assertThat(parts.quantileMs(Part.WHOLE, 0.99)).isCloseTo(1980, within(2.0));
    assertThat(parts.table()).hasSize(1 + Part.values().length);
  }

  @Test
  void shouldTakeAClockErrorForNoTime() {
    LatencyParts parts = new LatencyParts();
    parts.add(5, 4, 6, 7, 8, 9);
    assertThat(parts.quantileMs(Part.PUBLISHER, 1)).isZero();
  }
}
