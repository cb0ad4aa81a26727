package org.sidereus.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The suffix of a counter is appended where the page is written. */
class MetricNamesTest {

  @ParameterizedTest
  @CsvSource({
    "kafka.consumer.io.wait.time.ns.total, COUNTER, , kafka_consumer_io_wait_time_nanos",
    "kafka.app.info.start.time.ms, GAUGE, , kafka_app_info_start_time_millis",
    "kafka.consumer.connection.count, GAUGE, , kafka_consumer_connections",
    "process.cpu.time, COUNTER, ns, process_cpu_time_nanos",
    "jvm.buffer.count, GAUGE, buffers, jvm_buffer_count_buffers",
    "kafka.stream.state.num.live.versions, GAUGE, , kafka_stream_state_num_live_versions",
    "jvm.gc.pause, TIMER, , jvm_gc_pause_seconds"
  })
  void shouldSpellUnitsOut(String name, Meter.Type type, String unit, String expected) {
    assertThat(new MetricNames().name(name, type, unit)).isEqualTo(expected);
  }
}
