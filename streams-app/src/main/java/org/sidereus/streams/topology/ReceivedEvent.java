package org.sidereus.streams.topology;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.brokers.RecordPlace;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;

/**
 * The bytes of an event of Kafka with its position. The arrays are not copied.
 *
 * @param timestampMs Kafka's timestamp of the event
 * @param key null if it has none
 * @param value null if it has none
 */
record ReceivedEvent(
    String topic,
    int partition,
    long offset,
    long timestampMs,
    byte @Nullable [] key,
    byte @Nullable [] value) {
  /** A zero and the identifier of the schema, in the wire format of the registry. */
  private static final int HEADER_BYTES = 5;

  /** Size of key and value. */
  long bytes() {
    return (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
  }

  /** The identifier of its schema in the registry; -1: it has none. */
  int schemaId() {
    return value == null || value.length < HEADER_BYTES || value[0] != 0
        ? -1
        : ByteBuffer.wrap(value).getInt(1);
  }

  RecordPlace place() {
    return new RecordPlace(topic, partition, offset);
  }

  BinaryWriter write(BinaryWriter out) {
    return out.putString(topic)
        .putInt(partition)
        .putLong(offset)
        .putLong(timestampMs)
        .putBytes(key)
        .putBytes(value);
  }

  static ReceivedEvent read(BinaryReader in) {
    return new ReceivedEvent(
        in.getString(), in.getInt(), in.getLong(), in.getLong(), in.getBytes(), in.getBytes());
  }
}
