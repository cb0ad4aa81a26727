package org.sidereus.streams.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class HangingTransactionsTest {
  private static final TopicPartition SUMS = new TopicPartition("sums", 3);

  private final List<String> warnings = new ArrayList<>();
  private final Tried tried = new Tried();
  private long nowNs = 5;
  private final HangingTransactions transactions =
      new HangingTransactions("broker:9092", tried, () -> nowNs, warnings::add);

  /** What the service has tried to end. */
  private static final class Tried implements HangingTransactions.Ends {
    private final List<String> places = new ArrayList<>();

    @Override
    public void tryToEnd(TopicPartition partition) {
      places.add(partition.toString());
    }

    @Override
    public void tryToEndOffsets() {
      places.add("offsets");
    }

    @Override
    public Optional<String> finding(TopicPartition partition) {
      return Optional.of("it was committed");
    }

    @Override
    public Optional<String> findingOfOffsets() {
      return Optional.empty();
    }
  }

  @Test
  void shouldTryToEndWhatHangs() {
    seeAfter(Duration.ZERO, 146, 147);
    seeAfter(Duration.ofSeconds(14), 146, 150);
    assertThat(tried.places).isEmpty();
    seeAfter(Duration.ofSeconds(1), 146, 150);
    assertThat(tried.places).containsExactly("sums-3");
    seeAfter(Duration.ofSeconds(29), 146, 150);
    assertThat(tried.places).as("not at every look").hasSize(1);
    seeAfter(Duration.ofSeconds(1), 146, 150);
    assertThat(tried.places).hasSize(2);
    for (int i = 0; i < 60; i++) {
      seeAfter(Duration.ofSeconds(60), 146, 150);
    }
    assertThat(tried.places).as("every two minutes at last").hasSize(2 + 30);
    tried.places.clear();
    seeAfter(Duration.ofSeconds(15), 147, 150);
    assertThat(tried.places).as("another transaction").isEmpty();
  }

  @Test
  void shouldTryToEndWhatHoldsBackAnOffset() {
    seeOffsetsAfter(Duration.ZERO, Map.of(SUMS, 7L));
    seeOffsetsAfter(Duration.ofSeconds(15), Map.of(SUMS, 7L));
    assertThat(tried.places).containsExactly("offsets");
  }

  private void seeAfter(Duration time, long stable, long end) {
    nowNs += time.toNanos();
    transactions.see(SUMS, stable, end);
  }

  @Test
  void shouldSayNothingOfTransactionsThatEnd() {
    for (int i = 0; i < 100; i++) {
      seeAfter(Duration.ofSeconds(30), i, i + 5);
    }
    seeAfter(Duration.ofHours(1), 105, 105);
    seeAfter(Duration.ofHours(1), 105, 106);
    assertThat(warnings).isEmpty();
  }

  private void seeOffsetsAfter(Duration time, Map<TopicPartition, Long> heldBack) {
    nowNs += time.toNanos();
    transactions.seeOffsets("night", heldBack);
  }

  @Test
  void shouldSayThatAnOffsetIsHeldBack() {
    seeOffsetsAfter(Duration.ofHours(1), Map.of());
    seeOffsetsAfter(Duration.ZERO, Map.of(SUMS, 7L));
    seeOffsetsAfter(Duration.ofSeconds(119), Map.of(SUMS, 7L));
    seeOffsetsAfter(Duration.ofSeconds(1), Map.of());
    seeOffsetsAfter(Duration.ofSeconds(119), Map.of(SUMS, 7L));
    seeOffsetsAfter(Duration.ofSeconds(119), Map.of(SUMS, 7L));
    assertThat(warnings).as("it was given in between").isEmpty();
    seeOffsetsAfter(Duration.ofSeconds(2), Map.of(SUMS, 7L));
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(
            "hold back an offset of 'night'",
            ". The service could not see how it ended. Find it",
            "--bootstrap-server broker:9092 find-hanging --topic __consumer_offsets");
    seeOffsetsAfter(Duration.ofSeconds(60), Map.of(SUMS, 7L));
    assertThat(warnings).as("not at every look").hasSize(1);
  }

  @Test
  void shouldSayNothingOfOffsetsThatGoOn() {
    TopicPartition other = new TopicPartition("sums", 1);
    for (long i = 0; i < 100; i++) {
      // at each look one of two partitions is in the middle of a commit
      seeOffsetsAfter(Duration.ofSeconds(10), i % 2 == 0 ? Map.of(SUMS, 7L) : Map.of(other, 9L));
    }
    for (long i = 0; i < 100; i++) {
      seeOffsetsAfter(Duration.ofSeconds(10), Map.of(SUMS, i));
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void shouldSayWhatHangsAndWhatToDo() {
    seeAfter(Duration.ZERO, 146, 147);
    seeAfter(Duration.ofSeconds(119), 146, 150);
    assertThat(warnings).isEmpty();
    seeAfter(Duration.ofSeconds(2), 146, 150);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(
            "partition 3 of 'sums' has a transaction at offset 146 that nobody ends",
            ". It was committed. Abort it only if it was not committed",
            "kafka-transactions.sh --bootstrap-server broker:9092 abort --topic sums --partition 3"
                + " --start-offset 146");
    seeAfter(Duration.ofSeconds(60), 146, 150);
    assertThat(warnings).as("not at every look").hasSize(1);
    seeAfter(Duration.ofSeconds(61), 146, 150);
    assertThat(warnings).hasSize(2);
  }
}
