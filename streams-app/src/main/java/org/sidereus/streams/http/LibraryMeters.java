package org.sidereus.streams.http;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Pattern;
import org.apache.kafka.streams.KafkaStreams;
import org.sidereus.streams.brokers.ClientCall;

/**
 * The metrics that libraries measure by themselves: Kafka Streams, its clients and its stores, and
 * the Java virtual machine. They are read when a page is written; between pages, a thread looks for
 * new ones.
 */
final class LibraryMeters implements AutoCloseable {
  /** After this time at most, the page has the metrics of new tasks and stores. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  /**
   * A look for new metrics may take one in so many parts of the time: it compares all metrics of
   * one name with each other, and there is one for each store of each partition.
   */
  private static final int TIME_PER_LOOK = 100;

  /** What Kafka measures for each pair of a client and a broker. */
  private static final Pattern OF_A_BROKER = Pattern.compile("kafka\\..*\\.node\\..*");

  /** What Kafka Streams has for each task and each store, whether it records it or not. */
  private static final Pattern OF_A_TASK =
      Pattern.compile("kafka\\.stream\\.(?:task|state|record\\.cache)\\..*");

  /** Of these, what it records at the level INFO: the rest is NaN or 0. */
  private static final Pattern RECORDED =
      Pattern.compile(
          "kafka\\.stream\\.(?:task\\.(?:dropped|restore)\\..*"
              + "|state\\.(?:block\\.cache\\.(?:capacity|usage|pinned\\.usage)|background\\.errors"
              + "|compaction\\.pending|mem\\.table\\.flush\\.pending|num\\.(?!open).*"
              + "|(?:cur\\.size|size|estimate|live|total)\\..*))");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ScheduledExecutorService refresher =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "metrics-of-kafka");
            thread.setDaemon(true);
            return thread;
          });
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final KafkaStreamsMetrics kafka;

  /**
   * The meters of a stream, which may not have started.
   *
   * @param detailed whether Kafka Streams records more than the level INFO
   */
  LibraryMeters(KafkaStreams streams, boolean detailed) {
    kafka = new KafkaStreamsMetrics(streams, List.of(), rarely(refresher), REFRESH);
    registry
        .config()
        .namingConvention(new MetricNames())
        .meterFilter(MeterFilter.deny(meter -> !isServed(meter.getName(), detailed)));
    for (MeterBinder binder :
        List.of(
            kafka,
            collections,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics())) {
      binder.bindTo(registry);
    }
  }

  /** The executor, whose repeated work pauses in proportion to the time that it takes. */
  private static ScheduledExecutorService rarely(ScheduledExecutorService executor) {
    return (ScheduledExecutorService)
        Proxy.newProxyInstance(
            LibraryMeters.class.getClassLoader(),
            new Class<?>[] {ScheduledExecutorService.class},
            (proxy, method, arguments) -> {
              if (arguments != null && method.getName().equals("scheduleAtFixedRate")) {
                arguments[0] = new Rarely((Runnable) arguments[0], TIME_PER_LOOK, System::nanoTime);
              }
              return ClientCall.of(executor, method, arguments);
            });
  }

  private static boolean isServed(String name, boolean detailed) {
    return !OF_A_BROKER.matcher(name).matches()
        && (detailed || !OF_A_TASK.matcher(name).matches() || RECORDED.matcher(name).matches());
  }

  /** The page. OpenMetrics ends with the line that ends a page. */
  String page(MetricsFormat format) {
    return registry.scrape(format.contentType());
  }

  @Override
  public void close() {
    kafka.close();
    refresher.shutdownNow();
    collections.close();
    registry.close();
  }
}
