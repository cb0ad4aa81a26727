package org.sidereus.streams.brokers;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * What the coordinator of a transaction has written about it: a record of {@code
 * __transaction_state}. The brokers of Kafka 0.11 to 4.3 write it in two versions.
 *
 * @param producerId of the producer that has the transactional id
 * @param epoch of the producer
 * @param partitions of the transaction
 */
record TransactionEntry(long producerId, short epoch, State state, Set<TopicPartition> partitions) {
  private static final int FLEXIBLE = 1;

  /** State of a transaction, in the order of Kafka's numbers. */
  enum State {
    EMPTY,
    ONGOING,
    PREPARE_COMMIT,
    PREPARE_ABORT,
    COMPLETE_COMMIT,
    COMPLETE_ABORT,
    DEAD,
    PREPARE_EPOCH_FENCE
  }

  /** Copies the partitions. */
  TransactionEntry {
    partitions = Set.copyOf(partitions);
  }

  /** The transactional id in the key of a record; empty: the key is of an unknown version. */
  static Optional<String> transactionalId(byte[] key) {
    ByteBuffer bytes = ByteBuffer.wrap(key);
    try {
      return bytes.getShort() == 0 ? Optional.of(text(bytes, bytes.getShort())) : Optional.empty();
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  /** Reads the value of a record; empty: it is of an unknown version. */
  static Optional<TransactionEntry> read(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    try {
      int version = bytes.getShort();
      if (version < 0 || version > FLEXIBLE) {
        return Optional.empty();
      }
      long producerId = bytes.getLong();
      short epoch = bytes.getShort();
      // the timeout of the transaction
      bytes.getInt();
      int state = bytes.get();
      if (state < 0 || state >= State.values().length) {
        return Optional.empty();
      }
      return Optional.of(
          new TransactionEntry(
              producerId, epoch, State.values()[state], partitions(bytes, version == FLEXIBLE)));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Set<TopicPartition> partitions(ByteBuffer bytes, boolean flexible) {
    Set<TopicPartition> found = new HashSet<>();
    int topics = length(bytes, flexible);
    for (int i = 0; i < topics; i++) {
      String topic =
          text(bytes, flexible ? ByteUtils.readUnsignedVarint(bytes) - 1 : bytes.getShort());
      int count = length(bytes, flexible);
      for (int j = 0; j < count; j++) {
        found.add(new TopicPartition(topic, bytes.getInt()));
      }
      if (flexible && ByteUtils.readUnsignedVarint(bytes) != 0) {
        throw new IllegalArgumentException("fields that this version does not know");
      }
    }
    return found;
  }

  /** Length of an array; -1: there is none. */
  private static int length(ByteBuffer bytes, boolean flexible) {
    return flexible ? ByteUtils.readUnsignedVarint(bytes) - 1 : bytes.getInt();
  }

  private static String text(ByteBuffer bytes, int length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
