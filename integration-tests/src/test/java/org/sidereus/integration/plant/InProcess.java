package org.sidereus.integration.plant;

import java.util.concurrent.CompletableFuture;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;

/** The embedded broker and registry. A gate that tests can close is in front of the registry. */
public final class InProcess implements Surroundings {
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;
  private final Gate gate;

  private InProcess(EmbeddedBroker broker, EmbeddedRegistry registry, Gate gate) {
    this.broker = broker;
    this.registry = registry;
    this.gate = gate;
  }

  /** Starts both. */
  public static InProcess start() {
    CompletableFuture<EmbeddedBroker> broker = CompletableFuture.supplyAsync(EmbeddedBroker::start);
    EmbeddedRegistry registry = EmbeddedRegistry.start(0);
    return new InProcess(broker.join(), registry, Gate.before(registry.url()));
  }

  /** The broker, which can be stopped and started again. */
  public EmbeddedBroker broker() {
    return broker;
  }

  /** The only way to the registry. */
  public Gate registryGate() {
    return gate;
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public String registryUrl() {
    return gate.url();
  }

  @Override
  public void close() {
    gate.close();
    registry.close();
    broker.close();
  }
}
