package org.sidereus.streams.service;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.brokers.MachineClock;
import org.sidereus.streams.brokers.Refusals;
import org.sidereus.streams.brokers.RenewedAdmin;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.state.StateFormatException;
import org.sidereus.streams.topology.SidereusTopology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the state of a running service and its topics, once a minute or more often: enters
 * that the folder on this machine is in use, warns of settings of topics that someone has changed,
 * and ends the service if brokers have removed records of the changelogs, or one of these topics.
 */
final class StateWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateWatch.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final Duration OF_CHANGELOGS = Duration.ofSeconds(10);

  /** A refusal stands for little longer. */
  private static final Duration OF_TOPICS = Duration.ofSeconds(4);

  /** Where the brokers have offsets and transactions. */
  private static final List<String> OF_BROKERS =
      List.of("__consumer_offsets", "__transaction_state");

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final LocalState local;
  private final Admin admin;
  private final Changelogs changelogs;
  private final TopicPreparation topics;
  private final List<String> changelogTopics;
  private final KnownChangelogs known;
  private final StatePreparation preparation;
  private final WritableTopics writable;
  private final Refusals refusals;
  private final BooleanSupplier running;
  private final Consumer<SidereusException> end;
  private final ScheduledExecutorService clock;
  private volatile boolean used;

  /** What was said of topics. */
  private Set<String> told = Set.of();

  /** The ids of changelogs that are stored. */
  private Map<String, String> stored = Map.of();

  /** The changelogs that were missing at the last look. */
  private Set<String> missing = Set.of();

  private StateWatch(
      ServiceConfig config,
      KnownChangelogs known,
      Refusals refusals,
      BooleanSupplier running,
      Consumer<SidereusException> end) {
    KafkaSettings settings = new KafkaSettings(config);
    this.local = new LocalState(config, Instant::now);
    this.admin = RenewedAdmin.of(settings.admin(), MachineClock.ofThisMachine());
    this.changelogs = new Changelogs(admin, config.bootstrapServers(), settings.commandConfig());
    this.topics = new TopicPreparation(config);
    this.changelogTopics = SidereusTopology.changelogs(config.applicationId());
    this.known = known;
    this.preparation = new StatePreparation(config);
    this.writable = new WritableTopics(admin, results(config), others(config));
    this.refusals = refusals;
    this.running = running;
    this.end = end;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "state-watch");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Looks until it is closed.
   *
   * @param known the changelogs that are known
   * @param refusals where it enters topics that take no records
   * @param running whether the stream has restored its state and works on
   * @param end ends the service
   */
  static StateWatch start(
      ServiceConfig config,
      KnownChangelogs known,
      Refusals refusals,
      BooleanSupplier running,
      Consumer<SidereusException> end) {
    StateWatch watch = new StateWatch(config, known, refusals, running, end);
    watch.clock.execute(watch::remember);
    watch.every(PERIOD, watch::look);
    watch.every(OF_CHANGELOGS, watch::lookAtChangelogs);
    watch.every(OF_TOPICS, watch::lookAtTopics);
    return watch;
  }

  /** Looks again and again; a look logs its own failures. */
  private void every(Duration period, Runnable look) {
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(
            look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static List<String> results(ServiceConfig config) {
    List<String> topics =
        new ArrayList<>(
            List.of(
                config.topics().objectPosteriors(),
                config.topics().groupPosteriors(),
                config.topics().rejections()));
    config.samplesTopic().ifPresent(topics::add);
    return topics;
  }

  /** Further topics that this service writes, and those in which brokers enter its commits. */
  private static List<String> others(ServiceConfig config) {
    List<String> topics = new ArrayList<>(OF_BROKERS);
    topics.add(SidereusTopology.repartitionTopic(config.applicationId()));
    topics.addAll(SidereusTopology.changelogs(config.applicationId()));
    return topics;
  }

  /** Enters what the preparation has just said. */
  private void remember() {
    try {
      writable.readSettings();
      told = differences();
    } catch (RuntimeException e) {
      LOG.debug("the topics cannot be looked at now", e);
    }
  }

  private void look() {
    try {
      if (running.getAsBoolean()) {
        used = true;
        local.use();
      }
    } catch (IOException e) {
      LOG.debug("the use of the state cannot be entered", e);
    }
    try {
      writable.readSettings();
      SortedSet<String> now = differences();
      now.stream().filter(one -> !told.contains(one)).forEach(one -> LOG.warn("{}", one));
      told = now;
      changelogs.requireWhole(changelogs.partitions(changelogTopics));
    } catch (StateFormatException e) {
      end.accept(e);
    } catch (RuntimeException e) {
      LOG.debug("the topics cannot be looked at now", e);
    }
  }

  private void lookAtTopics() {
    try {
      writable.lacking().ifPresent(refusals::enter);
    } catch (RuntimeException e) {
      LOG.debug("the topics of results cannot be looked at now", e);
    }
  }

  /** A broker that has just started may not know its topics yet, so two looks must agree. */
  private void lookAtChangelogs() {
    try {
      Map<String, String> ids = changelogs.ids(changelogTopics);
      known.see(ids);
      SortedSet<String> gone = known.missingFrom(ids.keySet());
      if (!gone.isEmpty() && gone.equals(missing)) {
        throw StateFormatException.lost(gone);
      }
      missing = gone;
      if (running.getAsBoolean() && !ids.equals(stored)) {
        preparation.storeChangelogs(ids);
        stored = ids;
      }
    } catch (StateFormatException e) {
      end.accept(e);
    } catch (RuntimeException e) {
      LOG.debug("the changelogs cannot be looked at now", e);
    }
  }

  /** How topics and changelogs differ from what they should be. */
  private SortedSet<String> differences() {
    SortedSet<String> differences = topics.differences(admin);
    changelogs
        .settings(changelogs.partitions(changelogTopics).keySet())
        .ifPresent(settings -> differences.addAll(settings.differences()));
    return differences;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    admin.close(CLOSE_TIMEOUT);
    try {
      if (used) {
        local.use();
      }
    } catch (IOException e) {
      LOG.debug("the last use of the state cannot be entered", e);
    }
  }
}
