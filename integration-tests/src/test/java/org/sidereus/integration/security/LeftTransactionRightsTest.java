package org.sidereus.integration.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
import org.sidereus.integration.environment.GuardedBroker;
import org.sidereus.integration.environment.LeftTransaction;
import org.sidereus.streams.brokers.TransactionEnds;

/** A service ends transactions that were left open only with the rights that security.md has. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LeftTransactionRightsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String GROUP = "night";
  private static final TopicPartition STARS = new TopicPartition("stars", 0);

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

  private static long readable(Admin admin) throws Exception {
    return admin
        .listOffsets(
            Map.of(STARS, OffsetSpec.latest()),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .partitionResult(STARS)
        .get()
        .offset();
  }

  /** A broker that has just started loads its records and rights for some moments. */
  private static void awaitFinding(TransactionEnds ends, String text) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String finding;
    do {
      ends.end(STARS);
      finding = ends.finding(STARS).orElse("");
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
        awaitFinding(ends, "lacks the rights to see how it ended");

        for (String topic : List.of("__transaction_state", "__consumer_offsets")) {
          allow(admin, ResourceType.TOPIC, PatternType.LITERAL, topic, AclOperation.READ);
        }
        awaitFinding(
            ends, "'night-7d-1' was committed, and this service lacks the right to write that");
        assertThat(readable(admin)).isZero();
        assertThat(warnings).isEmpty();

        allow(
            admin,
            ResourceType.CLUSTER,
            PatternType.LITERAL,
            Resource.CLUSTER_NAME,
            AclOperation.ALTER);
        awaitFinding(ends, "");
        assertThat(readable(admin)).isEqualTo(2);
        assertThat(warnings).hasSize(1);
      }
    }
  }
}
