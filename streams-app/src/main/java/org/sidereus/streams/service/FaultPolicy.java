package org.sidereus.streams.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.registry.RegistryException;
import org.sidereus.streams.brokers.ClockSetBackException;
import org.sidereus.streams.brokers.Refusals;
import org.sidereus.streams.topology.RegistryAbsentException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service does when a stream thread fails. It restarts the thread after the last
 * transaction, so nothing is lost or counted twice. It stops with the error if threads fail too
 * often, or if an operator must correct something.
 *
 * <p>The service waits without limit for brokers or a registry that do not respond, and for rights
 * that the brokers refuse: threads that fail for these reasons do not count.
 */
final class FaultPolicy implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FaultPolicy.class);
  private static final int MAX_FAULTS = 20;
  private static final Duration PERIOD = Duration.ofMinutes(5);

  /** What operating systems say of a disk that takes nothing. */
  private static final Pattern DISK =
      Pattern.compile("No space left|Read-only file system|quota exceeded|Input/output error");

  /** What operating systems say where a process has as many open files as it may. */
  private static final Pattern FILES = Pattern.compile("Too many open files");

  /** So long a thread that is refused something waits before another tries it again. */
  private static final Duration REFUSED = Duration.ofSeconds(1);

  /** What Kafka Streams says of a topic of its own with a wrong number of partitions. */
  private static final Pattern PARTITIONS =
      Pattern.compile(
          "internal topic (\\S+) has invalid partitions: expected: (\\d+); actual: (\\d+)");

  private final String applicationId;
  private final Refusals refusals;
  private final LongSupplier clockNs;
  private final Deque<Long> faults = new ArrayDeque<>();
  private @Nullable Throwable last;

  /**
   * A policy that has seen no failure.
   *
   * @param refusals where it enters what the brokers refuse
   * @param clockNs nanoseconds by a clock that is never set
   */
  FaultPolicy(String applicationId, Refusals refusals, LongSupplier clockNs) {
    this.applicationId = applicationId;
    this.refusals = refusals;
    this.clockNs = clockNs;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (isOf(failure, ClockSetBackException.class)) {
      LOG.debug("a stream thread is replaced, since the clock was set back", failure);
      Thread.currentThread().setUncaughtExceptionHandler((thread, again) -> {});
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    Optional<Refusals.Refusal> refusal = Refusals.in(failure, firstLine(failure));
    StreamThreadExceptionResponse response;
    if (refusal.isPresent()) {
      refusals.enter(refusal.get());
      pause();
      response = StreamThreadExceptionResponse.REPLACE_THREAD;
    } else {
      response = decide(failure);
    }
    if (response == StreamThreadExceptionResponse.REPLACE_THREAD) {
      // Kafka Streams throws the failure again, and the log has said it.
      Thread.currentThread().setUncaughtExceptionHandler((thread, again) -> {});
    }
    return response;
  }

  /** A refusal comes at once, unlike the end of a wait for brokers that do not respond. */
  private static void pause() {
    try {
      Thread.sleep(REFUSED.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized StreamThreadExceptionResponse decide(Throwable failure) {
    last = correction(failure).<Throwable>map(one -> one).orElseGet(() -> root(failure));
    if (isOf(failure, UnknownTopicOrPartitionException.class)) {
      LOG.warn(
          "the service restarts a stream thread: the brokers do not have a topic that it needs"
              + " ({}); if it was deleted, start the service again, which creates it",
          firstLine(failure));
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    if (isOutage(failure)) {
      LOG.warn(
          "the service restarts a stream thread: the broker or the registry does not respond: {}",
          last.toString());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    long now = clockNs.getAsLong();
    faults.addLast(now);
    while (now - faults.getFirst() > PERIOD.toNanos()) {
      faults.removeFirst();
    }
    boolean permanent =
        last instanceof Error
            || last instanceof SidereusException
            || (last instanceof RegistryException known && !known.isRetriable());
    if (permanent || faults.size() > MAX_FAULTS) {
      if (last instanceof SidereusException) {
        LOG.error("the service stops: {}", last.getMessage());
      } else {
        LOG.error("the service stops: {}", last.toString(), failure);
      }
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.warn("the service restarts a stream thread: {}", last.toString());
    LOG.debug("the cause of the restart", failure);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** The cause of the last failure; null: none. */
  synchronized @Nullable Throwable last() {
    return last;
  }

  /**
   * A client of Kafka throws these only after it has tried for the whole of its timeout. Brokers
   * that have just started may not know their topics yet; the {@link StreamWatchdog} ends the
   * service if a topic is gone for longer.
   */
  private static boolean isOutage(Throwable failure) {
    return isOf(failure, RegistryAbsentException.class)
        || isOf(failure, RetriableException.class)
        || isOf(failure, MissingSourceTopicException.class);
  }

  private static boolean isOf(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable at = failure; at != null && at != at.getCause(); at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  /** Kafka Streams often names the topic there. */
  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  /** What an operator must correct, where Kafka's exception says that much; empty: it does not. */
  private Optional<SidereusException> correction(Throwable failure) {
    if (isOf(failure, InconsistentGroupProtocolException.class)) {
      return Optional.of(
          new SidereusException(
              "another program is in the consumer group '%s', which is the application.id of this service; stop that program, or give it another group.id"
                  .formatted(applicationId),
              failure));
    }
    if (isOf(failure, FencedInstanceIdException.class)) {
      return Optional.of(
          new SidereusException(
              "another process of '%s' has the group.instance.id of this one; give each process its own group.instance.id and its own state.dir, also where its folder was copied. Nothing is lost"
                  .formatted(applicationId),
              failure));
    }
    if (isOf(failure, RecordTooLargeException.class)) {
      return Optional.of(
          new SidereusException(
              "the brokers refuse a record of this service as too large (%s); raise max.message.bytes of the topic: the log names the wanted value at the start. Nothing is lost"
                  .formatted(firstLine(failure)),
              failure));
    }
    Throwable cause = root(failure);
    Matcher partitions = PARTITIONS.matcher(String.valueOf(cause.getMessage()));
    if (partitions.find()) {
      return Optional.of(
          new SidereusException(
              "the topic '%s' of this service has %s partitions and should have %s: someone has added or removed some. Stop all instances, run 'sidereus reset' and start again, or start under another application.id"
                  .formatted(partitions.group(1), partitions.group(3), partitions.group(2)),
              failure));
    }
    if (FILES.matcher(String.valueOf(cause.getMessage())).find()) {
      return Optional.of(
          new SidereusException(
              "this process may not open more files (%s); raise its limit (ulimit -n, LimitNOFILE=, --ulimit nofile=). State and connections need some hundred and a few for each partition. Nothing is lost"
                  .formatted(cause.getMessage()),
              failure));
    }
    if (isOf(failure, ProcessorStateException.class)
        && DISK.matcher(String.valueOf(cause.getMessage())).find()) {
      return Optional.of(
          new SidereusException(
              "the state cannot be written (%s); make room, or give the right to write, in state.dir and start the service again. Nothing is lost"
                  .formatted(cause.getMessage()),
              failure));
    }
    return Optional.empty();
  }

  /** The causes of these add nothing for the reader. */
  private static boolean isFinal(Throwable failure) {
    return failure instanceof RegistryException || failure instanceof SidereusException;
  }

  private static Throwable root(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null && at.getCause() != at && !isFinal(at)) {
      at = at.getCause();
    }
    return at;
  }
}
