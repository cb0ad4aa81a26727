package org.sidereus.integration.environment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.TopicPreparation;

/**
 * The configuration of a service of the tests, on topics of its own.
 *
 * @param name prefix of its topics, and its application
 * @param values keys of the configuration
 */
public record ServiceKeys(String name, Map<String, String> values) {
  /** Default number of partitions of the topics. */
  public static final int PARTITIONS = 2;

  private static final String KAFKA_PREFIX = "kafka.";

  /**
   * The keys of a service with the bundle {@code gce-tng}.
   *
   * @param name of its own in this environment
   * @param state folder for its state
   * @param overrides keys that differ from those of the tests
   */
  public static ServiceKeys of(
      TestEnvironment environment, String name, Path state, Map<String, String> overrides) {
    Topics topics = Topics.withPrefix(name);
    Map<String, String> keys = new TreeMap<>();
    keys.put("application.id", name);
    keys.put("bundles", "gce-tng");
    keys.put("bootstrap.servers", environment.bootstrapServers());
    keys.put("schema.registry.url", environment.registryUrl());
    keys.put("topic.observations", topics.observations());
    keys.put("topic.object-posteriors", topics.objectPosteriors());
    keys.put("topic.group-posteriors", topics.groupPosteriors());
    keys.put("topic.rejections", topics.rejections());
    keys.put("topics.partitions", Integer.toString(PARTITIONS));
    keys.put("topics.replication", "1");
    keys.put("state.dir", state.toString());
    keys.put("state.store", "memory");
    keys.put("groups.interval", "100ms");
    keys.put("http.port", "0");
    keys.put("schema.unknown.wait", "1s");
    keys.putAll(overrides);
    return new ServiceKeys(name, keys);
  }

  /** The same with one key changed. */
  public ServiceKeys with(String key, String value) {
    Map<String, String> changed = new TreeMap<>(values);
    changed.put(key, value);
    return new ServiceKeys(name, changed);
  }

  /** Creates the topics before the service starts, so that clients find them. */
  public ServiceKeys createTopics() {
    new TopicPreparation(ServiceConfig.of(values)).prepare();
    return this;
  }

  public Topics topics() {
    return Topics.withPrefix(name);
  }

  public int partitions() {
    return Integer.parseInt(values.get("topics.partitions"));
  }

  /** The options by which a command of the command line finds this service. */
  public List<String> options() {
    List<String> options = new ArrayList<>();
    values.forEach((key, value) -> options.addAll(List.of("--set", key + "=" + value)));
    return options;
  }

  /** Settings of a plain Kafka client of the same brokers. */
  Map<String, Object> ofClients() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, values.get("bootstrap.servers"));
    values.forEach(
        (key, value) -> {
          if (key.startsWith(KAFKA_PREFIX + "ssl.")
              || key.startsWith(KAFKA_PREFIX + "sasl.")
              || key.startsWith(KAFKA_PREFIX + "security.")) {
            settings.put(key.substring(KAFKA_PREFIX.length()), value);
          }
        });
    return settings;
  }

  /** Settings of a client of the same registry. */
  Map<String, String> ofRegistry() {
    Map<String, String> settings = new HashMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith("schema.registry.") || key.startsWith("basic.auth.")) {
            settings.put(key, value);
          }
        });
    return settings;
  }
}
