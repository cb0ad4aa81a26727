package org.sidereus.streams.service;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.sidereus.streams.brokers.MachineClock;
import org.sidereus.streams.brokers.RenewedAdmin;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.topology.EndOffsets;

/** End offsets of the observation partitions, read from the broker by a separate client. */
public final class BrokerEndOffsets implements EndOffsets, AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Admin admin;
  private final String topic;

  /** A client of the configured brokers; it connects with the first call. */
  public BrokerEndOffsets(ServiceConfig config) {
    this.admin = RenewedAdmin.of(new KafkaSettings(config).admin(), MachineClock.ofThisMachine());
    this.topic = config.topics().observations();
  }

  @Override
  public CompletionStage<Long> of(int partition) {
    TopicPartition observations = new TopicPartition(topic, partition);
    return admin
        .listOffsets(Map.of(observations, OffsetSpec.latest()))
        .partitionResult(observations)
        .toCompletionStage()
        .thenApply(found -> found.offset());
  }

  @Override
  public void close() {
    admin.close(CLOSE_TIMEOUT);
  }
}
