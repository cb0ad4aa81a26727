package org.sidereus.benchmarks.stream;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;

/**
 * Publishes at a steady rate by a schedule. An event that leaves late does not move those after it:
 * its delay counts (no coordinated omission).
 */
final class TimedPublisher implements AutoCloseable {
  private static final double NS_PER_SECOND = 1e9;

  private final String topic;
  private final Serializer<Observation> serializer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  TimedPublisher(ServiceConfig config) {
    topic = config.topics().observations();
    serializer = RegistryPreparation.serdes(config).valueSerde(Observation.class).serializer();
    producer =
        new KafkaProducer<>(
            new KafkaSettings(config).producer(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * Publishes all, and returns when the brokers have stored them.
   *
   * @param times where the intended times, the times of the calls and those of storage go
   * @throws SidereusException if the brokers refuse one
   */
  void publish(List<Observation> observations, double perSecond, EventTimes times) {
    long start = System.nanoTime();
    for (int i = 0; i < observations.size(); i++) {
      Observation observation = observations.get(i);
      byte[] key = observation.getObject().getBytes(StandardCharsets.UTF_8);
      byte[] value = serializer.serialize(topic, observation);
      long due = start + (long) (i / perSecond * NS_PER_SECOND);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      int event = i;
      times.sent(event, due, System.nanoTime());
      // The callback takes the failure.
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(topic, key, value),
              (stored, e) -> {
                times.stored(event, System.nanoTime());
                if (e != null) {
                  failure.compareAndSet(null, e);
                }
              });
    }
    producer.flush();
    Exception e = failure.get();
    if (e != null) {
      throw new SidereusException("the brokers do not accept observations: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
