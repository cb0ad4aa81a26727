package org.sidereus.integration.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestLog;

/** As many groups as objects: each has its posterior, and a start does not read all their sums. */
@Tag("slow")
class ManyGroupsTest {
  private static final int GROUPS = Integer.getInteger("growth.groups", 20_000);
  private static final Duration PATIENCE = Duration.ofMinutes(60);

  @TempDir private Path folder;
  private final TestLog log = new TestLog("many-groups");

  @Test
  @Timeout(value = 120, unit = TimeUnit.MINUTES)
  void shouldPublishEachGroupAndStartAgainWithItsDisk() throws Exception {
    try (InProcess environment = InProcess.start()) {
      ServiceKeys keys =
          ServiceKeys.of(
                  environment,
                  "many-groups",
                  folder.resolve("state"),
                  Map.of("topics.partitions", "4", "num.stream.threads", "2", "window.grace", "1d"))
              .createTopics();
      try (SurveyClients clients = new SurveyClients(keys)) {
        try (InstantStream stream =
            InstantStream.start(keys, InstantStream.realPosteriorsInTurn())) {
          long startNs = System.nanoTime();
          publish(clients);
          int published = awaitGroups(keys);
          log.note(
              "%d groups of one object: the last posterior after %.1f s, %d posteriors for %d sums;"
                  + " %.1f MB on disk",
              GROUPS,
              1e-9 * (System.nanoTime() - startNs),
              published,
              2 * GROUPS,
              1e-6 * size(InstantStream.stateOf(keys)));
          assertThat(stream.meters().groupPosteriors()).isGreaterThanOrEqualTo(2L * GROUPS);
        }
        try (InstantStream stream = InstantStream.start(keys, (rows, sharedFit) -> List.of())) {
          log.note(
              "start with its disk %.1f s, of which %d records are restored",
              stream.startSeconds(), stream.restored());
          assertThat(stream.restored()).as("of stores in memory").isLessThan(GROUPS);
        }
      }
    }
  }

  private static void publish(SurveyClients clients) {
    DemoSurvey.Row row = DemoSurvey.first(1).rows().get(0);
    for (int i = 0; i < GROUPS; i++) {
      clients.send(row.as("object-%09d".formatted(i), "group-%09d".formatted(i)).observation());
    }
    clients.flush();
  }

  /**
   * Reads until each group has a posterior for all time and one of its window. Returns how many.
   */
  private static int awaitGroups(ServiceKeys keys) {
    String topic = keys.topics().groupPosteriors();
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", keys.values().get("bootstrap.servers"));
    settings.put("isolation.level", "read_committed");
    Set<ByteBuffer> sums = new HashSet<>();
    int published = 0;
    long startNs = System.nanoTime();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (sums.size() < 2 * GROUPS) {
        assertThat(System.nanoTime() - startNs)
            .as("%d of %d sums have a posterior", sums.size(), 2 * GROUPS)
            .isLessThan(PATIENCE.toNanos());
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(100))) {
          sums.add(ByteBuffer.wrap(one.key()));
          published++;
        }
      }
    }
    return published;
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
