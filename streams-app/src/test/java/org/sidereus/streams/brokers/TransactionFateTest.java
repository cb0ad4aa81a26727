package org.sidereus.streams.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.brokers.TransactionEntry.State;

class TransactionFateTest {
  private static final long PRODUCER = 2003;
  private static final TopicPartition SUMS = new TopicPartition("sums", 3);
  private static final TopicPartition OFFSETS = new TopicPartition("__consumer_offsets", 1);

  private final TransactionFate fate = new TransactionFate(PRODUCER, (short) 5);

  private void enter(int epoch, State state, TopicPartition... partitions) {
    enter(PRODUCER, epoch, state, partitions);
  }

  private void enter(long producer, int epoch, State state, TopicPartition... partitions) {
    fate.enter(new TransactionEntry(producer, (short) epoch, state, Set.of(partitions)));
  }

  @Test
  void shouldKnowThatItWasCommitted() {
    enter(5, State.COMPLETE_ABORT);
    enter(5, State.ONGOING, SUMS);
    enter(5, State.ONGOING, SUMS, OFFSETS);
    enter(6, State.PREPARE_COMMIT, SUMS, OFFSETS);
    assertThat(fate.end()).as("its coordinator still writes its end").isEmpty();
    enter(6, State.COMPLETE_COMMIT);
    assertThat(fate.end())
        .contains(new TransactionFate.End(true, (short) 6, Set.of(SUMS, OFFSETS)));
  }

  @Test
  void shouldKnowItAfterLaterTransactions() {
    enter(5, State.ONGOING, SUMS);
    enter(6, State.PREPARE_ABORT, SUMS);
    enter(6, State.COMPLETE_ABORT);
    enter(7, State.EMPTY);
    enter(7, State.ONGOING, OFFSETS);
    enter(8, State.PREPARE_COMMIT, OFFSETS);
    enter(8, State.COMPLETE_COMMIT);
    assertThat(fate.end()).contains(new TransactionFate.End(false, (short) 6, Set.of(SUMS)));
  }

  @Test
  void shouldNotKnowItWhileItRuns() {
    enter(5, State.ONGOING, SUMS);
    assertThat(fate.end()).isEmpty();
  }

  @Test
  void shouldNotTakeTheStateAfterItForItsEnd() {
    enter(6, State.EMPTY);
    enter(6, State.COMPLETE_COMMIT);
    enter(6, State.COMPLETE_ABORT);
    assertThat(fate.end()).as("its beginning is not recorded").isEmpty();
  }

  @Test
  void shouldNotKnowItOfAnotherProducer() {
    enter(7, 5, State.ONGOING, SUMS);
    enter(7, 6, State.COMPLETE_COMMIT);
    enter(5, State.ONGOING, SUMS);
    enter(7, 6, State.PREPARE_COMMIT, SUMS);
    enter(7, 6, State.COMPLETE_COMMIT);
    assertThat(fate.end()).isEmpty();
  }

  /** Brokers before 4.0, and older clients, keep the epoch of a producer. */
  @Test
  void shouldKnowItOnlyIfAllOfItsEpochEndedAlike() {
    enter(5, State.ONGOING, SUMS);
    enter(5, State.PREPARE_COMMIT, SUMS);
    enter(5, State.COMPLETE_COMMIT);
    enter(5, State.ONGOING, OFFSETS);
    enter(5, State.PREPARE_COMMIT, OFFSETS);
    enter(5, State.COMPLETE_COMMIT);
    assertThat(fate.end())
        .contains(new TransactionFate.End(true, (short) 5, Set.of(SUMS, OFFSETS)));
    enter(5, State.ONGOING, SUMS);
    enter(5, State.PREPARE_ABORT, SUMS);
    enter(5, State.COMPLETE_ABORT);
    assertThat(fate.end()).isEmpty();
  }
}
