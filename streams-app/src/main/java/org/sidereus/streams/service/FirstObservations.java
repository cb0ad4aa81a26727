package org.sidereus.streams.service;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether an application that begins anew finds all observations from the first on. What
 * retention has removed is missing in all its groups, and nothing else would say so.
 */
final class FirstObservations {
  private static final Logger LOG = LoggerFactory.getLogger(FirstObservations.class);

  private final ServiceConfig config;

  FirstObservations(ServiceConfig config) {
    this.config = config;
  }

  /**
   * Looks at the brokers and writes one line into the log, if the application begins anew.
   *
   * @param partitions number of partitions of the observations
   */
  void report(int partitions) {
    try (Admin admin = Admin.create(new KafkaSettings(config).admin())) {
      if (beginsAnew(admin)) {
        SortedMap<Integer, Long> gone = gone(admin, partitions);
        String said = sentence(config.applicationId(), config.topics().observations(), gone);
        if (gone.isEmpty()) {
          LOG.info("{}", said);
        } else {
          LOG.warn("{}", said);
        }
      }
    } catch (ExecutionException e) {
      LOG.warn(
          "the brokers do not say whether all observations are still there: {}",
          String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    }
  }

  private boolean beginsAnew(Admin admin) throws ExecutionException, InterruptedException {
    return admin
        .listConsumerGroupOffsets(config.applicationId())
        .partitionsToOffsetAndMetadata()
        .get()
        .keySet()
        .stream()
        .noneMatch(one -> one.topic().equals(config.topics().observations()));
  }

  /** The first offset of each partition that does not begin at 0. */
  private SortedMap<Integer, Long> gone(Admin admin, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    IntStream.range(0, partitions)
        .forEach(
            partition ->
                asked.put(
                    new TopicPartition(config.topics().observations(), partition),
                    OffsetSpec.earliest()));
    KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> all = admin.listOffsets(asked).all();
    SortedMap<Integer, Long> gone = new TreeMap<>();
    all.get()
        .forEach(
            (partition, first) -> {
              if (first.offset() > 0) {
                gone.put(partition.partition(), first.offset());
              }
            });
    return gone;
  }

  /** What the log says. */
  static String sentence(String application, String topic, SortedMap<Integer, Long> gone) {
    if (gone.isEmpty()) {
      return "application '%s' begins anew with the first observation of topic '%s'"
          .formatted(application, topic);
    }
    long events = gone.values().stream().mapToLong(Long::longValue).sum();
    List<String> ranges =
        gone.entrySet().stream()
            .map(one -> "partition %d: offsets 0 to %d".formatted(one.getKey(), one.getValue() - 1))
            .toList();
    return "application '%s' begins anew, but the first %d events of topic '%s' are gone (%s): its groups lack them; publish these observations again, or stop the service now and go on under the old application.id"
        .formatted(application, events, topic, String.join(", ", ranges));
  }
}
