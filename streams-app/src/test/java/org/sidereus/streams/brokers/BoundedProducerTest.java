package org.sidereus.streams.brokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BoundedProducerTest {
  private static final TopicPartition INPUT = new TopicPartition("observations", 0);
  private static final ConsumerGroupMetadata GROUP =
      new MockConsumer<byte[], byte[]>("earliest").groupMetadata();
  private static final long CLOCK_MS = 1_000;
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration LONGEST_WITH_BROKERS = Duration.ofSeconds(20);

  private final AtomicLong nowNs = new AtomicLong();
  private final CommitTimes times = new CommitTimes(nowNs::get);
  private final Brokers kafka = new Brokers();
  private final List<BoundedProducer> closed = new ArrayList<>();
  private final BoundedProducer producer =
      new BoundedProducer(kafka, times, nowNs::get, () -> CLOCK_MS, closed::add);

  /** A producer whose brokers may be away: a flush then lasts until the producer is closed. */
  private static final class Brokers extends MockProducer<byte[], byte[]> {
    private final CountDownLatch flushing = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean away;
    private int offsetsSent;
    private Duration closeTimeout;

    private Brokers() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized void sendOffsetsToTransaction(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
      offsetsSent++;
      super.sendOffsetsToTransaction(offsets, group);
    }

    @Override
    public void flush() {
      flushing.countDown();
      try {
        if (away && !end.await(10, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody ends the flush");
        }
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }

    @Override
    public void close(Duration timeout) {
      closeTimeout = timeout;
      end.countDown();
      super.close(timeout);
    }
  }

  private void advance(Duration time) {
    nowNs.addAndGet(time.toNanos());
  }

  private static Map<TopicPartition, OffsetAndMetadata> upTo(long offset) {
    return Map.of(INPUT, new OffsetAndMetadata(offset));
  }

  private void commit(long offset, int records) {
    producer.beginTransaction();
    for (int i = 0; i < records; i++) {
      producer.send(new ProducerRecord<>("results", new byte[] {1}));
    }
    producer.sendOffsetsToTransaction(upTo(offset), GROUP);
    producer.commitTransaction();
  }

  @Test
  void shouldSendNoTransactionInWhichNothingWasDone() {
    producer.initTransactions();
    commit(5, 1);
    advance(Duration.ofSeconds(3));
    for (int i = 0; i < 100; i++) {
      commit(5, 0);
    }
    assertThat(kafka.offsetsSent).isOne();
    assertThat(times.sinceLastCommit()).contains(Duration.ofSeconds(3));
    assertThat(times.oldestOpen()).isZero();

    commit(6, 0);
    assertThat(kafka.offsetsSent).as("an event without a result").isEqualTo(2);
    commit(6, 1);
    assertThat(kafka.offsetsSent).as("a result of the clock").isEqualTo(3);
    assertThat(times.sinceLastCommit()).contains(Duration.ZERO);
    assertThat(kafka.history()).hasSize(2);
  }

  @Test
  void shouldSayForHowLongATransactionIsOpen() {
    producer.initTransactions();
    producer.beginTransaction();
    assertThat(times.oldestOpen()).isZero();
    producer.send(new ProducerRecord<>("results", new byte[] {1}));
    advance(Duration.ofSeconds(7));
    producer.send(new ProducerRecord<>("results", new byte[] {2}));
    assertThat(times.oldestOpen()).isEqualTo(Duration.ofSeconds(7));
    producer.abortTransaction();
    assertThat(times.oldestOpen()).isZero();
    assertThat(times.sinceLastCommit()).isEmpty();
  }

  @Test
  void shouldTakeACommitThatTimesOutForAnOutageAfterWhichTheThreadIsReplaced() {
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("results", new byte[] {1}));
    kafka.commitTransactionException = new TimeoutException("commit");

    // Kafka Streams would keep the thread, and the producer, at a TimeoutException itself.
    assertThatThrownBy(producer::commitTransaction)
        .isInstanceOf(KafkaException.class)
        .isNotInstanceOf(TimeoutException.class)
        .hasRootCauseInstanceOf(TimeoutException.class);
    // As Kafka's producer does after a commit that timed out.
    kafka.abortTransactionException = new IllegalStateException("commit must be retried");
    assertThatCode(producer::abortTransaction).doesNotThrowAnyException();
    producer.close();
    assertThat(kafka.closeTimeout).isZero();
    assertThat(closed).containsExactly(producer);
  }

  @Test
  void shouldEndAFlushThatWaitsForBrokersThatAreAway() throws Exception {
    assertThat(endOfFlush(Duration.ofSeconds(59), Long.MAX_VALUE)).isNull();
    assertThat(endOfFlush(Duration.ofSeconds(2), Long.MAX_VALUE)).isEqualTo("flush");
  }

  @Test
  void shouldEndAFlushSoonerThatBrokersWhichRespondDoNotComplete() throws Exception {
    long backNs = Duration.ofSeconds(30).toNanos();
    assertThat(endOfFlush(Duration.ofSeconds(30), backNs)).isNull();
    assertThat(endOfFlush(Duration.ofSeconds(20), backNs)).isNull();
    assertThat(endOfFlush(Duration.ofSeconds(1), backNs)).isEqualTo("flush");
  }

  private CompletableFuture<Void> flush;

  private String endOfFlush(Duration later, long respondingSinceNs) throws Exception {
    if (flush == null) {
      kafka.away = true;
      flush = CompletableFuture.runAsync(producer::flush);
      kafka.flushing.await();
    }
    advance(later);
    String ended = producer.closeIfStuck(LONGEST, respondingSinceNs, LONGEST_WITH_BROKERS);
    if (ended != null) {
      assertThatThrownBy(flush::get).hasRootCauseInstanceOf(TimeoutException.class);
      assertThat(producer.closeIfStuck(LONGEST, respondingSinceNs, LONGEST_WITH_BROKERS)).isNull();
    }
    return ended;
  }

  @Test
  void shouldSendNoTimestampAheadOfTheClock() {
    producer.initTransactions();
    producer.beginTransaction();
    byte[] value = {1};
    producer.send(new ProducerRecord<>("results", 0, CLOCK_MS + 1, value, value));
    producer.send(new ProducerRecord<>("results", 0, CLOCK_MS - 1, value, value));
    producer.send(new ProducerRecord<>("results", 0, null, value, value));
    producer.commitTransaction();
    assertThat(kafka.history())
        .extracting(ProducerRecord::timestamp)
        .containsExactly(CLOCK_MS, CLOCK_MS - 1, null);
  }

  @Test
  void shouldWaitOnlyAMomentForItsEnd() {
    producer.close();
    assertThat(kafka.closeTimeout).isEqualTo(Duration.ofSeconds(2));
  }
}
