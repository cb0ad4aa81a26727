package org.sidereus.integration.environment;

/** A broker and a registry, to which services can be added. */
public interface TestEnvironment extends AutoCloseable {
  /** Addresses of the brokers. */
  String bootstrapServers();

  /** Address of the registry, for {@code schema.registry.url}. */
  String registryUrl();

  @Override
  void close();
}
