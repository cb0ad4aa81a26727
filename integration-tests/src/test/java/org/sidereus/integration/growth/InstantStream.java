package org.sidereus.integration.growth;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.schemas.registry.BackgroundRegistry;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.brokers.MachineClock;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.config.StoreKind;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.ClientWatch;
import org.sidereus.streams.topology.Inference;
import org.sidereus.streams.topology.ServedBundle;
import org.sidereus.streams.topology.SidereusTopology;
import org.sidereus.streams.topology.StreamRules;

/**
 * The stream of the service with an engine that returns at once: it gives posteriors of the shipped
 * bundle, always the same few in turn.
 */
final class InstantStream implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(10);
  private static final int POSTERIORS = 32;

  private final KafkaStreams streams;
  private final StreamMeters meters;
  private final AtomicLong restored = new AtomicLong();
  private final AtomicLong restoreStartNs = new AtomicLong();
  private final AtomicLong restoreEndNs = new AtomicLong();
  private final double startSeconds;

  private InstantStream(KafkaStreams streams, StreamMeters meters) throws InterruptedException {
    this.streams = streams;
    this.meters = meters;
    streams.setGlobalStateRestoreListener(new Counter());
    long startNs = System.nanoTime();
    streams.start();
    while (streams.state() != KafkaStreams.State.RUNNING) {
      if (System.nanoTime() - startNs > START_TIMEOUT.toNanos()) {
        throw new AssertionError("the stream is " + streams.state());
      }
      Thread.sleep(50);
    }
    startSeconds = 1e-9 * (System.nanoTime() - startNs);
  }

  /** Starts the stream and waits until it runs. */
  static InstantStream start(ServiceKeys keys, Inference inference) throws InterruptedException {
    ServiceConfig config = ServiceConfig.of(keys.values());
    StreamMeters meters = new StreamMeters();
    StreamRules rules =
        new StreamRules(
            List.of(
                ServedBundle.of(
                    bundle().manifest(),
                    inference,
                    config.groups().combination(),
                    config.groups().flaggedObjects())),
            List.of(),
            keys.partitions(),
            new StreamRules.EventLimits(
                config.intake().maxObservationBytes(),
                config.intake().maxAhead(),
                config.intake().maxRejectionBytes()),
            new StreamRules.Batches(config.intake().batchSize(), config.intake().batchLinger()),
            new StreamRules.PendingLimits(
                config.intake().maxPending(),
                config.intake().maxPendingBytes(),
                new BackgroundRegistry.Patience(
                    config.intake().unknownSchemaWait(), config.intake().failingSchemaWait())),
            new StreamRules.Windows(
                config.groups().windowSize(),
                config.groups().windowGrace(),
                config.groups().windowIdle()),
            new StreamRules.Groups(
                config.groups().interval(),
                config.groups().share(),
                config.groups().overlappingSurveys()));
    StreamsConfig settings = new StreamsConfig(new KafkaSettings(config).streams());
    SidereusTopology topology =
        new SidereusTopology(
            rules,
            config.topics(),
            StoreKind.ROCKSDB,
            SerdeFactory.of(
                Map.of("schema.registry.url", keys.values().get("schema.registry.url"))),
            meters,
            partition -> new CompletableFuture<>(),
            ClientWatch.unknown(),
            MachineClock.ofThisMachine());
    return new InstantStream(new KafkaStreams(topology.build(settings), settings), meters);
  }

  private static Bundle bundle() {
    return Bundle.load(BundleLocator.ofInstallation().locate("gce-tng"));
  }

  /** Real posteriors, in turn. */
  static Inference realPosteriorsInTurn() {
    List<ObjectSummary> posteriors = posteriors();
    AtomicLong next = new AtomicLong();
    return (rows, sharedFit) -> {
      List<ObjectSummary> summaries = new ArrayList<>(rows.size());
      for (int i = 0; i < rows.size(); i++) {
        summaries.add(posteriors.get((int) (next.getAndIncrement() % posteriors.size())));
      }
      return summaries;
    };
  }

  private static List<ObjectSummary> posteriors() {
    Bundle bundle = bundle();
    FeatureEncoder encoder = new FeatureEncoder(bundle.manifest());
    List<float[]> rows = new ArrayList<>();
    for (DemoSurvey.Row row : DemoSurvey.first(POSTERIORS).rows()) {
      Map<String, Measurement> measured = new HashMap<>();
      row.values()
          .forEach(
              (name, value) -> measured.put(name, new Measurement(value, row.errors().get(name))));
      rows.add(((Encoding.Row) encoder.encode(measured)).features());
    }
    try (PosteriorEngine engine =
        PosteriorEngine.open(bundle, EngineOptions.defaults().withIntraOpThreads(1))) {
      return List.copyOf(engine.infer(rows));
    }
  }

  StreamMeters meters() {
    return meters;
  }

  /** Seconds from the start until every partition was there. */
  double startSeconds() {
    return startSeconds;
  }

  /** Records that were restored from changelogs at the start. */
  long restored() {
    return restored.get();
  }

  /** Seconds from the start of the first restoration to the end of the last. */
  double restoreSeconds() {
    return 1e-9 * (restoreEndNs.get() - restoreStartNs.get());
  }

  /** Local state of the stream. */
  static Path stateOf(ServiceKeys keys) {
    return Path.of(keys.values().get("state.dir"));
  }

  @Override
  public void close() {
    streams.close(
        CloseOptions.timeout(Duration.ofMinutes(1))
            .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
  }

  private final class Counter implements StateRestoreListener {
    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
      restoreStartNs.compareAndSet(0, System.nanoTime());
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long end, long records) {
      restored.addAndGet(records);
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
      restoreEndNs.set(System.nanoTime());
    }
  }
}
