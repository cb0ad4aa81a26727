package org.sidereus.streams.service;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.ThreadMetadata;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.brokers.BrokerConnection;
import org.sidereus.streams.brokers.ClockSteps;
import org.sidereus.streams.brokers.MachineClock;
import org.sidereus.streams.brokers.StreamClients;
import org.sidereus.streams.state.StateFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second whether the stream threads make progress, and helps those that do not.
 *
 * <ul>
 *   <li>A call of a producer that waits too long is ended; its thread is replaced.
 *   <li>Threads that have ended without a successor get one.
 *   <li>If a thread asks for no events and commits nothing for the stall time although the brokers
 *       respond, or has no successor, the service ends with {@link StalledException}.
 *   <li>If the clock of the machine was set back, all threads are replaced: the clients of Kafka
 *       would send no heartbeat, and a call that waits would not end, until the clock has caught
 *       up.
 *   <li>If partitions were added to the observations, the service ends: the objects have moved to
 *       other partitions, away from their state.
 *   <li>If the topic of the observations is gone, or was made anew, the service ends: the state
 *       follows the offsets of the old one.
 * </ul>
 */
final class StreamWatchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamWatchdog.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** The default of max.block.ms. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(60);

  /** Brokers that respond complete a call, or the coordinator of the transactions is not there. */
  private static final Duration LONGEST_CALL_WITH_BROKERS = Duration.ofSeconds(20);

  private static final int MAX_CALLS = 25;
  private static final Duration BEFORE_NEW_THREAD = Duration.ofSeconds(20);

  private final KafkaStreams streams;
  private final StreamClients clients;
  private final BrokerConnection connection;
  private final int threads;
  private final String topic;
  private final BrokerConnection.Topic observations;
  private final Duration stall;
  private final Consumer<SidereusException> end;
  private final ScheduledExecutorService clock;
  private final ClockSteps steps = new ClockSteps(MachineClock.ofThisMachine());
  private final ThreadProgress progress;
  private long fullSinceNs = System.nanoTime();

  /**
   * A watchdog that does not look yet.
   *
   * @param threads number of stream threads that there should be
   * @param topic name of the topic of the observations
   * @param observations what it was when the service started
   * @param stall time without progress after which the service ends
   * @param end ends the service
   */
  StreamWatchdog(
      KafkaStreams streams,
      StreamClients clients,
      ThreadProgress progress,
      BrokerConnection connection,
      int threads,
      String topic,
      BrokerConnection.Topic observations,
      Duration stall,
      Consumer<SidereusException> end) {
    this.streams = streams;
    this.progress = progress;
    this.clients = clients;
    this.connection = connection;
    this.threads = threads;
    this.topic = topic;
    this.observations = observations;
    this.stall = stall;
    this.end = end;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "stream-watchdog");
              thread.setDaemon(true);
              return thread;
            });
  }

  void start() {
    // look() logs its own failures.
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(
            this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      OptionalLong respondingSinceNs = connection.respondingSinceNs();
      replaceThreadsIfClockWasSetBack();
      endStuckCalls(respondingSinceNs);
      compareTopic();
      if (streams.state().isRunningOrRebalancing() && respondingSinceNs.isPresent()) {
        replaceMissingThreads(respondingSinceNs.getAsLong());
        stalled(respondingSinceNs.getAsLong()).ifPresent(end);
      } else {
        fullSinceNs = System.nanoTime();
      }
    } catch (RuntimeException e) {
      LOG.warn("the progress of the stream cannot be seen: {}", e.toString());
    }
  }

  private void endStuckCalls(OptionalLong respondingSinceNs) {
    List<String> ended =
        clients.closeStuckProducers(
            LONGEST_CALL, respondingSinceNs.orElse(Long.MAX_VALUE), LONGEST_CALL_WITH_BROKERS);
    if (!ended.isEmpty()) {
      LOG.debug("calls of producers were ended, since no broker completed them: {}", ended);
    }
  }

  private void compareTopic() {
    if (connection.isTopicGone()) {
      end.accept(
          new SidereusException(
              ("the topic '%s' is gone: it was deleted, or the brokers have lost their data. The"
                   + " objects that it had stay in their groups. To begin anew, create the topic,"
                   + " stop all instances and run 'sidereus reset'")
                  .formatted(topic)));
      return;
    }
    Optional<BrokerConnection.Topic> now = connection.topic();
    if (now.isPresent() && !now.get().id().equals(observations.id())) {
      end.accept(StateFormatException.otherTopic(topic));
    } else if (now.isPresent() && now.get().partitions() > observations.partitions()) {
      end.accept(partitionsAdded(topic, observations.partitions(), now.get().partitions()));
    }
  }

  static SidereusException partitionsAdded(String topic, int before, int now) {
    return new SidereusException(
        ("the topic '%s' has %d partitions now and had %d when the state of this service began: its"
                + " objects have moved to other partitions, away from their state. Let the stream"
                + " begin anew under another application.id")
            .formatted(topic, now, before));
  }

  private void replaceThreadsIfClockWasSetBack() {
    Duration step = steps.next();
    if (step.isZero() || !streams.state().isRunningOrRebalancing()) {
      return;
    }
    if (!step.isNegative()) {
      LOG.warn(
          "the clock of the machine was set forward by {} s, or the machine was suspended",
          step.toSeconds());
      return;
    }
    LOG.warn(
        "the clock of the machine was set back by {} s; the service replaces its stream threads",
        step.negated().toSeconds());
    // Kafka Streams could remove them, but such a thread ends its rebalance first, and may not be
    // able to.
    clients.wakeConsumers();
  }

  private void replaceMissingThreads(long respondingSinceNs) {
    long nowNs = System.nanoTime();
    int live = streams.metadataForLocalThreads().size();
    if (live >= threads) {
      fullSinceNs = nowNs;
    } else if (nowNs - Math.max(fullSinceNs, respondingSinceNs) > BEFORE_NEW_THREAD.toNanos()) {
      LOG.warn("{} of {} stream threads are left; the service starts another", live, threads);
      fullSinceNs = nowNs;
      streams.addStreamThread();
    }
  }

  /** The thread that has stalled for the longest time, if it is too long. */
  private Optional<SidereusException> stalled(long respondingSinceNs) {
    long nowNs = System.nanoTime();
    Set<ThreadMetadata> live = streams.metadataForLocalThreads();
    progress.keepOnly(live.stream().map(ThreadMetadata::threadName).toList());
    for (ThreadMetadata thread : live) {
      long progressNs = progress.look(thread.threadName(), thread.consumerClientId(), nowNs);
      Duration since = Duration.ofNanos(nowNs - Math.max(progressNs, respondingSinceNs));
      if (since.compareTo(stall) > 0) {
        LOG.warn("the stream thread {} is at {}", thread.threadName(), place(thread.threadName()));
        return Optional.of(
            new StalledException(
                ("the stream thread %s makes no progress for %d s although the brokers respond;"
                        + " nothing is lost, a new process begins after the last commit")
                    .formatted(thread.threadName(), since.toSeconds())));
      }
    }
    return Optional.empty();
  }

  /** Where a thread is, in one line, the innermost call first; empty: no such thread lives. */
  static String place(String threadName) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(one -> one.getKey().getName().equals(threadName))
        .flatMap(one -> Arrays.stream(one.getValue()))
        .limit(MAX_CALLS)
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" < "));
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
