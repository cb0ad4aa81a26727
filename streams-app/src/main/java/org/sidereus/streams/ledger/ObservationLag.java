package org.sidereus.streams.ledger;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** Events of the observations topic that this instance has not read yet. Safe for threads. */
public final class ObservationLag {
  private static final String LAG = "records-lag";

  private final KafkaStreams streams;
  private final String topic;

  /** The lag of a stream behind a topic. */
  public ObservationLag(KafkaStreams streams, String topic) {
    this.streams = streams;
    this.topic = topic;
  }

  /** The lag of each partition that this instance has read from. */
  public SortedMap<Integer, Long> byPartition() {
    SortedMap<Integer, Long> lags = new TreeMap<>();
    streams
        .metrics()
        .forEach(
            (name, metric) -> {
              if (isLag(name) && metric.metricValue() instanceof Double lag && !lag.isNaN()) {
                lags.merge(
                    Integer.valueOf(name.tags().get("partition")), lag.longValue(), Long::max);
              }
            });
    return lags;
  }

  private boolean isLag(MetricName name) {
    // Older clients write underscores for the dots of a topic.
    return name.name().equals(LAG)
        && name.tags().containsKey("partition")
        && (topic.equals(name.tags().get("topic"))
            || topic.replace('.', '_').equals(name.tags().get("topic")));
  }
}
