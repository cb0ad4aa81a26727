package org.sidereus.streams.catalog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;

/**
 * Publishes observations, keyed by object. When {@link #close()} returns without an error, the
 * brokers have stored all of them.
 */
public final class ObservationPublisher implements AutoCloseable {
  private final String topic;
  private final Serializer<Observation> serializer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /** A publisher to the configured brokers and topic. */
  public ObservationPublisher(ServiceConfig config, SerdeFactory serdes) {
    this.topic = config.topics().observations();
    this.serializer = serdes.valueSerde(Observation.class).serializer();
    try {
      this.producer =
          new KafkaProducer<>(
              new KafkaSettings(config).producer(),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new SidereusException(
          "no producer can be made: %s; check bootstrap.servers and kafka.*"
              .formatted(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    }
  }

  /**
   * Publishes an observation.
   *
   * @throws SidereusException if the registry refuses, or the brokers refused this or an earlier
   *     observation
   */
  public void publish(Observation observation) {
    byte[] key = observation.getObject().getBytes(StandardCharsets.UTF_8);
    send(new ProducerRecord<>(topic, key, bytes(observation)));
  }

  /** Publishes the marker that closes the windows of a survey that end at or before a time. */
  public void publishEndOfSurvey(String survey, Instant time) {
    toAllPartitions(
        Observation.newBuilder()
            .setKind(ObservationKind.END_OF_SURVEY)
            .setSurvey(survey)
            .setObject("")
            .setTime(time)
            .build());
  }

  /** Publishes that a group has another name from now on. */
  public void publishRename(String oldName, String newName) {
    toAllPartitions(
        Observation.newBuilder()
            .setKind(ObservationKind.GROUP_RENAME)
            .setSurvey("")
            .setObject("")
            .setGroup(oldName)
            .setRenamedTo(newName)
            .setTime(Instant.now())
            .build());
  }

  private void toAllPartitions(Observation event) {
    byte[] value = bytes(event);
    int partitions = producer.partitionsFor(topic).size();
    for (int partition = 0; partition < partitions; partition++) {
      send(new ProducerRecord<>(topic, partition, null, value));
    }
  }

  private byte[] bytes(Observation observation) {
    try {
      return serializer.serialize(topic, observation);
    } catch (KafkaException e) {
      throw new SidereusException(String.valueOf(e.getMessage()), e);
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    check();
    // The callback takes the failure; check() throws it.
    Future<RecordMetadata> unused =
        producer.send(
            record,
            (stored, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private void check() {
    Exception e = failure.get();
    if (e != null) {
      throw new SidereusException(
          "the brokers do not accept observations: %s; correct the cause and publish again (repeats replace each other)"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Waits until the brokers have stored everything. */
  public void flush() {
    producer.flush();
    check();
  }

  @Override
  public void close() {
    producer.close();
    check();
  }
}
