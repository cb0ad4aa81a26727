package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.streams.topology.StreamHarness.observation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.state.GroupKey;

class GroupPosteriorPartitionerTest {
  private final GroupPosteriorPartitioner partitioner = new GroupPosteriorPartitioner(1000);

  @ParameterizedTest
  @ValueSource(strings = {"g", "a\",\"b", "\\", "M 31\n", "銀河", "[]"})
  void shouldKeepAGroupInOnePartition(String group) {
    int expected = BuiltInPartitioner.partitionForKey(group.getBytes(StandardCharsets.UTF_8), 1000);
    for (String version : List.of("1", "2")) {
      byte[] key = GroupPosteriorKey.of(SumKey.allTime(new GroupKey("b", version, group)));
      assertThat(partitioner.partitions("topic", key, null, 1000))
          .isEqualTo(Optional.of(Set.of(expected)));
    }
  }

  @Test
  void shouldStayInItsPartitionWhenSomeAreAdded() {
    byte[] key = GroupPosteriorKey.of(SumKey.allTime(new GroupKey("b", "1", "g")));
    assertThat(new GroupPosteriorPartitioner(4).partitions("topic", key, null, 1000))
        .isEqualTo(partitioner.partitions("topic", key, null, 4));
  }

  @Test
  void shouldGiveEachPosteriorThatIsReplacedAloneAKey() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("one", "g", 1));
      stream.publish(observation("two", "h", 2));
      stream.publish(observation("three", "g", 25)); // another window
      stream.settle();
      List<TestRecord<byte[], GroupPosterior>> records = stream.groups.readRecordsToList();
      assertThat(records.stream().map(one -> new String(one.key(), StandardCharsets.UTF_8)))
          .contains("[\"g\",\"linear-gaussian\",\"1\"]", "[\"h\",\"linear-gaussian\",\"1\"]")
          .anyMatch(
              key ->
                  key.startsWith("[\"g\",\"linear-gaussian\",\"1\",")
                      && key.contains("1970-01-01T00:00:20Z"));
      for (TestRecord<byte[], GroupPosterior> one : records) {
        assertThat(partitioner.partitions("topic", one.key(), null, 50))
            .isEqualTo(partitioner.partitions("topic", one.key(), one.value(), 50));
      }
    }
  }
}
