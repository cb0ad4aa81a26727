package org.sidereus.integration.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.GuardedBroker;
import org.sidereus.integration.environment.LeftTransaction;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.streams.brokers.TransactionEnds;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.AccessRights;

/** A service ends transactions that were left open only with the rights that security.md has. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LeftTransactionRightsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String GROUP = "night";
  private static final TopicPartition STARS = new TopicPartition("stars", 0);

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();

  private static void allow(
      Admin admin, ResourceType type, PatternType pattern, String name, AclOperation... operations)
      throws Exception {
    List<AclBinding> rights =
        Arrays.stream(operations)
            .map(
                one ->
                    new AclBinding(
                        new ResourcePattern(type, name, pattern),
                        new AccessControlEntry("User:sidereus", "*", one, AclPermissionType.ALLOW)))
            .toList();
    admin.createAcls(rights).all().get();
  }

  private static long readable(Admin admin, TopicPartition partition) throws Exception {
    return admin
        .listOffsets(
            Map.of(partition, OffsetSpec.latest()),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .partitionResult(partition)
        .get()
        .offset();
  }

  /** A broker that has just started loads its records and rights for some moments. */
  private static void awaitFinding(TransactionEnds ends, TopicPartition partition, String text)
      throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String finding;
    do {
      ends.end(partition);
      finding = ends.finding(partition).orElse("");
      if (text.isEmpty() ? finding.isEmpty() : finding.contains(text)) {
        return;
      }
      Thread.sleep(500);
    } while (System.nanoTime() < end);
    assertThat(finding).isEqualTo(text);
  }

  @Test
  void shouldSayWhichRightsAreMissing() throws Exception {
    try (GuardedBroker broker = GuardedBroker.start("sidereus");
        Admin admin = broker.admin()) {
      admin.createTopics(List.of(new NewTopic(STARS.topic(), 1, (short) 1))).all().get();
      allow(
          admin,
          ResourceType.TOPIC,
          PatternType.LITERAL,
          STARS.topic(),
          AclOperation.READ,
          AclOperation.WRITE);
      allow(
          admin,
          ResourceType.TRANSACTIONAL_ID,
          PatternType.PREFIXED,
          GROUP + "-",
          AclOperation.WRITE);
      LeftTransaction left = new LeftTransaction(broker.client("admin"), GROUP + "-7d-1");
      left.begin(List.of(STARS), GROUP, Map.of(STARS, new OffsetAndMetadata(9)));
      left.record(true);
      broker.restart();

      Map<String, Object> client = broker.client("sidereus");
      try (Admin ofService = Admin.create(client);
          TransactionEnds ends = new TransactionEnds(ofService, client, GROUP, warnings::add)) {
        awaitFinding(ends, STARS, "lacks the rights to see how it ended");

        for (String topic : List.of("__transaction_state", "__consumer_offsets")) {
          allow(admin, ResourceType.TOPIC, PatternType.LITERAL, topic, AclOperation.READ);
        }
        awaitFinding(
            ends,
            STARS,
            "'night-7d-1' was committed, and this service lacks the right to write that");
        assertThat(readable(admin, STARS)).isZero();
        assertThat(warnings).isEmpty();

        allow(
            admin,
            ResourceType.CLUSTER,
            PatternType.LITERAL,
            Resource.CLUSTER_NAME,
            AclOperation.ALTER);
        awaitFinding(ends, STARS, "");
        assertThat(readable(admin, STARS)).isEqualTo(2);
        assertThat(warnings).hasSize(1);
      }
    }
  }

  /** All topics of the service: the result is behind the transaction, as are its offsets. */
  @Test
  void shouldEndThemWithTheRightsThatTheCommandPrints() throws Exception {
    try (GuardedBroker broker = GuardedBroker.start("sidereus");
        Admin admin = broker.admin()) {
      ServiceConfig config =
          ServiceConfig.of(ServiceKeys.of(broker, GROUP, folder, Map.of()).values());
      List<TopicPartition> results =
          Stream.of(
                  config.topics().objectPosteriors(),
                  config.topics().groupPosteriors(),
                  config.topics().rejections())
              .map(topic -> new TopicPartition(topic, 0))
              .toList();
      admin
          .createTopics(
              results.stream().map(one -> new NewTopic(one.topic(), 1, (short) 1)).toList())
          .all()
          .get();
      admin
          .createAcls(
              new AccessRights(config)
                  .service("User:sidereus")
                  .endingTransactions("User:sidereus")
                  .bindings())
          .all()
          .get();
      LeftTransaction left = new LeftTransaction(broker.client("admin"), GROUP + "-7d-1");
      left.begin(results, GROUP, Map.of(results.get(0), new OffsetAndMetadata(9)));
      left.record(true);
      broker.restart();

      Map<String, Object> client = broker.client("sidereus");
      try (Admin ofService = Admin.create(client);
          TransactionEnds ends = new TransactionEnds(ofService, client, GROUP, warnings::add)) {
        awaitFinding(ends, results.get(0), "");
        for (TopicPartition one : results) {
          assertThat(readable(admin, one)).as(one.topic()).isEqualTo(2);
        }
        assertThat(warnings).singleElement().asString().contains("in 4 of 4 partitions");
      }
    }
  }
}
