package org.sidereus.streams.topology;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.common.errors.InterruptException;
import org.sidereus.streams.ledger.StreamMeters;

/**
 * The times in which the registry is absent: events cannot be decoded, and are tried again after a
 * pause. For one thread.
 */
final class RegistryOutage {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final StreamMeters meters;
  private final int observationPartition;
  private final Duration patience;
  private long retryMs = Long.MIN_VALUE;

  /**
   * No outage yet.
   *
   * @param observationPartition the partition of the observations
   * @param patience longest time that {@link #hold} holds a partition
   */
  RegistryOutage(StreamMeters meters, int observationPartition, Duration patience) {
    this.meters = meters;
    this.observationPartition = observationPartition;
    this.patience = patience;
  }

  /** Decodes an event; empty: the registry is absent. */
  Optional<DecodedEvent> decode(
      ReceivedEvent event, Function<ReceivedEvent, DecodedEvent> decoder, long nowMs) {
    try {
      return Optional.of(decoder.apply(event));
    } catch (RegistryAbsentException e) {
      retryMs = nowMs + PAUSE.toMillis();
      meters.registryAbsent(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Whether the pause after the last failure is over. */
  boolean mayRetry(long nowMs) {
    return nowMs >= retryMs;
  }

  /**
   * Holds the partition until the registry is back.
   *
   * @param isBlocked whether the partition must still be held
   * @param retry tries again
   * @throws RegistryAbsentException if the registry is absent for too long
   */
  void hold(BooleanSupplier isBlocked, Runnable retry) {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (isBlocked.getAsBoolean()) {
      if (System.nanoTime() > deadlineNs) {
        throw new RegistryAbsentException(
            "the registry is absent and partition "
                + observationPartition
                + " has as many pending observations as are allowed; nothing is lost, the thread"
                + " begins anew");
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        throw new InterruptException("interrupted while waiting for the registry", e);
      }
      retry.run();
    }
  }
}
