package org.sidereus.streams.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
  private static KafkaSettings settings(int partitions, String... keys) {
    Map<String, String> all = new HashMap<>(Map.of("num.stream.threads", "2"));
    for (int i = 0; i < keys.length; i += 2) {
      all.put(keys[i], keys[i + 1]);
    }
    return new KafkaSettings(ServiceConfig.of(all)).withPartitions(partitions);
  }

  @Test
  void shouldLetKafkaStreamsCommitAtTheIntervalThatIsSetWhereThereAreFewPartitions() {
    assertThat(settings(4).longestCommitInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(settings(32).longestCommitInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(settings(32).streams()).containsEntry("commit.interval.ms", 50L);
  }

  @Test
  void shouldLetKafkaStreamsCommitLaterWhereThereAreManyPartitions() {
    assertThat(settings(192).longestCommitInterval()).isEqualTo(Duration.ofMillis(96 * 40));
    assertThat(settings(192).streams()).containsEntry("commit.interval.ms", 96 * 40L);
    assertThat(settings(192, "commit.interval.ms", "5000").longestCommitInterval())
        .isEqualTo(Duration.ofSeconds(5));
  }
}
