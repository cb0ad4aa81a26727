package org.sidereus.streams.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.Retention;
import org.sidereus.streams.config.ServiceConfig;

/**
 * What a topic of the contracts is meant to be. Topics are created so, and those that exist are
 * compared with it.
 *
 * @param name name of the topic
 * @param settings settings with which it is created; an existing topic should have the same values
 * @param atLeast settings whose values, whole numbers, should be at least so large
 */
record TopicIntent(String name, SortedMap<String, String> settings, Map<String, Long> atLeast) {
  /** Room for the largest posterior: identifiers, and a density of each parameter. */
  private static final long POSTERIOR_BYTES = 256 * 1024;

  /** What the clock of a producer may differ from that of a broker. */
  private static final long CLOCK_MS = 60_000;

  /** Bytes of a record beside key and value: its header and that of its batch. */
  private static final long RECORD_OVERHEAD_BYTES = 1024;

  /** The topics of the contracts: observations, posteriors of objects and groups, rejections. */
  static List<TopicIntent> of(ServiceConfig config) {
    // An event is as old as the observations may be, and its outcomes bear its timestamp.
    long oldestMs =
        config
            .topicCreation()
            .observationsRetention()
            .time()
            .map(time -> time.toMillis())
            .orElse(Long.MAX_VALUE);
    TopicIntent observations =
        kept(config.topics().observations(), config.topicCreation().observationsRetention())
            .with(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                config.intake().maxObservationBytes() + RECORD_OVERHEAD_BYTES)
            .with(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, CLOCK_MS);
    TopicIntent objects =
        kept(config.topics().objectPosteriors(), config.topicCreation().objectPosteriorsRetention())
            .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, POSTERIOR_BYTES)
            .with(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, oldestMs);
    TopicIntent groups =
        compacted(config.topics().groupPosteriors())
            .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, POSTERIOR_BYTES)
            .with(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, CLOCK_MS);
    int rejectionBytes = new KafkaSettings(config).maxMessageBytes();
    TopicIntent rejections =
        kept(config.topics().rejections(), config.topicCreation().rejectionsRetention())
            .set(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(rejectionBytes))
            .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, rejectionBytes)
            .with(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, oldestMs);
    List<TopicIntent> all = new ArrayList<>(List.of(observations, objects, groups, rejections));
    config
        .samplesTopic()
        .ifPresent(
            topic ->
                all.add(
                    kept(topic, config.topicCreation().objectPosteriorsRetention())
                        .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, POSTERIOR_BYTES)
                        .with(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, CLOCK_MS)));
    return List.copyOf(all);
  }

  private static TopicIntent kept(String name, Retention retention) {
    return begun(name, TopicConfig.CLEANUP_POLICY_DELETE)
        .set(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.ms()))
        .set(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
  }

  private static TopicIntent compacted(String name) {
    return begun(name, TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  private static TopicIntent begun(String name, String policy) {
    return new TopicIntent(name, new TreeMap<>(), Map.of())
        .set(TopicConfig.CLEANUP_POLICY_CONFIG, policy)
        .set(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime")
        .with(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, CLOCK_MS);
  }

  private TopicIntent set(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(settings);
    more.put(key, value);
    return new TopicIntent(name, more, atLeast);
  }

  private TopicIntent with(String key, long least) {
    Map<String, Long> more = new TreeMap<>(atLeast);
    more.put(key, least);
    return new TopicIntent(name, settings, more);
  }

  /**
   * A setting of an existing topic that differs.
   *
   * @param key name of the setting
   * @param actual its value
   * @param wanted the value that it should have, or the least
   */
  record Difference(String topic, String key, String actual, String wanted, boolean isLeast) {

    /** One sentence with the command that sets the value. */
    String sentence(String bootstrapServers, String commandConfig) {
      return "topic '%s' has %s=%s and should have %s%s%s: kafka-configs.sh --bootstrap-server %s%s --alter --entity-type topics --entity-name %s --add-config %s=%s"
          .formatted(
              topic,
              key,
              actual,
              isLeast ? "at least " : "",
              wanted,
              consequence(),
              bootstrapServers,
              commandConfig,
              topic,
              key,
              wanted.contains(",") ? "[" + wanted + "]" : wanted);
    }

    /** What follows from the difference, after a comma. */
    private String consequence() {
      boolean compacts = actual.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
      return switch (key) {
        case TopicConfig.CLEANUP_POLICY_CONFIG ->
            wanted.equals(TopicConfig.CLEANUP_POLICY_COMPACT)
                ? ", or the brokers delete the posteriors of groups that no longer change"
                : compacts
                    ? ", or the brokers keep only the last record of each key and refuse records"
                        + " without one"
                    : "";
        case TopicConfig.MAX_MESSAGE_BYTES_CONFIG -> ", or the brokers refuse larger records";
        case TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
            TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG ->
            ", or the brokers refuse records with timestamps beyond it";
        default -> "";
      };
    }
  }

  /**
   * Compares an existing topic.
   *
   * @param actual the value of a setting; null: the brokers have no such setting
   */
  List<Difference> differences(Function<String, @Nullable String> actual) {
    List<Difference> differences = new ArrayList<>();
    settings.forEach(
        (key, wanted) -> {
          String value = actual.apply(key);
          if (value != null && !atLeast.containsKey(key) && !value.equals(wanted)) {
            differences.add(new Difference(name, key, value, wanted, false));
          }
        });
    atLeast.forEach(
        (key, least) -> {
          String value = actual.apply(key);
          if (value != null && Long.parseLong(value) < least) {
            differences.add(new Difference(name, key, value, Long.toString(least), true));
          }
        });
    return differences;
  }
}
