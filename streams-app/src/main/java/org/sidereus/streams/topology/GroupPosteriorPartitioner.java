package org.sidereus.streams.topology;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.sidereus.schemas.GroupPosterior;

/**
 * Keeps all posteriors of a group in one partition, in their order, whatever their bundle and
 * window: the partition of the group's name in UTF-8 by Kafka's default partitioner. A record
 * without a value, which withdraws a posterior, goes where the posterior went. Partitions that are
 * added to the topic stay empty: the last posterior of a group would stay in its old partition for
 * good.
 */
final class GroupPosteriorPartitioner implements StreamPartitioner<byte[], GroupPosterior> {
  private final ObjectMapper mapper = new ObjectMapper();
  private final int most;

  /**
   * A partitioner.
   *
   * @param most how many partitions are used, the first ones
   */
  GroupPosteriorPartitioner(int most) {
    this.most = most;
  }

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, GroupPosterior posterior, int partitions) {
    String group = posterior == null ? groupOf(key) : posterior.getGroup();
    byte[] bytes = group.getBytes(StandardCharsets.UTF_8);
    return Optional.of(Set.of(KeyPartition.of(bytes, Math.min(most, partitions))));
  }

  /** The group of a key as {@link GroupPosteriorKey} writes it. */
  private String groupOf(byte[] key) {
    try {
      return mapper.readTree(key).required(0).textValue();
    } catch (IOException e) {
      throw new IllegalArgumentException("the key of a group posterior is no JSON array", e);
    }
  }
}
