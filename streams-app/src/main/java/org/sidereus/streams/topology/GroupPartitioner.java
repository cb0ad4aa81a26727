package org.sidereus.streams.topology;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends the sums of a group to one partition of the combination, and progress to all of them. */
final class GroupPartitioner implements StreamPartitioner<byte[], GroupMessage> {

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, GroupMessage message, int partitions) {
    if (message instanceof GroupMessage.ProgressReport) {
      return Optional.of(
          IntStream.range(0, partitions).boxed().collect(Collectors.toUnmodifiableSet()));
    }
    return Optional.of(Set.of(KeyPartition.of(key, partitions)));
  }
}
