package org.sidereus.demo.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;

/**
 * Broker, registry and service in this process, and all their data in one temporary folder. What
 * has been opened is closed, and the folder deleted, also if the start fails.
 */
public final class EmbeddedPlant implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(120);

  /** What is open, the last one first. */
  private final Deque<Runnable> open = new ArrayDeque<>();

  private ServiceConfig config;
  private SidereusService service;

  private EmbeddedPlant() {}

  /**
   * Starts everything and waits until the service is ready.
   *
   * @param name of the service and of the folder: {@code sidereus-name}
   * @param keys of the service's configuration, without the addresses and folders of the plant;
   *     they go before what the plant sets
   * @param bundles opens the bundles that answer, while the broker starts; what it gets does not
   *     know broker and registry
   * @throws SidereusException if something does not start, or is not ready after two minutes
   */
  public static EmbeddedPlant start(
      String name, Map<String, String> keys, Function<ServiceConfig, OpenBundles> bundles)
      throws InterruptedException {
    EmbeddedPlant plant = new EmbeddedPlant();
    try {
      plant.open("sidereus-" + name, keys, bundles);
      return plant;
    } catch (RuntimeException | InterruptedException | Error e) {
      try {
        plant.close();
      } catch (RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private void open(
      String name, Map<String, String> keys, Function<ServiceConfig, OpenBundles> bundles)
      throws InterruptedException {
    Path folder = temporary(name);
    open.push(() -> delete(folder));
    // The broker takes longest; the engine warms up meanwhile.
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
    if (!service.awaitReady(READY_TIMEOUT)) {
      throw new SidereusException(
          "the service has not become ready within %s s; the lines of the log above say why"
              .formatted(READY_TIMEOUT.toSeconds()));
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
    // Who asked for it knows why it did not start.
    EmbeddedBroker broker = starting.exceptionally(fault -> null).join();
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

  /** Closes everything once; whoever calls it a second time waits until that is done. */
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

  private static Path temporary(String name) {
    try {
      return Files.createTempDirectory(name + "-");
    } catch (IOException e) {
      throw new SidereusException(
          "no folder can be made in %s: %s; choose another one by -Djava.io.tmpdir"
              .formatted(System.getProperty("java.io.tmpdir"), SidereusException.reason(e)),
          e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
