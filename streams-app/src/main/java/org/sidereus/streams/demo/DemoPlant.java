package org.sidereus.streams.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.sidereus.command.UserError;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.embedded.EmbeddedBroker;
import org.sidereus.streams.embedded.EmbeddedRegistry;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;

/** Broker, registry and service in this process, and their data in a temporary folder. */
final class DemoPlant implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

  private final Path state;
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;
  private final ServiceConfig config;
  private final SidereusService service;
  private boolean closed;

  private DemoPlant(
      Path state,
      EmbeddedBroker broker,
      EmbeddedRegistry registry,
      ServiceConfig config,
      SidereusService service) {
    this.state = state;
    this.broker = broker;
    this.registry = registry;
    this.config = config;
    this.service = service;
  }

  /**
   * Starts everything and waits until the service is ready.
   *
   * @param bundle bundle that answers
   * @param httpPort port of the HTTP endpoints; 0: any free one
   */
  static DemoPlant start(String bundle, int httpPort) throws InterruptedException {
    // The broker takes longest; the engine warms up meanwhile.
    CompletableFuture<EmbeddedBroker> starting =
        CompletableFuture.supplyAsync(EmbeddedBroker::start);
    OpenBundles bundles = null;
    EmbeddedRegistry registry = null;
    Path state = null;
    try {
      bundles = OpenBundles.open(ServiceConfig.of(Map.of("bundles", bundle)));
      registry = EmbeddedRegistry.start(0);
      state = Files.createTempDirectory("sidereus-demo-");
      EmbeddedBroker broker = starting.join();
      ServiceConfig config = ServiceConfig.of(keys(bundle, httpPort, broker, registry, state));
      SidereusService service = SidereusService.start(config, bundles);
      DemoPlant plant = new DemoPlant(state, broker, registry, config, service);
      if (!service.awaitReady(READY_TIMEOUT)) {
        plant.close();
        throw new UserError("the service of the demo did not become ready; run it again");
      }
      return plant;
    } catch (IOException fault) {
      throw new UncheckedIOException("no temporary folder for the demo", fault);
    } catch (CompletionException fault) {
      throw fault.getCause() instanceof RuntimeException cause ? cause : fault;
    } catch (RuntimeException fault) {
      if (bundles != null) {
        bundles.close();
      }
      if (registry != null) {
        registry.close();
      }
      starting.thenAccept(EmbeddedBroker::close).join();
      if (state != null) {
        delete(state);
      }
      throw fault;
    }
  }

  private static Map<String, String> keys(
      String bundle, int httpPort, EmbeddedBroker broker, EmbeddedRegistry registry, Path state) {
    Map<String, String> keys = new HashMap<>();
    keys.put("application.id", "sidereus-demo");
    keys.put("bundles", bundle);
    keys.put("bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", registry.url());
    keys.put("topics.partitions", "2");
    keys.put("topics.replication", "1");
    keys.put("state.dir", state.toString());
    keys.put("state.store", "memory");
    keys.put("groups.interval", "200ms");
    keys.put("http.port", Integer.toString(httpPort));
    return keys;
  }

  ServiceConfig config() {
    return config;
  }

  SidereusService service() {
    return service;
  }

  /** Closes everything once; whoever calls it a second time waits until that is done. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    service.close();
    registry.close();
    broker.close();
    delete(state);
  }

  private static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException("cannot delete " + directory, fault);
    }
  }
}
