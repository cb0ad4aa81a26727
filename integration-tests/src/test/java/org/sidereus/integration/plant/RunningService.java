package org.sidereus.integration.plant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;

/**
 * The service with the bundle {@code gce-tng} on topics of its own, and around it plain producers
 * and consumers that share nothing with it but the contracts.
 */
public final class RunningService implements AutoCloseable {
  public static final int PARTITIONS = 2;
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

  private final Map<String, String> keys;
  private final Topics topics;
  private final SidereusService service;
  private final SerdeFactory serdes;
  private final KafkaProducer<byte[], byte[]> producer;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Inbox<ObjectPosterior> objects;
  private final Inbox<GroupPosterior> groups;
  private final Inbox<Rejection> rejections;

  private RunningService(Map<String, String> keys, Topics topics, SidereusService service) {
    this.keys = keys;
    this.topics = topics;
    this.service = service;
    this.serdes = SerdeFactory.of(Map.of("schema.registry.url", keys.get("schema.registry.url")));
    String brokers = keys.get("bootstrap.servers");
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ProducerConfig.LINGER_MS_CONFIG,
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.objects = inbox(brokers, topics.objectPosteriors(), ObjectPosterior.class);
    this.groups = inbox(brokers, topics.groupPosteriors(), GroupPosterior.class);
    this.rejections = inbox(brokers, topics.rejections(), Rejection.class);
  }

  /**
   * Starts a service and waits until it is ready.
   *
   * @param name of its own on these surroundings
   * @param state folder for its state
   * @param overrides keys of the configuration that differ from those of the tests
   */
  public static RunningService start(
      Surroundings surroundings, String name, Path state, Map<String, String> overrides)
      throws InterruptedException {
    Topics topics = Topics.withPrefix(name);
    Map<String, String> keys = new TreeMap<>();
    keys.put("application.id", name);
    keys.put("bundles", "gce-tng");
    keys.put("bootstrap.servers", surroundings.bootstrapServers());
    keys.put("schema.registry.url", surroundings.registryUrl());
    keys.put("topic.observations", topics.observations());
    keys.put("topic.object-posteriors", topics.objectPosteriors());
    keys.put("topic.group-posteriors", topics.groupPosteriors());
    keys.put("topic.rejections", topics.rejections());
    keys.put("topics.partitions", Integer.toString(PARTITIONS));
    keys.put("topics.replication", "1");
    keys.put("state.dir", state.toString());
    keys.put("state.store", "memory");
    keys.put("groups.interval", "100ms");
    keys.put("http.port", "0");
    keys.putAll(overrides);
    ServiceConfig config = ServiceConfig.of(keys);
    SidereusService service = SidereusService.start(config, OpenBundles.open(config));
    if (!service.awaitReady(READY_TIMEOUT)) {
      service.close();
      throw new AssertionError("the service did not become ready in " + READY_TIMEOUT);
    }
    return new RunningService(keys, topics, service);
  }

  private <T extends SpecificRecord> Inbox<T> inbox(String brokers, String topic, Class<T> type) {
    return new Inbox<>(brokers, topic, serdes.valueSerde(type).deserializer());
  }

  /** The options by which a command of the command line finds this service. */
  public List<String> options() {
    List<String> options = new ArrayList<>();
    keys.forEach((key, value) -> options.addAll(List.of("--set", key + "=" + value)));
    return options;
  }

  public Topics topics() {
    return topics;
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

  /** A record of another contract, which a confused producer may send instead. */
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

  /** Sends the marker of the end of a survey to every partition. */
  public void sendEnd(Instant time) {
    byte[] marker =
        bytes(
            new Observation(
                ObservationKind.END_OF_SURVEY, "test", "", null, time, 0, null, List.of()));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      producer.send(new ProducerRecord<>(topics.observations(), partition, null, marker));
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
    } catch (InterruptedException | ExecutionException fault) {
      throw new AssertionError("the broker did not take an event", fault);
    }
  }

  public Metrics metrics() {
    HttpResponse<String> answer = get("/metrics");
    if (answer.statusCode() != 200) {
      throw new AssertionError("/metrics answers " + answer.statusCode());
    }
    return Metrics.parse(answer.body());
  }

  /** The answer to a path of the HTTP endpoints. */
  public HttpResponse<String> get(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(service.url() + path)).build(),
          BodyHandlers.ofString());
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    } catch (InterruptedException fault) {
      throw new AssertionError("interrupted", fault);
    }
  }

  /** The last posterior of each group for all time among those given. */
  public static Map<String, GroupPosterior> forAllTime(List<GroupPosterior> posteriors) {
    Map<String, GroupPosterior> last = new HashMap<>();
    posteriors.stream()
        .filter(one -> one.getWindowStart() == null)
        .forEach(one -> last.put(one.getGroup(), one));
    return last;
  }

  @Override
  public void close() {
    objects.close();
    groups.close();
    rejections.close();
    producer.close();
    service.close();
  }
}
