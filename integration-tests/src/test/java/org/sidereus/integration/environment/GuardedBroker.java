package org.sidereus.integration.environment;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;

/**
 * A broker that asks for a login and has an authorizer, and a registry. The user {@code admin} may
 * do everything, others what they are given.
 */
public final class GuardedBroker implements TestEnvironment {
  private static final String ADMIN = "admin";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%1$s\""
          + " password=\"%1$s-password\"%2$s;";

  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;

  private GuardedBroker(EmbeddedBroker broker, EmbeddedRegistry registry) {
    this.broker = broker;
    this.registry = registry;
  }

  /**
   * Starts both.
   *
   * @param users besides {@code admin}
   */
  public static GuardedBroker start(String... users) {
    String known =
        Stream.concat(Stream.of(ADMIN), Arrays.stream(users))
            .map(" user_%1$s=\"%1$s-password\""::formatted)
            .collect(Collectors.joining());
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            "SASL_PLAINTEXT",
            Map.of(
                "sasl.enabled.mechanisms",
                "PLAIN",
                "plain.sasl.jaas.config",
                LOGIN.formatted(ADMIN, known)),
            Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:ANONYMOUS;User:" + ADMIN));
    return new GuardedBroker(broker, EmbeddedRegistry.start(0));
  }

  /** Stops the broker and starts it again, with its data. */
  public void restart() {
    broker.stop();
    broker.restart();
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public String registryUrl() {
    return registry.url();
  }

  /** Kafka's own settings by which a user logs in. */
  private static Map<String, String> login(String user) {
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        LOGIN.formatted(user, ""));
  }

  /** Keys of the service by which a user logs in. */
  public static Map<String, String> keys(String user) {
    return login(user).entrySet().stream()
        .collect(Collectors.toMap(one -> "kafka." + one.getKey(), Map.Entry::getValue));
  }

  /** Settings of a Kafka client of a user. */
  public Map<String, Object> client(String user) {
    Map<String, Object> settings = new HashMap<>(login(user));
    settings.put("bootstrap.servers", bootstrapServers());
    return settings;
  }

  /** A client that may do everything. */
  public Admin admin() {
    return Admin.create(client(ADMIN));
  }

  @Override
  public void close() {
    registry.close();
    broker.close();
  }
}
