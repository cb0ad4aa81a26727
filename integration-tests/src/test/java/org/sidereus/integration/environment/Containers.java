package org.sidereus.integration.environment;

import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The broker and the registry of the shipped compose file, in containers. */
public final class Containers implements TestEnvironment {
  private static final int REGISTRY_PORT = 8080;
  private static final String REGISTRY_PATH = "/apis/ccompat/v7";

  private final KafkaContainer kafka;
  private final GenericContainer<?> registry;

  private Containers(KafkaContainer kafka, GenericContainer<?> registry) {
    this.kafka = kafka;
    this.registry = registry;
  }

  /** Starts both and waits until they respond. */
  @SuppressWarnings("resource") // closed by close()
  public static Containers start() {
    ComposeFile compose = ComposeFile.ofCheckout();
    KafkaContainer kafka = new KafkaContainer(DockerImageName.parse(compose.image("kafka")));
    GenericContainer<?> registry =
        new GenericContainer<>(DockerImageName.parse(compose.image("registry")))
            .withExposedPorts(REGISTRY_PORT)
            .waitingFor(
                Wait.forHttp(REGISTRY_PATH + "/subjects")
                    .forPort(REGISTRY_PORT)
                    .withStartupTimeout(Duration.ofMinutes(2)));
    Containers containers = new Containers(kafka, registry);
    try {
      kafka.start();
      registry.start();
      return containers;
    } catch (RuntimeException e) {
      containers.close();
      throw e;
    }
  }

  @Override
  public String bootstrapServers() {
    return kafka.getBootstrapServers();
  }

  @Override
  public String registryUrl() {
    return "http://%s:%d%s"
        .formatted(registry.getHost(), registry.getMappedPort(REGISTRY_PORT), REGISTRY_PATH);
  }

  @Override
  public void close() {
    kafka.stop();
    registry.stop();
  }
}
