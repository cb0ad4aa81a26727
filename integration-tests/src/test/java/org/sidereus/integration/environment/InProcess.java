package org.sidereus.integration.environment;

import java.util.concurrent.CompletableFuture;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;

/** The embedded broker and registry. A proxy that tests can shut is in front of the registry. */
public final class InProcess implements TestEnvironment {
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;
  private final NetworkProxy proxy;

  private InProcess(EmbeddedBroker broker, EmbeddedRegistry registry, NetworkProxy proxy) {
    this.broker = broker;
    this.registry = registry;
    this.proxy = proxy;
  }

  /** Starts both. */
  public static InProcess start() {
    CompletableFuture<EmbeddedBroker> broker = CompletableFuture.supplyAsync(EmbeddedBroker::start);
    EmbeddedRegistry registry = EmbeddedRegistry.start(0);
    return new InProcess(broker.join(), registry, NetworkProxy.before(registry.url()));
  }

  /** The broker, which can be stopped and started again. */
  public EmbeddedBroker broker() {
    return broker;
  }

  /** The only way to the registry. */
  public NetworkProxy registryProxy() {
    return proxy;
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public String registryUrl() {
    return proxy.url();
  }

  @Override
  public void close() {
    proxy.close();
    registry.close();
    broker.close();
  }
}
