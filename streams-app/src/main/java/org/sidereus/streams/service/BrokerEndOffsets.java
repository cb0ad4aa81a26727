package org.sidereus.streams.service;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.topology.EndOffsets;

/** End offsets by an administration client of its own. */
public final class BrokerEndOffsets implements EndOffsets, AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Admin admin;
  private final String topic;

  /** Connects at the first call of {@link #of}. */
  public BrokerEndOffsets(ServiceConfig config) {
    this.admin = Admin.create(new KafkaSettings(config).admin());
    this.topic = config.topics().observations();
  }

  @Override
  public CompletionStage<Long> of(int partition) {
    TopicPartition asked = new TopicPartition(topic, partition);
    return admin
        .listOffsets(Map.of(asked, OffsetSpec.latest()))
        .partitionResult(asked)
        .toCompletionStage()
        .thenApply(found -> found.offset());
  }

  @Override
  public void close() {
    admin.close(CLOSE_TIMEOUT);
  }
}
