package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTimeTest {
  @ParameterizedTest
  @CsvSource({"1000, 5000, 1000", "5000, 1000, 1000", "-7, 1000, 0", "1000, -7, 0"})
  void shouldBeTheEarlierClockAndNotNegative(long processingMs, long machineMs, long expectedMs) {
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
    context.setCurrentSystemTimeMs(processingMs);
    assertThat(LogTime.nowMs(context, () -> machineMs)).isEqualTo(expectedMs);
  }
}
