package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Source;
import org.sidereus.streams.results.PosteriorJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the observation behind a posterior from its topic, where retention has not removed it. One
 * reader at a time.
 */
public final class ObservationReading implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ObservationReading.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<Observation> deserializer;
  private final PosteriorJson json = new PosteriorJson();

  /**
   * A reader.
   *
   * @param settings of a consumer
   */
  public ObservationReading(Map<String, Object> settings, Deserializer<Observation> deserializer) {
    Map<String, Object> own = new HashMap<>(settings);
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    // one observation is wanted, not the megabyte behind it; a longer one comes all the same
    own.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16 * 1024);
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000);
    own.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1500);
    consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.deserializer = deserializer;
  }

  /** The observation at a place; null if it is no longer there or cannot be read. */
  synchronized JsonNode read(Source source) {
    TopicPartition partition = new TopicPartition(source.getTopic(), source.getPartition());
    try {
      List<TopicPartition> partitions = List.of(partition);
      consumer.assign(partitions);
      long first = consumer.beginningOffsets(partitions).getOrDefault(partition, 0L);
      long end = consumer.endOffsets(partitions).getOrDefault(partition, 0L);
      if (source.getOffset() < first || source.getOffset() >= end) {
        return JsonNodeFactory.instance.nullNode();
      }
      consumer.seek(partition, source.getOffset());
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadlineNs) {
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
          return one.offset() == source.getOffset() && one.value() != null
              ? json.of(deserializer.deserialize(one.topic(), one.value()))
              : JsonNodeFactory.instance.nullNode();
        }
      }
    } catch (KafkaException e) {
      // the page says that it is not available
      LOG.info("the observation at {} cannot be read: {}", source, e.toString());
    }
    return JsonNodeFactory.instance.nullNode();
  }

  @Override
  public synchronized void close() {
    consumer.close();
  }
}
