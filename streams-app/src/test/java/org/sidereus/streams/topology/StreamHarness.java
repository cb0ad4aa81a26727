package org.sidereus.streams.topology;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.Topics;
import org.sidereus.schemas.registry.BackgroundRegistry;
import org.sidereus.schemas.registry.InMemoryRegistry;
import org.sidereus.schemas.registry.RegistryClient;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.brokers.MachineClock;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.config.StoreKind;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * The topology in the test driver, with the small linear bundle, whose posteriors come from Java.
 * Windows are 10 s long with 2 s of grace.
 */
final class StreamHarness implements AutoCloseable {
  static final Topics TOPICS = Topics.defaults();
  static final String BUNDLE = LinearGaussianBundle.NAME;
  static final Duration LINGER = Duration.ofMillis(25);
  static final Duration GROUPS_INTERVAL = Duration.ofMillis(100);
  static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  /** Latest time of an observation that is not too far ahead of the clock, seconds. */
  static final long AHEAD_S = 1_000 + MAX_AHEAD.toSeconds();

  private static final int BATCH_SIZE = 4;

  final InMemoryRegistry registry = new InMemoryRegistry();
  final StreamMeters meters = new StreamMeters();
  final List<Integer> batches = new ArrayList<>();
  final TopologyTestDriver driver;

  /** The clock of the machine; far ahead of that of the processing. */
  /** Whether the stream says that it commits soon. */
  boolean beforeCommit;

  long machineMs = 2_000_000_000_000L;

  final TestInputTopic<byte[], byte[]> observations;
  final TestOutputTopic<byte[], ObjectPosterior> posteriors;
  final TestOutputTopic<byte[], GroupPosterior> groups;
  final TestOutputTopic<byte[], Rejection> rejections;
  private final SerdeFactory writer = SerdeFactory.of(registry);

  StreamHarness() {
    this(null, null);
  }

  /**
   * A harness.
   *
   * @param registryOfTopology registry of the topology; null: one that works
   * @param inference engine; null: the exact one
   */
  StreamHarness(RegistryClient registryOfTopology, Inference inference) {
    this(registryOfTopology, List.of(bundle(BUNDLE, "1", inference)), 1);
  }

  StreamHarness(
      RegistryClient registryOfTopology, List<ServedBundle> bundles, int observationPartitions) {
    this(registryOfTopology, bundles, observationPartitions, Set.of());
  }

