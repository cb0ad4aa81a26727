package org.sidereus.streams.topology;

import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;

/** The bytes of the record that a processor works on, as Kafka Streams keeps them. */
final class SourceRecord {
  private SourceRecord() {}

  /**
   * Drops the bytes. Kafka Streams keeps them, for handlers of errors that want them, with each
   * entry of a cache that the record has changed, and does not count them: a cache of some
   * megabytes could hold thousands of large events. Nothing here wants them.
   *
   * @param record as the context of the processor gives it
   */
  static void dropBytes(RecordMetadata record) {
    if (record instanceof ProcessorRecordContext kept) {
      kept.freeRawRecord();
    }
  }
}
