package org.sidereus.benchmarks.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;

/** Reads the committed posteriors: it counts those of objects and decodes those of groups. */
final class StreamOutcome implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<GroupPosterior> deserializer;
  private final String groupTopic;
  private final Map<String, Long> objectsByGroup = new HashMap<>();
  private ObjLongConsumer<String> listener = (object, ns) -> {};
  private long inferred;
  private long inGroups;

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

  /** Leaves out what was published before. */
  void toEnd() {
    Set<TopicPartition> partitions = consumer.assignment();
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Reads the new posteriors; waits a moment if there are none. */
  void poll() {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    long nowNs = System.nanoTime();
    for (ConsumerRecord<byte[], byte[]> one : records) {
      if (one.topic().equals(groupTopic)) {
        GroupPosterior posterior = deserializer.deserialize(one.topic(), one.value());
        if (posterior.getWindowStart() == null) {
          Long before = objectsByGroup.put(posterior.getGroup(), posterior.getObjects());
          inGroups += posterior.getObjects() - (before == null ? 0 : before);
        }
      } else {
        inferred++;
        listener.accept(new String(one.key(), StandardCharsets.UTF_8), nowNs);
      }
    }
  }

  /** Number of posteriors of objects that have been read. */
  long inferred() {
    return inferred;
  }

  /** Objects in the last posteriors of all groups for all time. */
  long inGroups() {
    return inGroups;
  }

  /** Who hears of each posterior of an object, and when it was read: {@link System#nanoTime()}. */
  void onPosterior(ObjLongConsumer<String> who) {
    listener = who;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
