package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.integration.environment.Endpoint;
import org.sidereus.integration.environment.PatchyRegistry;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;
import org.sidereus.streams.topology.Inference;
import org.sidereus.streams.topology.ServedBundle;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * Work that takes longer than the transaction timeout, all at once. It is cut, and each part is
 * committed in time.
 */
@Tag("slow")
class BacklogTest {
  private static final int BACKLOG = Integer.getInteger("backlog.observations", 19_000);
  private static final int WINDOWS = Integer.getInteger("backlog.windows", 40_000);
  private static final int HELD = 2_000;

  /** The line of the consumer of a stream thread, and not of the one that restores state. */
  private static final Pattern LAST_POLL =
      Pattern.compile(
          "(?m)^kafka_consumer\\S*last_poll_seconds_ago\\{[^}]*StreamThread-\\d+-consumer\"[^}]*}"
              + " (\\S+)$");

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir private Path folder;
  private final TestLog log = new TestLog("backlog");
  private EmbeddedBroker broker;
  private PatchyRegistry registry;
  private ServiceKeys keys;
  private SidereusService service;
  private SurveyClients clients;

  @BeforeEach
  void startBroker() {
    broker = EmbeddedBroker.start();
    registry = PatchyRegistry.start();
  }

  @AfterEach
  void stop() {
    clients.close();
    service.close();
    registry.close();
    broker.close();
  }

  private record Surroundings(String bootstrapServers, String registryUrl)
      implements TestEnvironment {
    @Override
    public void close() {}
  }

  private void start(Inference inference, Map<String, String> overrides)
      throws InterruptedException {
    Map<String, String> values = new HashMap<>(overrides);
    values.put("topics.partitions", "1");
    values.put("num.stream.threads", "1");
    keys =
        ServiceKeys.of(
                new Surroundings(broker.bootstrapServers(), registry.url()),
                "backlog",
                folder,
                values)
            .createTopics();
    clients = new SurveyClients(keys);
    Manifest manifest = Manifest.parse(LinearGaussianBundle.manifest("linear", "1"));
    service =
        SidereusService.start(
            ServiceConfig.of(keys.with("bundles", "linear").values()),
            OpenBundles.of(List.of(ServedBundle.of(manifest, inference))));
    assertThat(service.awaitReady(Duration.ofMinutes(2))).isTrue();
  }

