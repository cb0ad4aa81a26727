package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.Inbox;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;

/** A group of very many objects is renamed, then all are withdrawn; the service is killed in it. */
@Tag("slow")
class LargeGroupTest {
  private static final int OBJECTS = Integer.getInteger("group.objects", 100_000);
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final int ROWS = 1_000;

  @TempDir private Path folder;
  private final TestLog log = new TestLog("large-group");

  /** The posteriors of objects, counted by their keys. */
  private static final class Counted implements AutoCloseable {
    private final KafkaConsumer<String, String> consumer;
    private final Set<String> inferred = new HashSet<>();
    private final Set<String> withdrawn = new HashSet<>();
    private int repeated;

    private Counted(TestEnvironment environment, String topic, int partitions) {
      Map<String, Object> settings = new HashMap<>();
      settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
      settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
      consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
      Set<TopicPartition> all = new HashSet<>();
      for (int partition = 0; partition < partitions; partition++) {
        all.add(new TopicPartition(topic, partition));
      }
      consumer.assign(all);
      consumer.seekToBeginning(all);
    }

    private void poll() {
      for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(200))) {
        Set<String> keys = one.value() == null ? withdrawn : inferred;
        repeated += keys.add(one.key()) ? 0 : 1;
      }
    }

    private void await(String what, LongSupplier count, long wanted) {
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      while (count.getAsLong() < wanted) {
        assertThat(System.nanoTime()).as("%s: %d", what, count.getAsLong()).isLessThan(deadlineNs);
        poll();
      }
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void shouldRenameAndWithdrawAllExactlyOnceWithAKillInBetween() throws Exception {
    try (InProcess environment = InProcess.start()) {
      ServiceKeys keys =
          FaultFreeRun.keys(environment, "large-group", folder, Map.of("groups.interval", "1s"))
              .createTopics();
      try (SurveyClients clients = new SurveyClients(keys);
          Counted objects =
              new Counted(environment, keys.topics().objectPosteriors(), keys.partitions())) {
        GroupPosterior before;
        try (ServiceProcess service = start(keys)) {
          publish(clients);
          objects.await("posteriors", () -> objects.inferred.size(), OBJECTS);
          before = awaitGroups(clients, Map.of("old", OBJECTS)).get("old");
          rename(clients);
          killAmid(service, "sidereus_moved_contributions_total");
        }
        long startNs = System.nanoTime();
        try (ServiceProcess service = start(keys)) {
          long readyNs = System.nanoTime();
          double longestS = publishLive(clients, objects);
          GroupPosterior after = awaitGroups(clients, Map.of("old", 0, "new", OBJECTS)).get("new");
          log.note(
              "%,d objects: ready %.1f s after the kill, renamed %.1f s later; live observations"
                  + " took at most %.2f s",
              OBJECTS, seconds(startNs, readyNs), seconds(readyNs, System.nanoTime()), longestS);
          assertSame(after, before);
          assertThat(service.http().metrics().total("sidereus_moved_contributions_total"))
              .isEqualTo(OBJECTS);
          for (int i = 0; i < OBJECTS; i++) {
            clients.send(object(i).getBytes(StandardCharsets.UTF_8), null);
          }
          clients.flush();
          killAmid(service, "sidereus_withdrawn_contributions_total");
        }
        startNs = System.nanoTime();
        try (ServiceProcess service = start(keys)) {
          long readyNs = System.nanoTime();
          objects.await("withdrawn", () -> objects.withdrawn.size(), OBJECTS);
          awaitGroups(clients, Map.of("old", 0, "new", 0));
          log.note(
              "%,d objects: ready %.1f s after the kill, withdrawn %.1f s later",
              OBJECTS, seconds(startNs, readyNs), seconds(readyNs, System.nanoTime()));
          assertThat(service.http().metrics().total("sidereus_withdrawn_contributions_total"))
              .isEqualTo(OBJECTS);
          assertThat(service.http().metrics().total("sidereus_unaccounted_requests")).isZero();
          assertThat(service.log()).doesNotContain("fenced", "\tat ");
        }
        objects.poll();
        assertThat(objects.repeated).as("posteriors and withdrawals that came twice").isZero();
      }
    }
  }

  private ServiceProcess start(ServiceKeys keys) {
    return ServiceProcess.start(keys, folder, "-Xmx512m").awaitReady(PATIENCE);
  }

  private static double seconds(long fromNs, long toNs) {
    return 1e-9 * (toNs - fromNs);
  }

  private static String object(int i) {
    return "object-" + i;
  }

  private static void publish(SurveyClients clients) {
    List<DemoSurvey.Row> rows = DemoSurvey.first(ROWS).rows();
    for (int i = 0; i < OBJECTS; i++) {
      clients.send(rows.get(i % ROWS).as(object(i), "old").observation());
    }
    clients.flush();
  }

  private static void rename(SurveyClients clients) {
    clients.sendToAll(
        Observation.newBuilder()
            .setKind(ObservationKind.GROUP_RENAME)
            .setSurvey(DemoSurvey.NAME)
            .setObject("")
            .setGroup("old")
            .setRenamedTo("new")
            .setTime(Instant.EPOCH)
            .build());
    clients.flush();
  }

  /** Kills the service when it has done a part of its work. */
  private static void killAmid(ServiceProcess service, String metric) {
    double done = 0;
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (done < OBJECTS / 8.0) {
      assertThat(System.nanoTime()).as("%s: %.0f", metric, done).isLessThan(deadlineNs);
      ServiceProcess.pause(Duration.ofMillis(20));
      done = service.http().metrics().total(metric);
    }
    service.kill();
    assertThat(done).as("%s before the kill", metric).isLessThan(OBJECTS);
  }

  /** Some observations without a group, one after the other. Returns the longest time of one. */
  private static double publishLive(SurveyClients clients, Counted objects) {
    DemoSurvey.Row row = DemoSurvey.first(1).rows().get(0);
    double longestS = 0;
    for (int i = 0; i < 20; i++) {
      String live = "live-" + i;
      long sentNs = System.nanoTime();
      clients.send(row.as(live, null).observation());
      clients.flush();
      while (!objects.inferred.contains(live)) {
        assertThat(seconds(sentNs, System.nanoTime())).as(live).isLessThan(60);
        objects.poll();
      }
      longestS = Math.max(longestS, seconds(sentNs, System.nanoTime()));
    }
    return longestS;
  }

  /** The last posterior of each group for all time, when they have so many objects. */
  private static Map<String, GroupPosterior> awaitGroups(
      SurveyClients clients, Map<String, Integer> wanted) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      clients.groups().poll();
      Map<String, GroupPosterior> last = new HashMap<>();
      Map<String, Integer> objects = new TreeMap<>();
      for (Inbox.Letter<GroupPosterior> one : clients.groups().letters()) {
        String key = new String(one.key(), StandardCharsets.UTF_8);
        if (key.chars().filter(c -> c == ',').count() == 2) {
          String group = key.substring(2, key.indexOf('"', 2));
          last.put(group, one.value());
          objects.put(group, one.value() == null ? 0 : Math.toIntExact(one.value().getObjects()));
        }
      }
      if (objects.equals(wanted)) {
        return last;
      }
      assertThat(System.nanoTime()).as("%s", objects).isLessThan(deadlineNs);
    }
  }

  private static void assertSame(GroupPosterior actual, GroupPosterior expected) {
    for (int i = 0; i < expected.getParameters().size(); i++) {
      assertThat(actual.getParameters().get(i).getMean())
          .isCloseTo(expected.getParameters().get(i).getMean(), within(1e-9));
      assertThat(actual.getParameters().get(i).getSd())
          .isCloseTo(expected.getParameters().get(i).getSd(), within(1e-9));
    }
  }
}
