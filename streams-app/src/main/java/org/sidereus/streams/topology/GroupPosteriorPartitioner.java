package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.GroupPosteriorKey;

/**
 * Keeps all posteriors of a group in one partition, in their order, whatever their bundle and
 * window. A record without a value, which withdraws a posterior, goes where the posterior went.
 */
final class GroupPosteriorPartitioner implements StreamPartitioner<byte[], GroupPosterior> {

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, GroupPosterior posterior, int partitions) {
    String group = posterior == null ? GroupPosteriorKey.parse(key).group() : posterior.getGroup();
    byte[] bytes = group.getBytes(StandardCharsets.UTF_8);
    return Optional.of(Set.of(Utils.toPositive(Utils.murmur2(bytes)) % partitions));
  }
}
