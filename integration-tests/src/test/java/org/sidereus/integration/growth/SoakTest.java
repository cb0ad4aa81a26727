package org.sidereus.integration.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.Metrics;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;

/**
 * The service at full rate for long: heap, resident memory, file handles and latency stay where
 * they are. {@code -Dsoak.minutes=30} for half an hour; the default is two minutes, which shows
 * only that it does not run away.
 */
@Tag("slow")
class SoakTest {
  private static final double MINUTES = Double.parseDouble(System.getProperty("soak.minutes", "2"));
  private static final int SAMPLES = 60;
  private static final int AHEAD = 600;
  private static final int OBJECTS = 20_000;

  @TempDir private Path folder;
  private final TestLog log = new TestLog("soak");

  /** What was seen at one time. */
  private record Sample(
      double liveHeap, double resident, double files, double latency, double inferred) {}

  @Test
  @Timeout(value = 24, unit = TimeUnit.HOURS)
  void shouldStayAsItIs() throws Exception {
    try (InProcess environment = InProcess.start()) {
      Map<String, String> overrides =
          Map.of("state.store", "rocksdb", "engine.samples", "64", "report.interval", "10s");
      ServiceKeys keys =
          ServiceKeys.of(environment, "soak", folder.resolve("state"), overrides).createTopics();
      AtomicBoolean over = new AtomicBoolean();
      AtomicLong sent = new AtomicLong();
      AtomicLong inferred = new AtomicLong();
      try (SurveyClients clients = new SurveyClients(keys);
          ServiceProcess service =
              ServiceProcess.start(keys, folder, "-Xmx512m").awaitReady(Duration.ofMinutes(2))) {
        CompletableFuture<Void> publishing =
            CompletableFuture.runAsync(() -> publish(clients, over, sent, inferred));
        List<Sample> samples = observe(service, inferred);
        over.set(true);
        publishing.join();
        List<Sample> settled = samples.subList(samples.size() / 3, samples.size());
        log.note(
            "%.1f minutes, %d observations inferred, %.0f per second",
            MINUTES, inferred.get(), inferred.get() / (60 * MINUTES));
        assertFlat("heap after a collection, MB", settled, one -> 1e-6 * one.liveHeap(), 1.25, 32);
        assertFlat("resident memory, MB", settled, one -> 1e-6 * one.resident(), 1.15, 64);
        assertFlat("open files", settled, Sample::files, 1.1, 20);
        assertFlat("mean latency, ms", settled, one -> 1e3 * one.latency(), 1.5, 100);
        assertThat(service.http().metrics().total("sidereus_unaccounted_requests")).isZero();
        assertThat(service.log()).doesNotContain("NOT balanced", "restarts a stream thread");
      }
    }
  }

  /** Publishes as fast as the service infers: a fixed number is always pending. */
  private void publish(
      SurveyClients clients, AtomicBoolean over, AtomicLong sent, AtomicLong inferred) {
    List<DemoSurvey.Row> rows = DemoSurvey.first(3_000).rows();
    while (!over.get()) {
      if (sent.get() - inferred.get() < AHEAD) {
        int i = (int) (sent.getAndIncrement() % OBJECTS);
        DemoSurvey.Row row = rows.get(i % rows.size());
        // Objects are repeated, as a survey visits them.
        clients.send(row.as(row.object() + "-" + i / rows.size(), row.group()).observation());
      } else {
        pause(5);
      }
    }
    clients.flush();
  }

  private List<Sample> observe(ServiceProcess service, AtomicLong inferred) {
    List<Sample> samples = new ArrayList<>();
    double lastSum = 0;
    double lastCount = 0;
    long startNs = System.nanoTime();
    double spacingS = 60 * MINUTES / SAMPLES;
    double nextS = spacingS;
    while (samples.size() < SAMPLES) {
      pause(100);
      Metrics metrics = service.http().metrics();
      inferred.set(metrics.total("sidereus_posteriors_total"));
      if (1e-9 * (System.nanoTime() - startNs) < nextS) {
        continue;
      }
      nextS += spacingS;
      double sum = metrics.totals().get("sidereus_latency_seconds_sum");
      double count = metrics.totals().get("sidereus_latency_seconds_count");
      samples.add(
          new Sample(
              metrics.total("jvm_heap_live_bytes"),
              metrics.total("process_resident_memory_bytes"),
              metrics.total("process_open_fds"),
              (sum - lastSum) / Math.max(1, count - lastCount),
              inferred.get()));
      lastSum = sum;
      lastCount = count;
      if (samples.size() % 10 == 0) {
        Sample one = samples.get(samples.size() - 1);
        log.note(
            "%.0f inferred; heap after a collection %.0f MB, resident %.0f MB, %.0f files, latency"
                + " %.0f ms",
            one.inferred(),
            1e-6 * one.liveHeap(),
            1e-6 * one.resident(),
            one.files(),
            1e3 * one.latency());
      }
    }
    return samples;
  }

  /** The second half is not above the first by more than a factor and an offset. */
  private void assertFlat(
      String what,
      List<Sample> samples,
      ToDoubleFunction<Sample> value,
      double factor,
      double more) {
    int half = samples.size() / 2;
    double first = mean(samples.subList(0, half), value);
    double second = mean(samples.subList(half, samples.size()), value);
    log.note("%s: %.1f, then %.1f", what, first, second);
    assertThat(second).as(what).isLessThan(factor * first + more);
  }

  private static double mean(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).average().orElseThrow();
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
