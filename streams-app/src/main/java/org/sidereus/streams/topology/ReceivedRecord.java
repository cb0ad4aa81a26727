package org.sidereus.streams.topology;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.sidereus.schemas.RejectionReason;

/** A record of the observations topic, as the stream gets it. */
record ReceivedRecord(Record<byte[], byte[]> record, RecordMetadata from) {

  /** The event in it. */
  ReceivedEvent event() {
    return new ReceivedEvent(
        from.topic(),
        from.partition(),
        from.offset(),
        ArrivalTime.own(record.headers(), record.timestamp()),
        record.key(),
        record.value());
  }

  /** Why the record was not unpacked; empty: it was. */
  Optional<RejectionCause> notUnpacked() {
    Header header = record.headers().lastHeader(ClientWatch.NOT_UNPACKED);
    if (header == null || header.value() == null || header.value().length != Long.BYTES) {
      return Optional.empty();
    }
    long bytes = ByteBuffer.wrap(header.value()).getLong();
    return Optional.of(
        new RejectionCause(
            RejectionReason.TOO_LARGE,
            "the event at offset %d of partition %d unpacks to %s bytes, far more than its batch has, and was not unpacked; send observations of at most observation.max.bytes"
                .formatted(from.offset(), from.partition(), bytes < 0 ? "too many" : bytes)));
  }
}
