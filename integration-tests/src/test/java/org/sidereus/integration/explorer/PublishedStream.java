package org.sidereus.integration.explorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.explorer.Explorer;
import org.sidereus.integration.environment.NetworkProxy;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;

/**
 * A broker, a registry and an explorer that may stop and start again at the same addresses. There
 * is no service: posteriors are published as one would.
 */
final class PublishedStream implements AutoCloseable {
  private final Path folder;
  private final int port = freePort();
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;
  private final NetworkProxy registryProxy;
  private final ServiceConfig config;
  private final SerdeFactory serdes;
  private final KafkaProducer<byte[], byte[]> producer;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private Explorer explorer;

  private PublishedStream(Path folder) {
    this.folder = folder;
    broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
    registry = EmbeddedRegistry.start(0);
    registryProxy = NetworkProxy.before(registry.url());
    Map<String, String> keys = new HashMap<>();
    keys.put("bootstrap.servers", broker.bootstrapServers());
    keys.put("schema.registry.url", registryProxy.url());
    keys.put("topics.replication", "1");
    keys.put("bundles", "gce-tng");
    config = ServiceConfig.of(keys);
    serdes = RegistryPreparation.serdes(config);
    producer =
        new KafkaProducer<>(
            new KafkaSettings(config).producer(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    startExplorer();
  }

  /** Starts everything; there are no topics yet. */
  static PublishedStream start(Path folder) {
    return new PublishedStream(folder);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return explorer.url();
  }

  EmbeddedBroker broker() {
    return broker;
  }

  /** Between the explorer and the registry. */
  NetworkProxy registry() {
    return registryProxy;
  }

  void stopExplorer() {
    explorer.close();
  }

  /** Starts an explorer on the same port with the same database. */
  void startExplorer() {
    explorer =
        Explorer.start(
            config, new Explorer.Place(folder.resolve("explorer"), "127.0.0.1", port), Map.of());
  }

  void makeTopics() {
    new TopicPreparation(config).prepare();
  }

  void publish(List<ObjectPosterior> objects, List<GroupPosterior> groups) {
    String ofObjects = config.topics().objectPosteriors();
    objects.forEach(
        one -> send(ofObjects, one.getSurvey() + one.getObject(), bytes(ofObjects, one)));
    String ofGroups = config.topics().groupPosteriors();
    groups.forEach(
        one ->
            send(
                ofGroups,
                one.getGroup() + one.getBundle() + one.getWindowStart(),
                bytes(ofGroups, one)));
    producer.flush();
  }

  @SuppressWarnings("unchecked") // the class of a record is that of its serde
  private <T extends SpecificRecord> byte[] bytes(String topic, T record) {
    return serdes.valueSerde((Class<T>) record.getClass()).serializer().serialize(topic, record);
  }

  private void send(String topic, String key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  /** Writes to a topic of observations or posteriors, and waits until it is there. */
  void write(String topic, byte[] value) {
    try {
      producer.send(new ProducerRecord<>(topic, value)).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode get(String path) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(explorer.url() + path)).build(),
              HttpResponse.BodyHandlers.ofString());
      return json.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ZERO);
    explorer.close();
    registryProxy.close();
    registry.close();
    broker.close();
  }
}
