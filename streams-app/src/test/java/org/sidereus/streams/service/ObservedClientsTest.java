package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.topology.ClientWatch;

class ObservedClientsTest {
  private static final TopicPartition NIGHT = new TopicPartition("night", 0);

  private final MockConsumer<byte[], byte[]> mock = new MockConsumer<>("earliest");
  private final ObservedClients clients =
      new ObservedClients(new Given(), "night", new UnpackingLimit(1_000));
  private final Consumer<byte[], byte[]> consumer = clients.getConsumer(Map.of());

  private final class Given implements KafkaClientSupplier {
    @Override
    public Admin getAdmin(Map<String, Object> config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
      throw new UnsupportedOperationException();
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
}