  StreamHarness(
      RegistryClient registryOfTopology,
      List<ServedBundle> bundles,
      int observationPartitions,
      Set<String> overlapping) {
    List<ServedBundle> counted = bundles.stream().map(this::counting).toList();
    StreamRules rules =
        new StreamRules(
            counted,
            List.of(),
            observationPartitions,
            new StreamRules.EventLimits(10_000, MAX_AHEAD, 5_000),
            new StreamRules.Batches(BATCH_SIZE, LINGER),
            new StreamRules.PendingLimits(
                100, 100_000, new BackgroundRegistry.Patience(Duration.ZERO, Duration.ZERO)),
            new StreamRules.Windows(
                Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofSeconds(30)),
            new StreamRules.Groups(GROUPS_INTERVAL, 1, overlapping));
    SerdeFactory serdes =
        SerdeFactory.of(registryOfTopology == null ? registry : registryOfTopology);
    Properties settings = new KafkaSettings(ServiceConfig.defaults()).streams();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, System.getProperty("java.io.tmpdir"));
    driver =
        new TopologyTestDriver(
            new SidereusTopology(
                    rules,
                    TOPICS,
                    StoreKind.MEMORY,
                    serdes,
                    meters,
                    partition -> CompletableFuture.completedFuture(0L),
                    watch(),
                    new MachineClock(() -> machineMs, System::nanoTime))
                .build(new StreamsConfig(settings)),
            settings,
            Instant.ofEpochSecond(1_000));
    observations =
        driver.createInputTopic(
            TOPICS.observations(), new ByteArraySerializer(), new ByteArraySerializer());
    posteriors =
        driver.createOutputTopic(
            TOPICS.objectPosteriors(),
            new ByteArrayDeserializer(),
            writer.valueSerde(ObjectPosterior.class).deserializer());
    groups =
        driver.createOutputTopic(
            TOPICS.groupPosteriors(),
            new ByteArrayDeserializer(),
            writer.valueSerde(GroupPosterior.class).deserializer());
    rejections =
        driver.createOutputTopic(
            TOPICS.rejections(),
            new ByteArrayDeserializer(),
            writer.valueSerde(Rejection.class).deserializer());
  }

  /** Clients of which only one thing is known: {@link #beforeCommit}. */
  private ClientWatch watch() {
    ClientWatch unknown = ClientWatch.unknown();
    return (ClientWatch)
        Proxy.newProxyInstance(
            ClientWatch.class.getClassLoader(),
            new Class<?>[] {ClientWatch.class},
            (self, method, arguments) ->
                method.getName().equals("mayInfer")
                    ? beforeCommit
                    : method.invoke(unknown, arguments));
  }

  static ServedBundle bundle(String name, String version, Inference inference) {
    Manifest manifest = Manifest.parse(LinearGaussianBundle.manifest(name, version));
    return ServedBundle.of(
        manifest, inference == null ? (rows, sharedFit) -> exact(rows) : inference);
  }

  private ServedBundle counting(ServedBundle bundle) {
    return new ServedBundle(
        bundle.manifest(),
        bundle.encoder(),
        (rows, sharedFit) -> {
          batches.add(rows.size());
          return bundle.inference().infer(rows, sharedFit);
        },
        bundle.combiner(),
        bundle.surveys());
  }

  /** The exact posteriors of the linear bundle. */
  static List<ObjectSummary> exact(List<float[]> rows) {
    double[][] covariance = LinearGaussianBundle.posteriorCovariance();
    int d = covariance.length;
    double[] flat = new double[d * d];
    for (int i = 0; i < d * d; i++) {
      flat[i] = covariance[i / d][i % d];
    }
    List<ObjectSummary> summaries = new ArrayList<>();
    for (float[] row : rows) {
      double[] y = new double[row.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = row[i];
      }
      summaries.add(
          new ObjectSummary(LinearGaussianBundle.posteriorMean(y), flat, new double[d][3], 512));
    }
    return summaries;
  }

  /** An observation of {@code y1} to {@code y4} at a time in seconds. */
  static Observation observation(String object, String group, double seconds, double... y) {
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 0; i < y.length; i++) {
      measurements.add(new Measurement("y" + (i + 1), y[i], null));
    }
    return Observation.newBuilder()
        .setSurvey("survey")
        .setObject(object)
        .setGroup(group)
        .setTime(Instant.ofEpochMilli(Math.round(1000 * seconds)))
        .setMeasurements(measurements)
        .build();
  }

  static Observation observation(String object, String group, double seconds) {
    return observation(object, group, seconds, 0.1, 0.2, 0.3, object.length() * 0.1);
  }

  void publish(Observation observation) {
    observations.pipeInput(
        observation.getObject().getBytes(StandardCharsets.UTF_8), bytes(observation));
  }

  byte[] bytes(Observation observation) {
    return writer
        .valueSerde(Observation.class)
        .serializer()
        .serialize(TOPICS.observations(), observation);
  }

  void publishEnd(double seconds) {
    publishEnd("survey", seconds);
  }

  void publishEnd(String survey, double seconds) {
    Observation end = observation("", null, seconds);
    end.setSurvey(survey);
    end.setKind(ObservationKind.END_OF_SURVEY);
    publish(end);
  }

  /** Lets time pass until all that waits has gone. */
  void settle() {
    driver.advanceWallClockTime(LINGER);
    driver.advanceWallClockTime(GROUPS_INTERVAL);
    driver.advanceWallClockTime(GROUPS_INTERVAL);
    // A call that lasts too long on a busy machine leaves the rest to the next ones.
    for (int i = 0; i < 10; i++) {
      driver.advanceWallClockTime(GROUPS_INTERVAL.dividedBy(10));
    }
  }

  /** Posteriors of groups since the last call, without those that were withdrawn. */
  List<GroupPosterior> readGroups() {
    return groups.readValuesToList().stream().filter(Objects::nonNull).toList();
  }

  /** The last posterior of a group for all time among those given. */
  static GroupPosterior lastForAllTime(List<GroupPosterior> posteriors, String group) {
    return posteriors.stream()
        .filter(one -> one.getWindowStart() == null && one.getGroup().equals(group))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  LedgerCounts ledger() {
    return meters.ledgerCounts().get(0);
  }

  @Override
  public void close() {
    driver.close();
  }
}
