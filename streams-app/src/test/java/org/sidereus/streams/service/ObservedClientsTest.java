package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.topology.ClientWatch;

class ObservedClientsTest {
  private static final long MS = 1_000_000;
  private static final TopicPartition NIGHT = new TopicPartition("night", 0);

  private long nowNs;
  private boolean refuses;
  private boolean away;
  private final List<String> gone = new ArrayList<>();

  /** Each end of a transaction takes 2 ns and 3 ns. */
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
        @Override
        public synchronized void flush() {
          nowNs += 2;
        }

        @Override
        public void commitTransaction() {
          nowNs += 3;
          if (refuses) {
            throw new TimeoutException("not in time");
          }
        }
      };

  private final MockConsumer<byte[], byte[]> mock = new MockConsumer<>("earliest");
  private final ObservedClients clients =
      new ObservedClients(
          new Given(),
          "night",
          new UnpackingLimit(1_000),
          new ThreadCommits(() -> nowNs, Duration.ofMillis(50), Duration.ofMillis(50)),
          new Seen());
  private final Consumer<byte[], byte[]> consumer = clients.getConsumer(Map.of());

  private final class Seen implements ObservedClients.Brokers {
    @Override
    public boolean areAway() {
      return away;
    }

    @Override
    public void memberIsGone(String memberId) {
      gone.add(memberId);
    }
  }

  private final class Given implements KafkaClientSupplier {
    @Override
    public Admin getAdmin(Map<String, Object> config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
      return producer;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
      return mock;
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
      throw new UnsupportedOperationException();
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(
      long offset, byte[] key, byte[] value, String... headers) {
    RecordHeaders all = new RecordHeaders();
    for (String one : headers) {
      all.add(one, new byte[8]);
    }
    return new ConsumerRecord<>(
        "night", 0, offset, 5, TimestampType.CREATE_TIME, 1, 1, key, value, all, Optional.of(3));
  }

  /** Without transactions, a budget of work per commit would otherwise be used up for ever. */
  @Test
  void shouldCountTheCommitsOfAStreamWithoutTransactions() {
    mock.assign(List.of(NIGHT));
    assertThat(clients.commits()).isZero();
    consumer.commitSync(Map.of(NIGHT, new OffsetAndMetadata(1)));
    consumer.commitSync(Map.of(NIGHT, new OffsetAndMetadata(2)));
    assertThat(clients.commits()).isEqualTo(2);
  }

  @Test
  void shouldKnowHowLongTransactionsTakeToEndAlsoThoseThatFail() {
    Producer<byte[], byte[]> observed = clients.getProducer(Map.of());
    assertThat(clients.lastEnd().number()).isZero();
    observed.flush();
    nowNs += 100;
    observed.commitTransaction();
    assertThat(clients.lastEnd()).isEqualTo(new ClientWatch.TransactionEnd(1, 5));
    assertThat(clients.commits()).isEqualTo(1);
    refuses = true;
    assertThatThrownBy(observed::commitTransaction).isInstanceOf(TimeoutException.class);
    assertThat(clients.lastEnd()).isEqualTo(new ClientWatch.TransactionEnd(2, 3));
    assertThat(clients.commits()).as("committed").isEqualTo(1);
  }

  @Test
  void shouldKnowWhenEachThreadHasAskedForEvents() throws InterruptedException {
    mock.assign(List.of(NIGHT));
    mock.updateBeginningOffsets(Map.of(NIGHT, 0L));
    consumer.poll(Duration.ZERO);
    nowNs += 5;
    assertThat(clients.sincePollNs()).isEqualTo(5);
    List<Long> ofAnother = new ArrayList<>();
    Thread other = new Thread(() -> ofAnother.add(clients.sincePollNs()));
    other.start();
    other.join();
    assertThat(ofAnother).as("a thread that has just begun").containsExactly(0L);
    consumer.poll(Duration.ZERO);
    assertThat(clients.sincePollNs()).isZero();
  }

  @Test
  void shouldKnowWhenAThreadHasNothingElseToDo() throws InterruptedException {
    TopicPartition other = new TopicPartition("night", 1);
    mock.assign(List.of(NIGHT, other));
    mock.updateBeginningOffsets(Map.of(NIGHT, 0L, other, 0L));
    mock.addRecord(record(0, new byte[] {1}, new byte[] {2, 3}));
    mock.addRecord(record(1, new byte[] {1}, new byte[] {2}));
    consumer.poll(Duration.ZERO);
    assertThat(clients.isQuiet(0)).isFalse();
    assertThat(clients.isQuiet(1)).isTrue();
    clients.taken(0, 3);
    assertThat(clients.isQuiet(0)).isFalse();
    assertThat(clients.hasTimeToCommit()).isFalse();

    // another thread does not have the partition
    List<Boolean> ofAnother = new ArrayList<>();
    Thread thread = new Thread(() -> ofAnother.add(clients.hasTimeToCommit()));
    thread.start();
    thread.join();
    assertThat(ofAnother).containsExactly(true);

    clients.taken(0, 2);
    assertThat(clients.isQuiet(0)).isTrue();
    assertThat(clients.hasTimeToCommit()).isTrue();

    Producer<byte[], byte[]> observed = clients.getProducer(Map.of());
    observed.flush();
    observed.commitTransaction();
    nowNs += 4;
    assertThat(clients.hasTimeToCommit()).as("the commit took 5 ns").isFalse();
    nowNs++;
    assertThat(clients.hasTimeToCommit()).isTrue();
  }

  @Test
  void shouldCommitAfterSomeTimeWhereAThreadKeepsUp() {
    mock.assign(List.of(NIGHT));
    mock.updateBeginningOffsets(Map.of(NIGHT, 0L));
    work(700, 300);
    assertThat(clients.isQuiet(0)).as("it works for most of its time").isFalse();
    Producer<byte[], byte[]> observed = clients.getProducer(Map.of());
    observed.commitTransaction();
    nowNs += 20 * MS - 1;
    assertThat(clients.hasTimeToCommit()).isFalse();
    nowNs++;
    assertThat(clients.hasTimeToCommit()).isTrue();

    work(990, 10);
    observed.commitTransaction();
    nowNs += 1_000 * MS;
    assertThat(clients.hasTimeToCommit()).as("it has no time for more commits").isFalse();
  }

  /** The thread works and then waits for events, ten times. */
  private void work(long workMs, long waitMs) {
    for (int i = 0; i < 10; i++) {
      nowNs += workMs * MS;
      mock.schedulePollTask(() -> nowNs += waitMs * MS);
      consumer.poll(Duration.ZERO);
    }
  }

  @Test
  void shouldDropTheHeadersOfProducers() {
    mock.assign(List.of(NIGHT));
    mock.updateBeginningOffsets(Map.of(NIGHT, 0L));
    mock.addRecord(record(0, new byte[] {1}, new byte[] {2}));
    mock.addRecord(record(1, new byte[] {1}, new byte[] {2}, "x", "y", "x"));
    mock.addRecord(record(2, new byte[] {1}, new byte[] {2}, ClientWatch.NOT_UNPACKED));
    mock.addRecord(record(3, null, null, "x", ClientWatch.NOT_UNPACKED));

    ConsumerRecords<byte[], byte[]> read = consumer.poll(Duration.ZERO);

    assertThat(read.records(NIGHT))
        .extracting(ConsumerRecord::offset)
        .containsExactly(0L, 1L, 2L, 3L);
    assertThat(read.records(NIGHT))
        .extracting(one -> one.headers().toArray().length)
        .containsExactly(0, 0, 0, 1);
    assertThat(read.nextOffsets().get(NIGHT).offset()).isEqualTo(4);
    assertThat(read.records(NIGHT).get(1))
        .satisfies(
            one -> {
              assertThat(one.key()).containsExactly(1);
              assertThat(one.value()).containsExactly(2);
              assertThat(one.timestamp()).isEqualTo(5);
              assertThat(one.leaderEpoch()).contains(3);
            });
  }

  /** Each poll looks for a broker anew; without one there is nothing to hurry for. */
  @Test
  void shouldPollLessOftenWhileNoBrokerResponds() {
    consumer.poll(Duration.ofMillis(12));
    assertThat(mock.lastPollTimeout()).hasMillis(12);

    away = true;
    consumer.poll(Duration.ofMillis(12));
    assertThat(mock.lastPollTimeout()).hasMillis(500);
    consumer.poll(Duration.ZERO);
    assertThat(mock.lastPollTimeout()).isZero();

    away = false;
    consumer.poll(Duration.ofMillis(12));
    assertThat(mock.lastPollTimeout()).hasMillis(12);
  }

  /** The brokers would wait for it until the end of its session. */
  @Test
  void shouldNameTheMemberOfAConsumerThatEnds() {
    String member = mock.groupMetadata().memberId();
    consumer.poll(Duration.ZERO);
    assertThat(gone).isEmpty();
    consumer.unsubscribe();
    consumer.close();
    assertThat(gone).containsExactly(member, member);
  }
}
