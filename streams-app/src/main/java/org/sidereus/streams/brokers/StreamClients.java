package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The clients of Kafka Streams. Its producers are {@linkplain BoundedProducer bounded}. */
public final class StreamClients implements KafkaClientSupplier {
  private final CommitTimes times;
  private final MachineClock clock;
  private final UnaryOperator<Admin> admins;
  private final Set<BoundedProducer> producers = ConcurrentHashMap.newKeySet();

  /** Those that are closed are forgotten with the threads that had them. */
  private final Set<Consumer<byte[], byte[]>> consumers =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /**
   * Clients for one stream.
   *
   * @param times where commits are entered
   * @param clock of the timestamps and the waits of producers
   * @param admins what stands before a client of administration
   */
  public StreamClients(CommitTimes times, MachineClock clock, UnaryOperator<Admin> admins) {
    this.times = times;
    this.clock = clock;
    this.admins = admins;
  }

  /**
   * Ends the calls of producers that wait too long.
   *
   * @param longest longest wait
   * @param respondingSinceNs since when the brokers respond; {@link Long#MAX_VALUE}: they do not
   * @param longestWithBrokers longest wait for brokers that respond
   * @return names of the calls that were ended
   */
  public List<String> closeStuckProducers(
      Duration longest, long respondingSinceNs, Duration longestWithBrokers) {
    List<String> ended = new ArrayList<>();
    for (BoundedProducer one : producers) {
      String name = one.closeIfStuck(longest, respondingSinceNs, longestWithBrokers);
      if (name != null) {
        ended.add(name);
      }
    }
    return ended;
  }

  /** Ends the calls of consumers that wait now, or the next call of each. */
  public void wakeConsumers() {
    List<Consumer<byte[], byte[]>> all;
    synchronized (consumers) {
      all = List.copyOf(consumers);
    }
    all.forEach(Consumer::wakeup);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return admins.apply(RenewedAdmin.of(config, clock));
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    BoundedProducer made =
        new BoundedProducer(
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
            times,
            clock.elapsedNs(),
            clock.epochMs(),
            producers::remove);
    producers.add(made);
    return made;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Consumer<byte[], byte[]> made =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumers.add(made);
    return made;
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }
}
