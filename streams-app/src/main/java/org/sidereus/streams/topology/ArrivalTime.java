package org.sidereus.streams.topology;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Gives every event the time of the clock. All that the stream writes because of an event bears
 * this time: a Kafka timestamp of the past could be refused by a topic ({@code
 * message.timestamp.before.max.ms}) or be deleted by its retention at once. A record without a
 * timestamp would stop the stream.
 *
 * <p>The event's own Kafka timestamp goes on in a header, so that it is the same in every replay.
 */
final class ArrivalTime implements TimestampExtractor {
  private static final String OWN_TIME = "sidereus.kafka-timestamp";

  private final LongSupplier clockMs;

  ArrivalTime(LongSupplier clockMs) {
    this.clockMs = clockMs;
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTimeMs) {
    Headers headers = record.headers();
    headers.remove(OWN_TIME);
    headers.add(OWN_TIME, ByteBuffer.allocate(Long.BYTES).putLong(record.timestamp()).array());
    return Math.max(0, clockMs.getAsLong());
  }

  /** The Kafka timestamp that an event bears, milliseconds; negative: none. */
  static long own(Headers headers, long absent) {
    Header header = headers.lastHeader(OWN_TIME);
    return header == null ? absent : ByteBuffer.wrap(header.value()).getLong();
  }
}
