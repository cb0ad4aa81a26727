package org.sidereus.streams.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.http.HttpEndpoints;
import org.sidereus.streams.ledger.ObservationLag;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.LocalGroups;
import org.sidereus.streams.topology.SidereusTopology;
import org.sidereus.streams.topology.StreamRules;

/** One instance of the service: bundles, stream and HTTP endpoints, from start to close. */
public final class SidereusService implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /** Less than the transaction timeout, so that the transaction is still valid afterwards. */
  private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(15);

  /** Bytes that a rejection needs beside the original value: key, names, detail. */
  private static final int REJECTION_OVERHEAD_BYTES = 64 * 1024;

  private final OpenBundles bundles;
  private final KafkaStreams streams;
  private final StreamMeters meters;
  private final HttpEndpoints http;
  private final LedgerReport report;
  private final BrokerEndOffsets ends;
  private final CloseOptions closing;
  private final FaultPolicy faults;
  private final CountDownLatch ended = new CountDownLatch(1);

  private SidereusService(
      ServiceConfig config,
      OpenBundles bundles,
      Topology topology,
      StreamMeters meters,
      BrokerEndOffsets ends,
      KafkaStreams streams) {
    this.bundles = bundles;
    this.ends = ends;
    this.closing = closing(config);
    this.meters = meters;
    this.streams = streams;
    this.faults = new FaultPolicy(System::nanoTime);
    streams.setUncaughtExceptionHandler(faults);
    streams.setStateListener(
        (now, before) -> {
          if (now == State.ERROR || now == State.NOT_RUNNING) {
            ended.countDown();
          }
        });
    ObservationLag lag = new ObservationLag(streams, config.topics().observations());
    this.http =
        HttpEndpoints.start(
            config,
            streams,
            topology.describe().toString(),
            meters,
            lag,
            new LocalGroups(streams, bundles.combined()));
    this.report = LedgerReport.every(config.reportInterval(), meters, lag, config.topics());
  }

  /**
   * Starts an instance.
   *
   * @param config the configuration
   * @param bundles the bundles that infer; the service closes them, also if it does not start
   * @throws SidereusException if brokers, registry or port are not available
   */
  public static SidereusService start(ServiceConfig config, OpenBundles bundles) {
    @Nullable KafkaStreams streams = null;
    @Nullable BrokerEndOffsets ends = null;
    try {
      TopicPreparation.Prepared topics = new TopicPreparation(config).prepare();
      SerdeFactory serdes = new RegistryPreparation(config).prepare();
      StreamMeters meters = new StreamMeters();
      StreamsConfig settings = new StreamsConfig(new KafkaSettings(config).streams());
      ends = new BrokerEndOffsets(config);
      Topology topology =
          new SidereusTopology(
                  rules(config, bundles, topics),
                  config.topics(),
                  config.stateStore(),
                  serdes,
                  meters,
                  ends)
              .build(settings);
      new StatePreparation(config).prepare(bundles.combined());
      streams = newStreams(config, topology, settings);
      SidereusService service =
          new SidereusService(config, bundles, topology, meters, ends, streams);
      streams.start();
      return service;
    } catch (RuntimeException e) {
      if (streams != null) {
        streams.close(CLOSE_TIMEOUT);
      }
      if (ends != null) {
        ends.close();
      }
      bundles.close();
      throw e;
    }
  }

  /**
   * A named instance stays a member of the group, because it restarts under its name. The
   * partitions of any other instance go to the remaining instances at once.
   */
  private static CloseOptions closing(ServiceConfig config) {
    return CloseOptions.timeout(CLOSE_TIMEOUT)
        .withGroupMembershipOperation(
            config.instanceId().isEmpty()
                ? GroupMembershipOperation.LEAVE_GROUP
                : GroupMembershipOperation.REMAIN_IN_GROUP);
  }

  private static KafkaStreams newStreams(
      ServiceConfig config, Topology topology, StreamsConfig settings) {
    try {
      return new KafkaStreams(topology, settings);
    } catch (StreamsException e) {
      throw new SidereusException(
          "the stream cannot use its state in %s: %s; stop the instance that uses it, or give each one its own state.dir"
              .formatted(config.stateDir(), e.getMessage()),
          e);
    }
  }

  private static StreamRules rules(
      ServiceConfig config, OpenBundles bundles, TopicPreparation.Prepared topics) {
    int maxRejected =
        Math.min(
            config.maxRejectionBytes(),
            Math.max(0, topics.maxRejectionBytes() - REJECTION_OVERHEAD_BYTES));
    return new StreamRules(
        bundles.served(),
        bundles.retired(),
        topics.partitions(),
        new StreamRules.EventLimits(config.maxObservationBytes(), config.maxAhead(), maxRejected),
        new StreamRules.Batches(config.batchSize(), config.batchLinger()),
        new StreamRules.PendingLimits(
            config.maxPending(), config.maxPendingBytes(), REGISTRY_PATIENCE),
        new StreamRules.Windows(config.windowSize(), config.windowGrace(), config.windowIdle()),
        config.groupsInterval(),
        config.overlappingSurveys());
  }

  /** Whether the instance has its partitions and processes them. */
  public boolean isReady() {
    return streams.state() == State.RUNNING;
  }

  /** The meters of the processors of this instance. */
  public StreamMeters meters() {
    return meters;
  }

  /** Root of the HTTP endpoints. */
  public String url() {
    return http.url();
  }

  /**
   * Waits until the instance is ready.
   *
   * @return whether it is ready; false after the given time, or if the stream has ended
   */
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > deadlineNs || ended.getCount() == 0) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  /**
   * Waits until the stream has ended.
   *
   * @return the failure that ended it; empty: it was closed
   */
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    ended.await();
    return streams.state() == State.ERROR || streams.state() == State.PENDING_ERROR
        ? Optional.ofNullable(faults.last())
        : Optional.empty();
  }

  @Override
  public void close() {
    report.close();
    http.close();
    streams.close(closing);
    ends.close();
    bundles.close();
  }
}
