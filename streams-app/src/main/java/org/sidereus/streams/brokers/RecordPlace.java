package org.sidereus.streams.brokers;

import java.util.Map;
import org.slf4j.MDC;

/**
 * Where a record of Kafka lies. A line of the log that is about a record has its place as the
 * fields {@code topic}, {@code partition} and {@code offset}, so that it leads to the record.
 */
public record RecordPlace(String topic, int partition, long offset) {

  /** Does something whose log lines are about this record. */
  public void whileLogging(Runnable work) {
    Map<String, String> fields =
        Map.of(
            "topic",
            topic,
            "partition",
            Integer.toString(partition),
            "offset",
            Long.toString(offset));
    fields.forEach(MDC::put);
    try {
      work.run();
    } finally {
      fields.keySet().forEach(MDC::remove);
    }
  }

  @Override
  public String toString() {
    return "offset %d of partition %d of '%s'".formatted(offset, partition, topic);
  }
}
