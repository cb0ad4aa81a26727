package org.sidereus.streams.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.registry.RegistryException;
import org.sidereus.streams.topology.RegistryAbsentException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies: a new thread takes its place and begins after the last
 * transaction, so nothing is lost or counted twice. If that happens too often, or someone must mend
 * something, the service stops with the error.
 *
 * <p>Brokers or a registry that are away are waited for as long as it takes: threads that die of
 * that are not counted.
 */
final class FaultPolicy implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FaultPolicy.class);
  private static final int MAX_FAULTS = 20;
  private static final Duration PERIOD = Duration.ofMinutes(5);

  private final LongSupplier clockNs;
  private final Deque<Long> faults = new ArrayDeque<>();
  private Throwable last;

  FaultPolicy(LongSupplier clockNs) {
    this.clockNs = clockNs;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable fault) {
    last = root(fault);
    if (isOutage(fault)) {
      LOG.warn("a stream thread is replaced, since something is away: {}", last.toString());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    long now = clockNs.getAsLong();
    faults.addLast(now);
    while (now - faults.getFirst() > PERIOD.toNanos()) {
      faults.removeFirst();
    }
    boolean hopeless =
        last instanceof Error
            || last instanceof SidereusException
            || last instanceof RegistryException known && !known.isRetriable();
    if (hopeless || faults.size() > MAX_FAULTS) {
      if (last instanceof SidereusException) {
        LOG.error("the stream stops: {}", last.getMessage());
      } else {
        LOG.error("the stream stops: {}", last.toString(), fault);
      }
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.warn("a stream thread is replaced: {}", last.toString());
    LOG.debug("the fault of the thread", fault);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** The last fault; null: none. */
  synchronized Throwable last() {
    return last;
  }

  /** A client of Kafka gives up by these only after it has tried for its timeout. */
  private static boolean isOutage(Throwable fault) {
    for (Throwable at = fault; at != null && at != at.getCause(); at = at.getCause()) {
      if (at instanceof RegistryAbsentException || at instanceof RetriableException) {
        return true;
      }
    }
    return false;
  }

  /** The causes of these add nothing for the reader. */
  private static boolean isFinal(Throwable fault) {
    return fault instanceof RegistryException || fault instanceof SidereusException;
  }

  private static Throwable root(Throwable fault) {
    Throwable at = fault;
    while (at.getCause() != null && at.getCause() != at && !isFinal(at)) {
      at = at.getCause();
    }
    return at;
  }
}
