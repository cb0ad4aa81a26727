package org.sidereus.explorer.follow;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the service is: the end of the topic of observations, and the offsets that the service
 * has committed.
 */
public final class StreamProgress implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamProgress.class);
  private static final long PAUSE_MS = 1000;
  private static final long TIMEOUT_S = 5;

  private final Admin admin;
  private final ServiceConfig config;
  private final String topic;
  private final Notices notices;
  private volatile @Nullable Progress last;
  private volatile boolean closed;

  /**
   * Where the service stands.
   *
   * @param observations events in the topic of observations, those that retention has removed
   *     included
   * @param lag events that the service has not committed yet; null: no service of this
   *     application.id has committed anything
   */
  public record Progress(long observations, @Nullable Long lag) {}

  /**
   * Asks for the progress of a service.
   *
   * @param admin is closed with this object
   * @param notices gets one while no broker responds
   */
  public StreamProgress(Admin admin, ServiceConfig config, Notices notices) {
    this.admin = admin;
    this.config = config;
    this.notices = notices;
    topic = config.topics().observations();
  }

  /** The last progress that is known; null: none, as without a broker. */
  public @Nullable Progress last() {
    return last;
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        try {
          last = ask();
          notices.set(Notices.Kind.BROKER, null);
        } catch (ExecutionException | TimeoutException e) {
          last = null;
          boolean responds = e.getCause() instanceof UnknownTopicOrPartitionException;
          notices.set(Notices.Kind.BROKER, responds ? null : sentence(e));
          LOG.debug("the progress of the stream is not known", e);
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private String sentence(Exception failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof AuthenticationException || cause instanceof AuthorizationException
        ? "The broker at %s refuses the explorer: %s"
            .formatted(config.bootstrapServers(), cause.getMessage())
        : "No broker responds at %s. The pages show what was read until then, and go on by themselves."
            .formatted(config.bootstrapServers());
  }

  private Progress ask() throws ExecutionException, TimeoutException, InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    TopicDescription none = new TopicDescription(topic, false, List.of());
    for (TopicPartitionInfo one :
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(TIMEOUT_S, TimeUnit.SECONDS)
            .getOrDefault(topic, none)
            .partitions()) {
      wanted.put(new TopicPartition(topic, one.partition()), OffsetSpec.latest());
    }
    Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends =
        admin.listOffsets(wanted).all().get(TIMEOUT_S, TimeUnit.SECONDS);
    Map<TopicPartition, OffsetAndMetadata> committed = committed();
    long observations = 0;
    long lag = 0;
    for (Map.Entry<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> one : ends.entrySet()) {
      OffsetAndMetadata position = committed.get(one.getKey());
      observations += one.getValue().offset();
      lag += Math.max(0, one.getValue().offset() - (position == null ? 0 : position.offset()));
    }
    return new Progress(observations, committed.isEmpty() ? null : lag);
  }

  /** What the service has committed; empty: nothing, or the explorer may not know it. */
  private Map<TopicPartition, OffsetAndMetadata> committed()
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      return admin
          .listConsumerGroupOffsets(config.applicationId())
          .partitionsToOffsetAndMetadata()
          .get(TIMEOUT_S, TimeUnit.SECONDS)
          .entrySet()
          .stream()
          .filter(one -> one.getValue() != null)
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupAuthorizationException) {
        return Map.of();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
