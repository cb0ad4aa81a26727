package org.sidereus.benchmarks.stream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;

/** Reads what is committed of the posteriors: those of objects are counted, of groups read. */
final class StreamOutcome implements AutoCloseable {
  private static final java.time.Duration POLL = java.time.Duration.ofMillis(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<GroupPosterior> deserializer;
  private final String groupTopic;
  private final Map<String, Long> objectsByGroup = new HashMap<>();
  private final Latencies latencies = new Latencies();
  private long answered;

  StreamOutcome(ServiceConfig config) {
    groupTopic = config.topics().groupPosteriors();
    deserializer =
        RegistryPreparation.serdes(config).valueSerde(GroupPosterior.class).deserializer();
    consumer =
        new KafkaConsumer<>(
            new KafkaSettings(config).consumer(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Stream.of(groupTopic, config.topics().objectPosteriors())
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(one -> new TopicPartition(one.topic(), one.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads what has come; waits a moment if nothing has. */
  void poll() {
    for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
      if (one.topic().equals(groupTopic)) {
        GroupPosterior posterior = deserializer.deserialize(one.topic(), one.value());
        if (posterior.getWindowStart() == null) {
          objectsByGroup.put(posterior.getGroup(), posterior.getObjects());
        }
      } else {
        answered++;
        // the posterior of an object has the timestamp of its observation
        latencies.add(System.currentTimeMillis() - one.timestamp());
      }
    }
  }

  /** Posteriors of objects that have come. */
  long answered() {
    return answered;
  }

  /** Objects in the last posteriors of all groups for all time. */
  long inGroups() {
    return objectsByGroup.values().stream().mapToLong(count -> count).sum();
  }

  /** From the time of publication to that of reading. */
  Latencies latencies() {
    return latencies;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
