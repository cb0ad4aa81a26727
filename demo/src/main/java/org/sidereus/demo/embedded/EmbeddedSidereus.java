package org.sidereus.demo.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;

/**
 * Broker, registry and service in this process, with all their data in one temporary folder. This
 * object closes all of them and deletes the folder, also if the start fails.
 */
public final class EmbeddedSidereus implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);

  /** Closes what is open, the last one first. */
  private final Deque<Runnable> open = new ArrayDeque<>();

  // start() returns only after open() has set them.
  @SuppressWarnings("NullAway.Init")
  private ServiceConfig config;

  @SuppressWarnings("NullAway.Init")
  private SidereusService service;

  private EmbeddedSidereus() {}

  /**
   * Starts everything and waits until the service is ready.
   *
   * @param name of the service and of the folder: {@code sidereus-name}
   * @param keys keys of the service's configuration, without addresses and folders of the data;
   *     they have precedence over those that this object sets
   * @param bundles opens the bundles that infer, while the broker starts; the configuration that it
   *     gets has no addresses of broker and registry
   * @throws SidereusException if something does not start, or is not ready after two minutes and
   *     after {@code startup.timeout}
   */
  public static EmbeddedSidereus start(
      String name, Map<String, String> keys, Function<ServiceConfig, OpenBundles> bundles)
      throws InterruptedException {
    EmbeddedSidereus sidereus = new EmbeddedSidereus();
    try {
      sidereus.open("sidereus-" + name, keys, bundles);
      return sidereus;
    } catch (RuntimeException | InterruptedException | Error e) {
      try {
        sidereus.close();
      } catch (RuntimeException inner) {
        e.addSuppressed(inner);
      }
      throw e;
    }
  }

  private void open(
      String name, Map<String, String> keys, Function<ServiceConfig, OpenBundles> bundles)
      throws InterruptedException {
    TemporaryFolder temporary = temporary(name);
    open.push(temporary::close);
    Path folder = temporary.path();
    // The broker takes the longest time; the engine warms up meanwhile.
    CompletableFuture<EmbeddedBroker> starting =
        CompletableFuture.supplyAsync(() -> EmbeddedBroker.start(folder.resolve("broker"), 0));
    open.push(() -> closeOnceStarted(starting));
    EmbeddedRegistry registry = EmbeddedRegistry.start(0);
    open.push(registry::close);
    OpenBundles opened = bundles.apply(ServiceConfig.of(keys));
    open.push(opened::close);
    EmbeddedBroker broker = started(starting);
    Map<String, String> all = new HashMap<>();
    all.put("application.id", name);
    all.put("bootstrap.servers", broker.bootstrapServers());
    all.put("schema.registry.url", registry.url());
    all.put("topics.replication", "1");
    all.put("state.dir", folder.resolve("state").toString());
    all.put("http.port", "0");
    all.putAll(keys);
    config = ServiceConfig.of(all);
    open.pop(); // the service closes the bundles, also if it does not start
    service = SidereusService.start(config, opened);
    open.push(service::close);
    Duration timeout =
        config.startupTimeout().compareTo(READY_TIMEOUT) > 0
            ? config.startupTimeout()
            : READY_TIMEOUT;
    if (!service.awaitReady(timeout)) {
      throw new SidereusException(
          "the service is not ready after %s s; the log above has the cause"
              .formatted(timeout.toSeconds()));
    }
  }

  private static EmbeddedBroker started(CompletableFuture<EmbeddedBroker> starting) {
    try {
      return starting.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static void closeOnceStarted(CompletableFuture<EmbeddedBroker> starting) {
    // The caller gets the reason from started().
    EmbeddedBroker broker = starting.exceptionally(e -> null).join();
    if (broker != null) {
      broker.close();
    }
  }

  /** The configuration of the service, with the addresses of broker and registry. */
  public ServiceConfig config() {
    return config;
  }

  public SidereusService service() {
    return service;
  }

  /** Closes everything once. A second caller waits until the first one is done. */
  @Override
  public synchronized void close() {
    RuntimeException first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static TemporaryFolder temporary(String name) {
    try {
      return TemporaryFolder.make(name);
    } catch (IOException e) {
      throw new SidereusException(
          "no folder can be made in %s: %s; choose another one by -Djava.io.tmpdir"
              .formatted(System.getProperty("java.io.tmpdir"), SidereusException.reason(e)),
          e);
    }
  }
}
