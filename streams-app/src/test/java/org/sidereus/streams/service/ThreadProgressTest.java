package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class ThreadProgressTest {
  private static final long START_NS = 1_000_000_000_000L;

  private final ThreadProgress progress = new ThreadProgress();

  private static KafkaMetric metric(String name, String tag, String of, double value) {
    Gauge<Double> gauge = (config, nowMs) -> value;
    return new KafkaMetric(
        new Object(),
        new MetricName(name, "group", "", Map.of(tag, of)),
        gauge,
        new MetricConfig(),
        Time.SYSTEM);
  }

  /** Seconds after the start at which the thread has last made progress, looked at then. */
  private long look(long atS, double sincePollS, double commits) {
    KafkaMetric poll = metric("last-poll-seconds-ago", "client-id", "consumer", sincePollS);
    KafkaMetric commit = metric("commit-total", "thread-id", "thread", commits);
    Map<MetricName, Metric> metrics = Map.of(poll.metricName(), poll, commit.metricName(), commit);
    long nowNs = START_NS + TimeUnit.SECONDS.toNanos(atS);
    return TimeUnit.NANOSECONDS.toSeconds(
        progress.look("thread", "consumer", metrics, nowNs) - START_NS);
  }

  @Test
  void shouldCountCommitsOfAThreadThatDoesNotAskForEvents() {
    assertThat(look(10, 0, 5)).isEqualTo(10);
    assertThat(look(100, 90, 6)).isEqualTo(100);
    assertThat(look(130, 120, 6)).isEqualTo(100);
  }

  @Test
  void shouldCountTheLastLookForEvents() {
    assertThat(look(10, 3, 5)).isEqualTo(7);
    assertThat(look(200, 193, 5)).isEqualTo(7);
    assertThat(look(201, 1, 5)).isEqualTo(200);
  }

  @Test
  void shouldCountAThreadThatNeverAskedFromTheFirstLook() {
    assertThat(look(10, -1, 0)).isEqualTo(10);
    assertThat(look(50, -1, 0)).isEqualTo(10);
  }

  @Test
  void shouldForgetThreadsThatAreGone() {
    assertThat(look(10, -1, 0)).isEqualTo(10);
    progress.keepOnly(List.of("another"));
    assertThat(look(50, -1, 0)).isEqualTo(50);
  }
}
