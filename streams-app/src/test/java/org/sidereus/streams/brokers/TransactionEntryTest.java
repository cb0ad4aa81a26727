package org.sidereus.streams.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.brokers.TransactionEntry.State;

/** Bytes as the brokers write them, field by field. */
class TransactionEntryTest {
  /** Version 0: producer 2003, epoch 6, 3 s, committed, two partitions of "ab" and one of "c". */
  private static final String OLD =
      "0000"
          + "00000000000007d3"
          + "0006"
          + "00000bb8"
          + "04"
          + "00000002"
          + "00026162"
          + "00000002"
          + "00000000"
          + "00000005"
          + "000163"
          + "00000001"
          + "00000001"
          + "0000018c00000000"
          + "0000018c00000000";

  /** The same in version 1. */
  private static final String NEW =
      "0001"
          + "00000000000007d3"
          + "0006"
          + "00000bb8"
          + "04"
          + "03"
          + "036162"
          + "03"
          + "00000000"
          + "00000005"
          + "00"
          + "0263"
          + "02"
          + "00000001"
          + "00"
          + "0000018c00000000"
          + "0000018c00000000"
          + "00";

  private static final TransactionEntry ENTRY =
      new TransactionEntry(
          2003,
          (short) 6,
          State.COMPLETE_COMMIT,
          Set.of(
              new TopicPartition("ab", 0),
              new TopicPartition("ab", 5),
              new TopicPartition("c", 1)));

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void shouldReadBothVersions() {
    assertThat(TransactionEntry.read(bytes(OLD))).contains(ENTRY);
    assertThat(TransactionEntry.read(bytes(NEW))).contains(ENTRY);
  }

  @Test
  void shouldReadAnEntryWithoutPartitions() {
    TransactionEntry empty = new TransactionEntry(1, (short) 2, State.EMPTY, Set.of());
    String head = "0000000000000001" + "0002" + "00000bb8" + "00";
    assertThat(TransactionEntry.read(bytes("0000" + head + "ffffffff"))).contains(empty);
    assertThat(TransactionEntry.read(bytes("0001" + head + "00"))).contains(empty);
  }

  @Test
  void shouldReadNothingOfDamagedBytesAndOtherVersions() {
    byte[] old = bytes(OLD);
    int last = old.length - 2 * Long.BYTES;
    for (int length = 0; length < last; length++) {
      assertThat(TransactionEntry.read(Arrays.copyOf(old, length))).as("%d", length).isEmpty();
    }
    assertThat(TransactionEntry.read(bytes("0002" + OLD.substring(4)))).isEmpty();
    assertThat(
            TransactionEntry.read(bytes("0000" + "00000000000007d3" + "0006" + "00000bb8" + "09")))
        .as("an unknown state")
        .isEmpty();
  }

  @Test
  void shouldReadTheTransactionalId() {
    assertThat(TransactionEntry.transactionalId(bytes("0000" + "0003" + "6e2d31"))).contains("n-1");
    assertThat(TransactionEntry.transactionalId(bytes("0001" + "0003" + "6e2d31"))).isEmpty();
    assertThat(TransactionEntry.transactionalId(bytes("0000" + "0007" + "6e2d31"))).isEmpty();
  }
}
