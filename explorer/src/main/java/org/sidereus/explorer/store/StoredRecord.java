package org.sidereus.explorer.store;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A record of a topic as the explorer keeps it. The arrays are not copied; do not change them.
 *
 * @param offset in its partition
 * @param timestampMs Kafka's timestamp, milliseconds since 1970-01-01 UTC
 * @param key as published; null: it has none
 * @param value as published
 */
public record StoredRecord(
    TopicPartition partition, long offset, long timestampMs, byte @Nullable [] key, byte[] value) {}
