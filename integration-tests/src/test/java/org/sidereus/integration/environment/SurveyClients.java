package org.sidereus.integration.environment;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.Topics;
import org.sidereus.schemas.registry.SerdeFactory;

/**
 * Plain producers and consumers around a service. They share only the contracts with it. The topics
 * must be there.
 */
public final class SurveyClients implements AutoCloseable {
  private final Topics topics;
  private final int partitions;
  private final SerdeFactory serdes;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Inbox<ObjectPosterior> objects;
  private final Inbox<GroupPosterior> groups;
  private final Inbox<Rejection> rejections;

  /** Clients of the brokers, the registry and the topics of a service. */
  public SurveyClients(ServiceKeys keys) {
    this.topics = keys.topics();
    this.partitions = keys.partitions();
    this.serdes = SerdeFactory.of(keys.ofRegistry());
    Map<String, Object> settings = keys.ofClients();
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 32 * 1024 * 1024);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.objects = inbox(keys, topics.objectPosteriors(), ObjectPosterior.class);
    this.groups = inbox(keys, topics.groupPosteriors(), GroupPosterior.class);
    this.rejections = inbox(keys, topics.rejections(), Rejection.class);
  }

  private <T extends SpecificRecord> Inbox<T> inbox(ServiceKeys keys, String topic, Class<T> type) {
    return new Inbox<>(keys.ofClients(), topic, serdes.valueSerde(type).deserializer());
  }

  public Inbox<ObjectPosterior> objects() {
    return objects;
  }

  public Inbox<GroupPosterior> groups() {
    return groups;
  }

  public Inbox<Rejection> rejections() {
    return rejections;
  }

  /** An observation as its producer sends it. */
  public byte[] bytes(Observation observation) {
    return serdes
        .valueSerde(Observation.class)
        .serializer()
        .serialize(topics.observations(), observation);
  }

  /** A record of another contract, as a wrong producer sends it. */
  public byte[] foreign(Rejection rejection) {
    return serdes
        .valueSerde(Rejection.class)
        .serializer()
        .serialize(topics.rejections(), rejection);
  }

  /** Reads bytes as the contract says. */
  public Observation read(byte[] bytes) {
    return serdes
        .valueSerde(Observation.class)
        .deserializer()
        .deserialize(topics.observations(), bytes);
  }

  /** Sends an observation under the key of its object. */
  public Future<RecordMetadata> send(Observation observation) {
    return send(observation.getObject().getBytes(StandardCharsets.UTF_8), bytes(observation));
  }

  /** Sends any bytes; both may be null. */
  public Future<RecordMetadata> send(byte[] key, byte[] value) {
    return producer.send(new ProducerRecord<>(topics.observations(), key, value));
  }

  /** Sends the marker of the end of the survey of {@link DemoSurvey} to every partition. */
  public void sendEnd(Instant time) {
    sendToAll(
        Observation.newBuilder()
            .setKind(ObservationKind.END_OF_SURVEY)
            .setSurvey(DemoSurvey.NAME)
            .setObject("")
            .setTime(time)
            .build());
  }

  /** Sends an event without a key to every partition. */
  public void sendToAll(Observation event) {
    byte[] value = bytes(event);
    for (int partition = 0; partition < partitions; partition++) {
      producer.send(new ProducerRecord<>(topics.observations(), partition, null, value));
    }
  }

  /** Waits until everything that was sent is stored. */
  public void flush() {
    producer.flush();
  }

  /** Place at which an event was stored. */
  public static RecordMetadata stored(Future<RecordMetadata> sending) {
    try {
      return sending.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("the broker did not take an event", e);
    }
  }

  @Override
  public void close() {
    objects.close();
    groups.close();
    rejections.close();
    producer.close();
  }
}
