package org.sidereus.streams.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sidereus.command.UserError;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.embedded.EmbeddedBroker;
import org.sidereus.streams.embedded.EmbeddedRegistry;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;

/** A new broker, a registry and a service in this process, with the service's defaults. */
final class BenchPlant implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(120);

  private final Path state;
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;
  private final ServiceConfig config;
  private final SidereusService service;

  private BenchPlant(
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
   * @param keys of the service's configuration
   * @param bundles opens the bundles that answer
   */
  static BenchPlant start(Map<String, String> keys, Function<ServiceConfig, OpenBundles> bundles)
      throws InterruptedException {
    try {
      Path state = Files.createTempDirectory("sidereus-bench-stream-");
      EmbeddedBroker broker = EmbeddedBroker.start();
      EmbeddedRegistry registry = EmbeddedRegistry.start(0);
      Map<String, String> all = new HashMap<>();
      all.put("application.id", "sidereus-bench");
      all.put("bootstrap.servers", broker.bootstrapServers());
      all.put("schema.registry.url", registry.url());
      all.put("topics.replication", "1");
      all.put("state.dir", state.toString());
      all.put("http.port", "0");
      all.putAll(keys);
      ServiceConfig config = ServiceConfig.of(all);
      SidereusService service = SidereusService.start(config, bundles.apply(config));
      BenchPlant plant = new BenchPlant(state, broker, registry, config, service);
      if (!service.awaitReady(READY_TIMEOUT)) {
        plant.close();
        throw new UserError("the service did not become ready; run the benchmark again");
      }
      return plant;
    } catch (IOException fault) {
      throw new UncheckedIOException("no temporary folder for the benchmark", fault);
    }
  }

  ServiceConfig config() {
    return config;
  }

  SidereusService service() {
    return service;
  }

  @Override
  public void close() {
    service.close();
    registry.close();
    broker.close();
    try (Stream<Path> paths = Files.walk(state)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException("cannot delete " + state, fault);
    }
  }
}
