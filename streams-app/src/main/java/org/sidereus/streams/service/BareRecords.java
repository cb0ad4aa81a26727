package org.sidereus.streams.service;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.sidereus.streams.topology.ClientWatch;

/** Records without the headers of their producers: nothing reads them, and they may be large. */
final class BareRecords {
  private BareRecords() {}

  /** The same records; those of the observations have no headers of producers. */
  static ConsumerRecords<byte[], byte[]> of(
      ConsumerRecords<byte[], byte[]> records, String observations) {
    if (!hasHeaders(records.records(observations))) {
      return records;
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> all = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
      all.put(
          partition,
          partition.topic().equals(observations)
              ? some.stream().map(BareRecords::withoutHeaders).toList()
              : some);
    }
    return new ConsumerRecords<>(all, records.nextOffsets());
  }

  private static boolean hasHeaders(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> one : records) {
      if (one.headers().iterator().hasNext()) {
        return true;
      }
    }
    return false;
  }

  private static ConsumerRecord<byte[], byte[]> withoutHeaders(ConsumerRecord<byte[], byte[]> one) {
    Headers kept = new RecordHeaders();
    // Only a record that was not unpacked has neither.
    Header notUnpacked =
        one.key() == null && one.value() == null
            ? one.headers().lastHeader(ClientWatch.NOT_UNPACKED)
            : null;
    if (notUnpacked != null) {
      kept.add(notUnpacked);
    }
    return new ConsumerRecord<>(
        one.topic(),
        one.partition(),
        one.offset(),
        one.timestamp(),
        one.timestampType(),
        one.serializedKeySize(),
        one.serializedValueSize(),
        one.key(),
        one.value(),
        kept,
        one.leaderEpoch());
  }
}
