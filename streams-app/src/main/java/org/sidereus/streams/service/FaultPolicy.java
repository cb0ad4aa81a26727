package org.sidereus.streams.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.registry.RegistryException;
import org.sidereus.streams.topology.RegistryAbsentException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service does when a stream thread fails. It restarts the thread after the last
 * transaction, so nothing is lost or counted twice. It stops with the error if threads fail too
 * often, or if an operator must correct something.
 *
 * <p>The service waits without limit for brokers or a registry that do not respond: threads that
 * fail for this reason do not count.
 */
final class FaultPolicy implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FaultPolicy.class);
  private static final int MAX_FAULTS = 20;
  private static final Duration PERIOD = Duration.ofMinutes(5);

  private final LongSupplier clockNs;
  private final Deque<Long> faults = new ArrayDeque<>();
  private @Nullable Throwable last;

  FaultPolicy(LongSupplier clockNs) {
    this.clockNs = clockNs;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
    last = root(failure);
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

  /** A client of Kafka throws these only after it has tried for the whole of its timeout. */
  private static boolean isOutage(Throwable failure) {
    for (Throwable at = failure; at != null && at != at.getCause(); at = at.getCause()) {
      if (at instanceof RegistryAbsentException || at instanceof RetriableException) {
        return true;
      }
    }
    return false;
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
