package org.sidereus.streams.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.sidereus.engine.Nearest;

/**
 * What Kafka's clients know of the settings that the configuration passes on to them: their names
 * and which of them are secrets.
 */
final class KafkaKeys {
  /** What may stand before a name, the longer ones first. */
  private static final List<String> PREFIXES =
      List.of(
          "streams.main.consumer.",
          "streams.restore.consumer.",
          "streams.global.consumer.",
          "streams.producer.",
          "streams.consumer.",
          "streams.admin.",
          "streams.topic.",
          "streams.",
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "topic.",
          "producer.",
          "consumer.",
          "admin.");

  /** A prefix of Kafka Streams for the settings of the internal topics ends with this. */
  private static final String TOPIC = "topic.";

  private final SortedMap<String, ConfigDef.Type> producer = types(ProducerConfig.configDef());
  private final SortedMap<String, ConfigDef.Type> consumer = types(ConsumerConfig.configDef());
  private final SortedMap<String, ConfigDef.Type> admin = types(AdminClientConfig.configDef());
  private final SortedMap<String, ConfigDef.Type> all = new TreeMap<>();

  KafkaKeys() {
    all.putAll(types(StreamsConfig.configDef()));
    List.of(admin, consumer, producer).forEach(all::putAll);
  }

  /** One sentence for each key that no client knows. */
  List<String> warnings(Map<String, String> keys) {
    List<String> warnings = new ArrayList<>();
    for (String key : new TreeSet<>(keys.keySet())) {
      String prefix = prefix(key);
      String name = key.substring(prefix.length());
      SortedMap<String, ConfigDef.Type> known = known(prefix);
      if (!known.containsKey(name)) {
        warnings.add(
            "the key '%1$s%2$s' is unknown to Kafka and has no effect, unless a class that you named reads it; did you mean '%1$s%3$s%4$s'?"
                .formatted(
                    ConfigBinder.KAFKA_PREFIX, key, prefix, Nearest.of(name, known.keySet())));
      }
    }
    return warnings;
  }

  /** Whether Kafka says that the value of a key is a secret; empty: Kafka does not know the key. */
  Optional<Boolean> isSecret(String key) {
    String prefix = prefix(key);
    ConfigDef.Type type = known(prefix).get(key.substring(prefix.length()));
    return type == null ? Optional.empty() : Optional.of(type == ConfigDef.Type.PASSWORD);
  }

  private static String prefix(String key) {
    return PREFIXES.stream().filter(key::startsWith).findFirst().orElse("");
  }

  private SortedMap<String, ConfigDef.Type> known(String prefix) {
    if (prefix.endsWith(TOPIC)) {
      return topic();
    }
    if (prefix.endsWith("producer.")) {
      return producer;
    }
    if (prefix.endsWith("consumer.")) {
      return consumer;
    }
    if (prefix.endsWith("admin.")) {
      return admin;
    }
    return all; // Kafka Streams passes on what it does not know itself
  }

  private static SortedMap<String, ConfigDef.Type> types(ConfigDef definition) {
    SortedMap<String, ConfigDef.Type> types = new TreeMap<>();
    definition.configKeys().forEach((name, key) -> types.put(name, key.type));
    return types;
  }

  /** The settings of topics, which have no definition among the clients. */
  private static SortedMap<String, ConfigDef.Type> topic() {
    SortedMap<String, ConfigDef.Type> types = new TreeMap<>();
    for (var field : TopicConfig.class.getFields()) {
      if (field.getName().endsWith("_CONFIG")) {
        try {
          types.put(String.valueOf(field.get(null)), ConfigDef.Type.STRING);
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("no access to " + field, e);
        }
      }
    }
    return types;
  }
}
