package org.sidereus.benchmarks.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;
import org.sidereus.streams.topology.Inference;

/**
 * What a user would build instead of the service: a Kafka Streams application that decodes an
 * observation, evaluates the graph for it, and sends the posterior on. It combines no groups, keeps
 * no state and rejects nothing. It has a broker and a registry of its own in this process.
 */
final class OneByOneApplication implements AutoCloseable {
  private static final String NAME = "one-by-one";
  private static final long START_SECONDS = 60;
  private static final Duration CLOSE = Duration.ofSeconds(30);

  /** Closes what is open, the last one first. */
  private final Deque<Runnable> open;

  private final ServiceConfig config;

  private OneByOneApplication(Deque<Runnable> open, ServiceConfig config) {
    this.open = open;
    this.config = config;
  }

  /**
   * Starts it and waits until it runs.
   *
   * @param keys of the service's configuration; topics, threads and commits are as there
   * @throws SidereusException if it does not run after a minute
   */
  static OneByOneApplication start(
      Map<String, String> keys, Manifest manifest, Inference inference, OneByOneSettings settings)
      throws InterruptedException {
    Deque<Runnable> open = new ArrayDeque<>();
    try {
      EmbeddedBroker broker = EmbeddedBroker.start();
      open.push(broker::close);
      EmbeddedRegistry registry = EmbeddedRegistry.start(0);
      open.push(registry::close);
      Map<String, String> all = new HashMap<>(keys);
      all.put("application.id", NAME);
      all.put("bootstrap.servers", broker.bootstrapServers());
      all.put("schema.registry.url", registry.url());
      all.put("topics.replication", "1");
      ServiceConfig config = ServiceConfig.of(all);
      new TopicPreparation(config).prepare();
      SerdeFactory serdes = RegistryPreparation.serdes(config);
      StreamsBuilder builder = new StreamsBuilder();
      builder.stream(
              config.topics().observations(),
              Consumed.with(Serdes.ByteArray(), serdes.valueSerde(Observation.class))
                  .withName("observations"))
          .process(() -> new OneByOne(manifest, inference))
          .to(
              config.topics().objectPosteriors(),
              Produced.with(Serdes.ByteArray(), serdes.valueSerde(ObjectPosterior.class))
                  .withName("posteriors"));
      KafkaStreams streams = new KafkaStreams(builder.build(), settings.streams(config));
      open.push(() -> streams.close(CLOSE));
      CountDownLatch running = new CountDownLatch(1);
      streams.setStateListener(
          (now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
              running.countDown();
            }
          });
      streams.start();
      if (!running.await(START_SECONDS, TimeUnit.SECONDS)) {
        throw new SidereusException(
            "the application does not run after %d s; the log above has the cause"
                .formatted(START_SECONDS));
      }
      return new OneByOneApplication(open, config);
    } catch (RuntimeException | InterruptedException e) {
      open.forEach(Runnable::run);
      throw e;
    }
  }

  /** The configuration by which its topics are written and read. */
  ServiceConfig config() {
    return config;
  }

  @Override
  public void close() {
    open.forEach(Runnable::run);
    open.clear();
  }
}
