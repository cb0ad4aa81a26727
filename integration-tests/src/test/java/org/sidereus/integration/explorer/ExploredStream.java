package org.sidereus.integration.explorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.sidereus.demo.embedded.EmbeddedSidereus;
import org.sidereus.explorer.Explorer;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Topics;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.RegistryPreparation;

/** Broker, registry and service in this process, with an explorer and a producer. */
final class ExploredStream implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(240);

  private final EmbeddedSidereus sidereus;
  private final Path folder;
  private final Map<String, Map<String, Double>> truths;
  private final SerdeFactory serdes;
  private final KafkaProducer<byte[], byte[]> producer;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private Explorer explorer;

  /** A response of the explorer. */
  record Reply(int status, JsonNode body) {}

  private ExploredStream(
      EmbeddedSidereus sidereus, Path folder, Map<String, Map<String, Double>> truths) {
    this.sidereus = sidereus;
    this.folder = folder;
    this.truths = truths;
    serdes = RegistryPreparation.serdes(sidereus.config());
    producer =
        new KafkaProducer<>(
            new KafkaSettings(sidereus.config()).producer(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    explorer = explorer();
  }

  /**
   * Starts everything.
   *
   * @param folder of the explorer's database
   */
  static ExploredStream start(Path folder, Map<String, Map<String, Double>> truths)
      throws InterruptedException {
    return new ExploredStream(
        EmbeddedSidereus.start(
            "explored-" + ProcessHandle.current().pid(),
            Map.of(
                "bundles", "gce-tng",
                "topics.partitions", "2",
                "state.store", "memory",
                "groups.interval", "200ms",
                "topic.samples", "sidereus.samples"),
            OpenBundles::open),
        folder,
        truths);
  }

  private Explorer explorer() {
    return Explorer.start(sidereus.config(), new Explorer.Place(folder, "127.0.0.1", 0), truths);
  }

  /** Stops the explorer and starts another one on the same database. */
  void restartExplorer() {
    explorer.close();
    explorer = explorer();
  }

  String url() {
    return explorer.url();
  }

  void publish(List<DemoSurvey.Row> rows) {
    for (DemoSurvey.Row row : rows) {
      publish(
          row.object().getBytes(StandardCharsets.UTF_8),
          serdes
              .valueSerde(Observation.class)
              .serializer()
              .serialize(sidereus.config().topics().observations(), row.observation()));
    }
  }

  /** Posteriors as a service with other bundles publishes them. */
  void publish(List<ObjectPosterior> objects, List<GroupPosterior> groups) {
    Topics topics = sidereus.config().topics();
    for (ObjectPosterior one : objects) {
      send(
          topics.objectPosteriors(),
          one.getObject().getBytes(StandardCharsets.UTF_8),
          serdes
              .valueSerde(ObjectPosterior.class)
              .serializer()
              .serialize(topics.objectPosteriors(), one));
    }
    for (GroupPosterior one : groups) {
      send(
          topics.groupPosteriors(),
          one.getGroup().getBytes(StandardCharsets.UTF_8),
          serdes
              .valueSerde(GroupPosterior.class)
              .serializer()
              .serialize(topics.groupPosteriors(), one));
    }
  }

  void publish(byte[] key, byte[] value) {
    send(sidereus.config().topics().observations(), key, value);
  }

  private void send(String topic, byte[] key, byte[] value) {
    try {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the explorer has so many posteriors of objects and rejections. */
  void await(long posteriors, long rejections) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JsonNode overview = get("/api/overview").body();
      if (overview.path("object_posteriors").asLong() >= posteriors
          && overview.path("rejections").asLong() >= rejections) {
        return;
      }
      if (System.nanoTime() > deadlineNs) {
        throw new AssertionError(
            "no %d posteriors and %d rejections: %s".formatted(posteriors, rejections, overview));
      }
      pause();
    }
  }

  /**
   * Waits until the explorer has a group, whose partition may be read after that of its objects.
   */
  void awaitGroup(String group) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (get("/api/group?group=" + encoded(group)).status() != 200) {
      if (System.nanoTime() > deadlineNs) {
        throw new AssertionError("no group " + group);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Reply get(String path) {
    return request("GET", path);
  }

  Reply request(String method, String path) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(explorer.url() + path))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), json.readTree(response.body()));
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close();
    explorer.close();
    sidereus.close();
  }
}
