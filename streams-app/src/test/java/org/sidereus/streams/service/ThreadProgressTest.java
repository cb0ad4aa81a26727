package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThreadProgressTest {
  private static final long START_NS = 1_000_000_000_000L;

  private final AtomicInteger looksAtAll = new AtomicInteger();
  private final AtomicReference<Double> sincePoll = new AtomicReference<>(0.0);
  private final AtomicReference<Double> commitTotal = new AtomicReference<>(0.0);
  private final Map<MetricName, Metric> metrics = new HashMap<>();
  private final AtomicLong clockNs = new AtomicLong();
  private final StoreOpenings openings = new StoreOpenings(clockNs::get);
  private final ThreadProgress progress =
      new ThreadProgress(
          () -> {
            looksAtAll.incrementAndGet();
            return metrics;
          },
          openings);

  @BeforeEach
  void addMetrics() {
    add("last-poll-seconds-ago", "client-id", "consumer", sincePoll);
    add("commit-total", "thread-id", "thread", commitTotal);
  }

  private void add(String name, String tag, String of, AtomicReference<Double> value) {
    KafkaMetric metric = metric(name, tag, of, value);
    metrics.put(metric.metricName(), metric);
  }

  private static KafkaMetric metric(
      String name, String tag, String of, AtomicReference<Double> value) {
    Gauge<Double> gauge = (config, nowMs) -> value.get();
    return new KafkaMetric(
        new Object(),
        new MetricName(name, "group", "", Map.of(tag, of)),
        gauge,
        new MetricConfig(),
        Time.SYSTEM);
  }

  /** Seconds after the start at which the thread has last made progress, looked at then. */
  private long look(long atS, double sincePollS, double commits) {
    sincePoll.set(sincePollS);
    commitTotal.set(commits);
    long nowNs = START_NS + TimeUnit.SECONDS.toNanos(atS);
    return TimeUnit.NANOSECONDS.toSeconds(progress.look("thread", "consumer", nowNs) - START_NS);
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

  @Test
  void shouldLookAtAllMetricsOnceForEachMetricOfAThread() {
    for (int second = 1; second <= 100; second++) {
      assertThat(look(second, 0, second)).isEqualTo(second);
    }
    assertThat(looksAtAll.get()).isEqualTo(2);
    progress.keepOnly(List.of());
    look(200, 0, 0);
    assertThat(looksAtAll.get()).as("after a thread of the same name was replaced").isEqualTo(4);
  }

  @Test
  void shouldFindAMetricThatComesLater() {
    metrics.clear();
    assertThat(look(10, 0, 5)).isEqualTo(10);
    addMetrics();
    assertThat(look(60, 50, 5)).isEqualTo(10);
    assertThat(look(70, 60, 6)).isEqualTo(70);
  }

  /** A thread opens all stores of new tasks before it asks for events. */
  @Test
  void shouldCountTheStoresThatAThreadOpens() throws InterruptedException {
    assertThat(look(10, 0, 5)).isEqualTo(10);
    Thread thread = new Thread(openings::open, "thread");
    clockNs.set(START_NS + TimeUnit.SECONDS.toNanos(150));
    thread.start();
    thread.join();
    assertThat(look(160, 150, 5)).isEqualTo(150);
    assertThat(look(300, 290, 5)).as("a store that does not open").isEqualTo(150);
  }
}
