package org.sidereus.streams.topology;

import org.apache.kafka.common.utils.Utils;

/** The partition of a key, as Kafka's default partitioner chooses it. */
final class KeyPartition {
  private KeyPartition() {}

  /**
   * The partition of a key.
   *
   * @param partitions number of partitions of the topic
   */
  static int of(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
