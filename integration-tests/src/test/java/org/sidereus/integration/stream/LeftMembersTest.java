package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.streams.brokers.LeftMembers;

/** A consumer that has ended without a word is taken out of its group, at a real broker. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LeftMembersTest {
  private static final String GROUP = "night";
  private static final String TOPIC = "stars";

  private static KafkaConsumer<byte[], byte[]> joined(Map<String, Object> client) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(TOPIC));
    while (consumer.assignment().isEmpty()) {
      consumer.poll(Duration.ofMillis(100));
    }
    return consumer;
  }

  private static List<String> members(Admin admin) throws Exception {
    return admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP).members().stream()
        .map(MemberDescription::consumerId)
        .toList();
  }

  @Test
  void shouldTakeOutWhoIsGoneAndNobodyElse() throws Exception {
    try (InProcess environment = InProcess.start()) {
      Map<String, Object> settings =
          Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
      Map<String, Object> client =
          Map.of(
              ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
              environment.bootstrapServers(),
              ConsumerConfig.GROUP_ID_CONFIG,
              GROUP);
      try (Admin admin = Admin.create(settings)) {
        LeftMembers left = new LeftMembers(admin, settings, GROUP);
        admin.createTopics(Set.of(new NewTopic(TOPIC, 2, (short) 1))).all().get();
        KafkaConsumer<byte[], byte[]> gone = joined(client);
        String id = gone.groupMetadata().memberId();
        gone.close(
            CloseOptions.groupMembershipOperation(
                CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
        assertThat(members(admin)).as("the broker waits for it").containsExactly(id);

        left.add(id);
        left.leave();
        assertThat(members(admin)).isEmpty();
        left.leave();

        try (KafkaConsumer<byte[], byte[]> next = joined(client)) {
          left.add("a member that is not there");
          left.leave();
          left.leave();
          assertThat(members(admin)).containsExactly(next.groupMetadata().memberId());
        }
      }
    }
  }
}
