package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.ProcessorTime;
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
  private static final Duration START_TIMEOUT = Duration.ofMinutes(20);
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration PAUSE = Duration.ofMillis(Integer.getInteger("outages.pause", 20));
  private static final String OBJECT = "object-";
  private static final int WARM = 40;
  private static final int MAX_WRONG = 120;

  private final String name;
  private final boolean load;
  private final int threads;
  private final ServiceKeys keys;
  private final ServiceProcess service;
  private final SurveyClients clients;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicInteger sent = new AtomicInteger();
  private final ExecutorService publishers = Executors.newSingleThreadExecutor();
  private volatile int sentBefore;
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
                    "startup.timeout", "10m"))
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

  /** Waits until the service has processed some observations. */
  void begin() {
    service.awaitReady(START_TIMEOUT);
    for (int i = 0; i < WARM; i++) {
      send();
    }
    producer.flush();
    clients.objects().await(START_TIMEOUT, all -> all.size() >= WARM);
  }

  /**
   * Under load, publishes from now until the first posterior after the outage. Kafka's producer
   * blocks soon after the broker has gone; what was due meanwhile follows at once when it is back.
   */
  void publish() {
    if (load) {
      publishing = true;
      publisher = CompletableFuture.runAsync(this::publishOnTime, publishers);
    }
  }

  private void publishOnTime() {
    long dueNs = System.nanoTime();
    while (publishing) {
      send();
      dueNs += PAUSE.toNanos();
      long earlyNs = dueNs - System.nanoTime();
      if (earlyNs > 0) {
        ServiceProcess.pause(Duration.ofNanos(earlyNs));
      }
    }
  }

  /** The broker is gone: what is published from now on reaches it after its return. */
  void brokerIsGone() {
    sentBefore = sent.get();
  }

  private void send() {
    int number = sent.getAndIncrement();
    DemoSurvey.Row row =
        SURVEY.rows().get(number % SURVEY.rows().size()).as(OBJECT + number, "group-" + number % 3);
    producer.send(
        new ProducerRecord<>(
            keys.topics().observations(),
            row.object().getBytes(StandardCharsets.UTF_8),
            clients.bytes(row.observation())));
  }

  /**
   * What came of an outage.
   *
   * @param state {@code at rest} or {@code under load}
   * @param firstS time from the return of the broker to the first posterior of an observation that
   *     was published while it was away or later, seconds; NaN if there was none
   * @param allS time to the last posterior, seconds; NaN if one is missing
   * @param objects posteriors since the start of the service
   * @param machineLoad load average of the machine over one minute, at the end
   * @param processorShare part of the time in which the threads of the service could have run that
   *     they had a processor, from the return of the broker to the end
   * @param wrong what was wrong; empty: each object has one posterior and counts once in its group,
   *     and the process still runs
   */
  record Outcome(
      String state,
      int threads,
      double firstS,
      double allS,
      int objects,
      double machineLoad,
      double processorShare,
      String wrong) {}

  /**
   * Waits for the first posterior after the return of the broker, then for all.
   *
   * @param backNs when the broker was back
   */
  Outcome end(long backNs) {
    double firstS = Double.NaN;
    double allS = Double.NaN;
    String wrong = "";
    ProcessorTime before = ProcessorTime.of(service.pid());
    try {
      if (!load) {
        send();
        producer.flush();
      }
      clients.objects().await(PATIENCE, all -> all.stream().anyMatch(this::isAfterOutage));
      firstS = secondsSince(backNs);
      stopPublishing();
      int wanted = sent.get();
      clients.objects().await(PATIENCE, all -> all.size() >= wanted);
      allS = secondsSince(backNs);
      assertEachOnce(wanted);
    } catch (AssertionError e) {
      wrong = inOneLine(e);
    } finally {
      stopPublishing();
    }
    return new Outcome(
        load ? "under load" : "at rest",
        threads,
        firstS,
        allS,
        clients.objects().poll().size(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        ProcessorTime.of(service.pid()).shareSince(before),
        wrong);
  }

  /** What the service has said about transactions until now. */
  List<String> endedTransactions() {
    return service
        .log()
        .lines()
        .filter(line -> line.contains("the transaction of '") || line.contains("nobody ends"))
        .map(line -> name + ": " + line)
        .toList();
  }

  private void assertEachOnce(int wanted) {
    List<ObjectPosterior> objects = clients.objects().settled();
    assertThat(objects.size()).as("%s: posteriors", name).isEqualTo(wanted);
    assertThat(objects.stream().map(ObjectPosterior::getObject).distinct().count())
        .as("%s: objects", name)
        .isEqualTo(wanted);
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
  }

  private boolean isAfterOutage(ObjectPosterior posterior) {
    return Integer.parseInt(posterior.getObject().substring(OBJECT.length())) >= sentBefore;
  }

  private void stopPublishing() {
    publishing = false;
    publisher.join();
    producer.flush();
  }

  private static String inOneLine(AssertionError e) {
    String line = String.valueOf(e.getMessage()).replace('|', '/').replaceAll("\\s+", " ").strip();
    return line.length() <= MAX_WRONG ? line : line.substring(0, MAX_WRONG) + "...";
  }

  private static double secondsSince(long ns) {
    return 1e-9 * (System.nanoTime() - ns);
  }

  @Override
  public void close() {
    publishing = false;
    publishers.shutdownNow();
    service.close();
    producer.close(Duration.ZERO);
    clients.close();
  }
}
