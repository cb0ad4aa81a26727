package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.streams.config.ServiceConfig;

class TopicIntentTest {
  private static final ServiceConfig CONFIG =
      ServiceConfig.of(Map.of("topic.observations.retention", "30d"));

  private static TopicIntent intent(String topic) {
    return TopicIntent.of(CONFIG).stream()
        .filter(one -> one.name().equals("sidereus." + topic))
        .findFirst()
        .orElseThrow();
  }

  /** What Kafka has where nothing is said. */
  private static Map<String, String> defaultsOfKafka() {
    Map<String, String> settings = new HashMap<>();
    settings.put("cleanup.policy", "delete");
    settings.put("retention.ms", "604800000");
    settings.put("retention.bytes", "-1");
    settings.put("max.message.bytes", "1048588");
    settings.put("message.timestamp.type", "CreateTime");
    settings.put("message.timestamp.before.max.ms", "9223372036854775807");
    settings.put("message.timestamp.after.max.ms", "3600000");
    return settings;
  }

  @Test
  void shouldNotDifferFromWhatItCreates() {
    for (TopicIntent intent : TopicIntent.of(CONFIG)) {
      Map<String, String> actual = defaultsOfKafka();
      actual.put("max.message.bytes", "2000000");
      actual.putAll(intent.settings());
      assertThat(intent.differences(actual::get)).as(intent.name()).isEmpty();
    }
  }

  @Test
  void shouldKeepThePosteriorsOfGroupsByKeyAndTheOthersForATime() {
    assertThat(intent("group-posteriors").settings()).containsEntry("cleanup.policy", "compact");
    assertThat(intent("observations").settings())
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "2592000000");
    assertThat(intent("object-posteriors").settings()).containsEntry("retention.ms", "2592000000");
    assertThat(intent("rejections").settings()).containsEntry("retention.ms", "7776000000");
  }

  @ParameterizedTest
  @CsvSource({
    "group-posteriors, cleanup.policy, delete, compact, posteriors of groups that no longer change",
    "observations, cleanup.policy, compact, delete, refuse records without one",
    "rejections, cleanup.policy, 'compact,delete', delete, refuse records without one",
    "observations, retention.ms, 1000, 2592000000, should have 2592000000",
    "object-posteriors, retention.bytes, 1000, -1, should have -1",
    "observations, max.message.bytes, 1000, 1049600, refuse larger records",
    "rejections, max.message.bytes, 1048588, 17825792, refuse larger records",
    "object-posteriors, message.timestamp.type, LogAppendTime, CreateTime, should have CreateTime",
    "object-posteriors, message.timestamp.before.max.ms, 1000, 2592000000, refuse records",
    "rejections, message.timestamp.before.max.ms, 1000, 2592000000, refuse records",
    "group-posteriors, message.timestamp.after.max.ms, 0, 60000, refuse records"
  })
  void shouldSayWhatDiffersWithTheCommandThatSetsIt(
      String topic, String key, String value, String wanted, String consequence) {
    Map<String, String> actual = defaultsOfKafka();
    actual.put("max.message.bytes", "20000000");
    actual.putAll(intent(topic).settings());
    actual.put(key, value);

    List<TopicIntent.Difference> differences = intent(topic).differences(actual::get);

    assertThat(differences).hasSize(1);
    assertThat(differences.get(0).sentence("one:9092", ""))
        .startsWith("topic 'sidereus.%s' has %s=%s and should have".formatted(topic, key, value))
        .contains(consequence)
        .endsWith(
            ": kafka-configs.sh --bootstrap-server one:9092 --alter --entity-type topics --entity-name sidereus.%s --add-config %s=%s"
                .formatted(topic, key, wanted));
  }
}
