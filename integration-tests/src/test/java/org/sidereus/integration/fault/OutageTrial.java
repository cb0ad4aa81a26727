package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;

/** A service with its producer that goes through an outage of the broker. */
final class OutageTrial implements AutoCloseable {
  private static final DemoSurvey SURVEY = DemoSurvey.first(1_000);
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final long PAUSE_MS = 20;
  private static final int WARM = 40;

  private final String name;
  private final boolean load;
  private final int threads;
  private final ServiceKeys keys;
  private final ServiceProcess service;
  private final SurveyClients clients;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicInteger sent = new AtomicInteger();
  private volatile boolean publishing;
  private CompletableFuture<Void> publisher = CompletableFuture.completedFuture(null);

  private OutageTrial(
      String name, boolean load, int threads, TestEnvironment environment, Path folder)
      throws IOException {
    this.name = name;
    this.load = load;
    this.threads = threads;
    this.keys =
        ServiceKeys.of(
                environment,
                name,
                folder.resolve(name),
                Map.of(
                    "num.stream.threads", Integer.toString(threads),
                    "topics.partitions", Integer.toString(Math.max(2, threads / 2)),
                    "state.store", "rocksdb",
                    "engine.samples", "64",
                    "startup.timeout", "60s"))
            .createTopics();
    this.service =
        ServiceProcess.start(
            keys,
            Files.createDirectories(folder.resolve(name)),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1");
    this.clients = new SurveyClients(keys);
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3_600_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3_600_000);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Starts a service and does not wait. */
  static OutageTrial start(boolean load, int threads, TestEnvironment environment, Path folder)
      throws IOException {
    String name = (load ? "load-" : "rest-") + threads;
    return new OutageTrial(name, load, threads, environment, folder);
  }

  /** Waits until the service has processed some observations; under load it goes on with more. */
  void begin() {
    service.awaitReady(Duration.ofMinutes(8));
    for (int i = 0; i < WARM; i++) {
      send();
    }
    producer.flush();
    clients.objects().await(PATIENCE, all -> all.size() >= WARM);
    if (load) {
      publishing = true;
      publisher =
          CompletableFuture.runAsync(
              () -> {
                while (publishing) {
                  send();
                  ServiceProcess.pause(Duration.ofMillis(PAUSE_MS));
                }
              });
    }
  }

  private void send() {
    int number = sent.getAndIncrement();
    DemoSurvey.Row row =
        SURVEY
            .rows()
            .get(number % SURVEY.rows().size())
            .as("object-" + number, "group-" + number % 3);
    producer.send(
        new ProducerRecord<>(
            keys.topics().observations(),
            row.object().getBytes(StandardCharsets.UTF_8),
            clients.bytes(row.observation())));
  }

  /**
   * What came of an outage.
   *
   * @param firstS time from the return of the broker to the first posterior, seconds
   * @param allS time to the last one of what was published until the first, seconds
   * @param objects posteriors, each of another object
   */
  record Outcome(boolean load, int threads, double firstS, double allS, int objects) {
    static final String HEAD =
        "| outage | seconds | state | threads | first posterior, s | all, s | posteriors |";

    String row(String kind, int seconds) {
      return String.format(
          Locale.ROOT,
          "| %s | %d | %s | %d | %.1f | %.1f | %d, each once |",
          kind,
          seconds,
          load ? "under load" : "at rest",
          threads,
          firstS,
          allS,
          objects);
    }
  }

  /**
   * Waits for the first posterior after the return of the broker, then for all.
   *
   * @param backNs when the broker was back
   */
  Outcome end(long backNs) {
    int before = clients.objects().poll().size();
    if (!load) {
      send();
      producer.flush();
    }
    clients.objects().await(PATIENCE, all -> all.size() > before);
    double firstS = 1e-9 * (System.nanoTime() - backNs);
    publishing = false;
    publisher.join();
    producer.flush();
    int wanted = sent.get();
    clients.objects().await(PATIENCE, all -> all.size() >= wanted);
    double allS = 1e-9 * (System.nanoTime() - backNs);
    List<ObjectPosterior> objects = clients.objects().settled();
    assertThat(objects).as(name).hasSize(wanted);
    assertThat(objects).as(name).extracting(ObjectPosterior::getObject).doesNotHaveDuplicates();
    clients
        .groups()
        .await(
            PATIENCE,
            all ->
                RunningService.forAllTime(all).values().stream()
                        .mapToLong(GroupPosterior::getObjects)
                        .sum()
                    == wanted);
    assertThat(service.isReady()).as("%s runs", name).isTrue();
    return new Outcome(load, threads, firstS, allS, objects.size());
  }

  @Override
  public void close() {
    publishing = false;
    service.close();
    producer.close(Duration.ZERO);
    clients.close();
  }
}
