package org.sidereus.streams.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.registry.BackgroundRegistry;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.brokers.BrokerConnection;
import org.sidereus.streams.brokers.BrokerStatus;
import org.sidereus.streams.brokers.CommitTimes;
import org.sidereus.streams.brokers.MachineClock;
import org.sidereus.streams.brokers.Refusals;
import org.sidereus.streams.brokers.SteadyTime;
import org.sidereus.streams.brokers.StreamClients;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.config.StoreFiles;
import org.sidereus.streams.http.HttpEndpoints;
import org.sidereus.streams.ledger.ObservationLag;
import org.sidereus.streams.ledger.StreamMeters;
import org.sidereus.streams.topology.LocalGroups;
import org.sidereus.streams.topology.SidereusTopology;
import org.sidereus.streams.topology.StreamRules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance of the service: bundles, stream and HTTP endpoints, from start to close. */
public final class SidereusService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SidereusService.class);

  /** Supervisors kill a process some seconds after they asked it to stop. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

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
  private final BrokerConnection connection;
  private final StreamWatchdog watchdog;
  private final StateWatch stateWatch;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable SidereusException> endedBy = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private SidereusService(
      ServiceConfig config,
      OpenBundles bundles,
      Topology topology,
      StreamMeters meters,
      BrokerEndOffsets ends,
      BrokerConnection connection,
      CommitTimes commits,
      Refusals refusals,
      StreamClients clients,
      StoreOpenings openings,
      TopicPreparation.Prepared topics,
      KnownChangelogs known,
      KafkaStreams streams) {
    this.connection = connection;
    this.bundles = bundles;
    this.ends = ends;
    this.closing = closing(config);
    this.meters = meters;
    this.streams = streams;
    this.faults = new FaultPolicy(config.applicationId(), refusals, System::nanoTime);
    streams.setUncaughtExceptionHandler(faults);
    streams.setStateListener(
        (now, before) -> {
          report(now, before, config.topics().observations());
          if (now == State.ERROR || now == State.NOT_RUNNING) {
            ended.countDown();
          }
        });
    ObservationLag lag = new ObservationLag(meters, connection);
    this.http =
        HttpEndpoints.start(
            config,
            streams,
            topology.describe().toString(),
            meters,
            lag,
            new BrokerStatus(connection, commits, refusals, config.longestAbsence()),
            new LocalGroups(streams, bundles.combined()));
    this.watchdog =
        new StreamWatchdog(
            streams,
            clients,
            new ThreadProgress(streams::metrics, openings),
            connection,
            config.threads(),
            config.topics().observations(),
            topics.observations(),
            config.stallTimeout(),
            this::end);
    this.stateWatch = StateWatch.start(config, known, refusals, this::isReady, this::end);
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
    @Nullable BrokerConnection connection = null;
    try {
      TopicPreparation.Prepared topics = new TopicPreparation(config).prepare();
      SerdeFactory serdes = new RegistryPreparation(config).prepare();
      StatePreparation.Prepared state =
          new StatePreparation(config).prepare(bundles.combined(), topics);
      StreamMeters meters = new StreamMeters();
      KafkaSettings kafka =
          new KafkaSettings(config).withPartitions(topics.observations().partitions());
      Properties ofStreams = kafka.streams();
      StoreOpenings openings = new StoreOpenings(System::nanoTime);
      ofStreams.put(StoreFiles.ON_OPEN, (Runnable) openings::open);
      StreamsConfig settings = new StreamsConfig(ofStreams);
      ends = new BrokerEndOffsets(config);
      MachineClock clock = MachineClock.ofThisMachine();
      CommitTimes commits = new CommitTimes(clock.elapsedNs());
      StreamClients clients = new StreamClients(commits, clock, state.changelogs()::guarded);
      Refusals refusals = new Refusals(commits, clock.elapsedNs());
      List<String> internalTopics =
          new ArrayList<>(SidereusTopology.changelogs(config.applicationId()));
      internalTopics.add(SidereusTopology.repartitionTopic(config.applicationId()));
      connection =
          BrokerConnection.start(
              config, topics.observations().partitions(), internalTopics, refusals);
      connection.neverRead(state.skipped());
      ObservedClients watch =
          new ObservedClients(
              clients,
              config.topics().observations(),
              new UnpackingLimit(config.intake().maxObservationBytes() + REJECTION_OVERHEAD_BYTES),
              new ThreadCommits(
                  clock.elapsedNs(), config.commitInterval(), kafka.longestCommitInterval()),
              seenBy(connection));
      Topology topology =
          new SidereusTopology(
                  rules(config, bundles, topics),
                  config.topics(),
                  config.stateStore(),
                  serdes,
                  meters,
                  ends,
                  watch,
                  clock)
              .withSamplesTo(config.samplesTopic())
              .withGroupPartitions(state.groupPartitions())
              .build(settings);
      SteadyTime time = new SteadyTime(clock);
      streams = newStreams(config, ofStreams, topology, watch, time);
      SidereusService service =
          new SidereusService(
              config,
              bundles,
              topology,
              meters,
              ends,
              connection,
              commits,
              refusals,
              clients,
              openings,
              topics,
              state.changelogs(),
              streams);
      LOG.info(
          "bundles: {}; state in {}; Kafka cluster {}; '{}' has {} partitions",
          bundles.descriptions(),
          config.stateDir().toAbsolutePath(),
          state.cluster(),
          config.topics().observations(),
          topics.observations().partitions());
      start(config, streams);
      service.watchdog.start();
      return service;
    } catch (RuntimeException e) {
      if (streams != null) {
        streams.close(CLOSE_TIMEOUT);
      }
      if (ends != null) {
        ends.close();
      }
      if (connection != null) {
        connection.close();
      }
      bundles.close();
      throw e;
    }
  }

  private static ObservedClients.Brokers seenBy(BrokerConnection connection) {
    return new ObservedClients.Brokers() {
      @Override
      public boolean areAway() {
        return !connection.isConnected();
      }

      @Override
      public void memberIsGone(String memberId) {
        connection.leftMembers().add(memberId);
      }
    };
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
      ServiceConfig config,
      Properties settings,
      Topology topology,
      ObservedClients clients,
      SteadyTime time) {
    try {
      return new KafkaStreams(topology, settings, clients, time);
    } catch (ProcessorStateException e) {
      throw unreadable(config, e);
    } catch (StreamsException e) {
      Path folder = config.stateDir().toAbsolutePath();
      if (!Files.isWritable(folder)) {
        throw StatePreparation.unwritable(folder, "permission denied", e);
      }
      throw new SidereusException(
          "the stream cannot use its state in %s: %s; stop the instance that uses it, or give each one its own state.dir"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private static void start(ServiceConfig config, KafkaStreams streams) {
    try {
      streams.start();
    } catch (ProcessorStateException e) {
      throw unreadable(config, e);
    }
  }

  private static SidereusException unreadable(ServiceConfig config, ProcessorStateException e) {
    Path folder = config.stateDir().toAbsolutePath().resolve(config.applicationId());
    return new SidereusException(
        ("the state in %s cannot be opened: %s; check that this user can write there, or delete"
                + " the folder: the brokers have the state, too")
            .formatted(folder, SidereusException.describe(e)),
        e);
  }

  private static StreamRules rules(
      ServiceConfig config, OpenBundles bundles, TopicPreparation.Prepared topics) {
    int maxRejected =
        Math.min(
            config.intake().maxRejectionBytes(),
            Math.max(0, topics.maxRejectionBytes() - REJECTION_OVERHEAD_BYTES));
    return new StreamRules(
        bundles.served(),
        bundles.retired(),
        topics.observations().partitions(),
        new StreamRules.EventLimits(
            config.intake().maxObservationBytes(), config.intake().maxAhead(), maxRejected),
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
    SidereusException by = endedBy.get();
    if (by != null) {
      return Optional.of(by);
    }
    return streams.state() == State.ERROR || streams.state() == State.PENDING_ERROR
        ? Optional.ofNullable(faults.last())
        : Optional.empty();
  }

  private void report(State now, State before, String topic) {
    if (now == State.RUNNING) {
      LOG.info(
          "the stream is running on the partitions {} of '{}'", meters.ledgers().keySet(), topic);
    } else if (now == State.REBALANCING && before == State.RUNNING) {
      LOG.info("the stream takes its partitions anew and begins after the last commit of each");
    }
  }

  /** Ends the service with a failure; {@link #awaitEnd} returns it. */
  private void end(SidereusException failure) {
    if (endedBy.compareAndSet(null, failure)) {
      LOG.error("the service stops: {}", failure.getMessage());
      ended.countDown();
    }
  }

  /** Closes the instance, within some seconds also if the brokers are away. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    watchdog.close();
    report.close();
    http.close();
    boolean inOrder = streams.close(closing);
    ends.close();
    connection.close();
    stateWatch.close();
    if (inOrder) {
      bundles.close();
      LOG.info("the service has stopped; everything that was processed is committed");
    } else {
      // A thread may still use an engine, so the engines stay open until the process ends.
      LOG.warn(
          "the service has stopped without its last commit, since the stream did not end within"
              + " {} s; nothing is lost, the next start begins after the commit before",
          CLOSE_TIMEOUT.toSeconds());
    }
  }
}