  private static ObjectSummary posterior(float[] row) {
    double[] y = new double[row.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = row[i];
    }
    double[][] covariance = LinearGaussianBundle.posteriorCovariance();
    int d = covariance.length;
    double[] flat = new double[d * d];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = covariance[i / d][i % d];
    }
    return new ObjectSummary(LinearGaussianBundle.posteriorMean(y), flat, new double[d][3], 64);
  }

  private static Observation star(String object, String group, long timeMs) {
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      measurements.add(new Measurement("y" + i, 0.1 * i, null));
    }
    return Observation.newBuilder()
        .setSurvey("survey")
        .setObject(object)
        .setGroup(group)
        .setTime(Instant.ofEpochMilli(timeMs))
        .setMeasurements(measurements)
        .build();
  }

  private void send(Observation observation) {
    clients.send(
        observation.getObject().getBytes(StandardCharsets.UTF_8), clients.bytes(observation));
  }

  /** The engine takes 2 ms for an observation: 38 s for all that waited, in one call before. */
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldInferWhatWaitedForTheRegistryWithoutOutlastingATransaction() throws Exception {
    start(
        (rows, sharedFit) -> {
          pause(2L * rows.size());
          return rows.stream().map(BacklogTest::posterior).toList();
        },
        Map.of());
    long nowMs = System.currentTimeMillis();
    int schema = ByteBuffer.wrap(clients.bytes(star("x", null, nowMs))).getInt(1);
    registry.fail(schema, 503);
    for (int i = 0; i < BACKLOG; i++) {
      send(star("o" + i, null, nowMs));
    }
    clients.flush();
    while (service.meters().ledgerCounts().get(0).pending() < BACKLOG) {
      Thread.sleep(200);
    }
    registry.recover();
    long startNs = System.nanoTime();
    clients.objects().await(PATIENCE, all -> all.size() >= BACKLOG);
    log.note(
        "%d observations that waited, 2 ms each: inferred in %.0f s, transactions of 30 s",
        BACKLOG, 1e-9 * (System.nanoTime() - startNs));
    assertThat(clients.objects().settled())
        .extracting(ObjectPosterior::getObject)
        .hasSize(BACKLOG)
        .doesNotHaveDuplicates();
  }

  /**
   * Records that wait in the buffer of Kafka Streams behind a backlog: with a call of a second for
   * each, the thread would ask for no events as long as there is work, here 30 s.
   */
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldAskForEventsWhileItWorksOnABacklog() throws Exception {
    start(
        (rows, sharedFit) -> {
          pause(5L * rows.size());
          return rows.stream().map(BacklogTest::posterior).toList();
        },
        Map.of("pending.max", Integer.toString(HELD)));
    long nowMs = System.currentTimeMillis();
    int schema = ByteBuffer.wrap(clients.bytes(star("x", null, nowMs))).getInt(1);
    registry.fail(schema, 503);
    for (int i = 0; i < 3 * HELD; i++) {
      send(star("o" + i, null, nowMs));
    }
    clients.flush();
    while (service.meters().ledgerCounts().get(0).pending() < HELD) {
      Thread.sleep(200);
    }
    registry.recover();
    Endpoint http = new Endpoint(service.url());
    List<Double> sincePollS = new ArrayList<>();
    clients
        .objects()
        .await(
            PATIENCE,
            all -> {
              sincePollS.add(sincePollS(http));
              return all.size() >= 3 * HELD;
            });
    double longestS = Collections.max(sincePollS);
    log.note(
        "%d observations, 5 ms each, of which %d may wait: polled at least every %.0f s",
        3 * HELD, HELD, longestS);
    assertThat(longestS).isLessThan(20);
  }

  /** Seconds since the only stream thread has asked for events. */
  private static double sincePollS(Endpoint http) {
    Matcher line = LAST_POLL.matcher(http.get("/metrics").body());
    assertThat(line.find()).as("the page has %s", LAST_POLL).isTrue();
    return Double.parseDouble(line.group(1));
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldCloseManyWindowsAtOnceAndCountWhatIsCommitted() throws Exception {
    start(
        (rows, sharedFit) -> rows.stream().map(BacklogTest::posterior).toList(),
        Map.of("groups.interval", "1h", "kafka.producer.transaction.timeout.ms", "5000"));
    long base = System.currentTimeMillis() / 3_600_000 * 3_600_000 - 5 * 3_600_000L;
    for (int i = 0; i < WINDOWS; i++) {
      send(star("o" + i, "field-" + i, base + i % 1_000));
    }
    clients.flush();
    clients.objects().await(PATIENCE, all -> all.size() >= WINDOWS);
    clients.sendEnd(Instant.ofEpochMilli(base + 7_200_000));
    clients.flush();
    long startNs = System.nanoTime();
    clients.groups().await(PATIENCE, all -> closed(all) >= WINDOWS);
    log.note(
        "%d windows that closed at once: committed in %.0f s, transactions of 5 s",
        WINDOWS, 1e-9 * (System.nanoTime() - startNs));
    assertThat(closed(clients.groups().settled())).isEqualTo(WINDOWS);
    // The last transaction counts with the next call of its processor.
    for (int i = 0; i < 100 && service.meters().closedWindows() < WINDOWS; i++) {
      Thread.sleep(100);
    }
    assertThat(service.meters().closedWindows()).isEqualTo(WINDOWS);
  }

  private static long closed(List<GroupPosterior> all) {
    return all.stream().filter(GroupPosterior::getClosed).count();
  }
}
