package org.sidereus.streams.topology;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.sidereus.streams.ledger.StreamMeters;

/**
 * The schemas that the registry does not give now: their events cannot be decoded, and are tried
 * again after a pause. Events of other schemas go on. For one thread.
 */
final class RegistryOutage {
  private static final long FIRST_PAUSE_MS = 20;
  private static final long LONGEST_PAUSE_MS = 1_000;

  /** A registry that responds looks a schema up in less. */
  private static final long USUAL_LOOK_UP_MS = 1_000;

  /** When to try again, how long to wait if that fails, too, and when the first try was. */
  private record Retry(long atMs, long pauseMs, long sinceMs) {}

  private final StreamMeters meters;
  private final Map<Integer, Retry> retries = new HashMap<>();

  RegistryOutage(StreamMeters meters) {
    this.meters = meters;
  }

  /** Decodes an event; empty: its schema is not known now, and it must wait. */
  Optional<DecodedEvent> decode(ReceivedEvent event, Supplier<DecodedEvent> decoder, long nowMs) {
    int schema = event.schemaId();
    Retry before = retries.get(schema);
    if (before != null && nowMs < before.atMs()) {
      return Optional.empty();
    }
    try {
      DecodedEvent decoded = decoder.get();
      retries.remove(schema);
      return Optional.of(decoded);
    } catch (RegistryAbsentException e) {
      long pauseMs = before == null ? FIRST_PAUSE_MS : before.pauseMs();
      long sinceMs = before == null ? nowMs : before.sinceMs();
      retries.put(
          schema, new Retry(nowMs + pauseMs, Math.min(2 * pauseMs, LONGEST_PAUSE_MS), sinceMs));
      if (nowMs - sinceMs >= USUAL_LOOK_UP_MS) {
        meters.registryAbsent(String.valueOf(e.getMessage()), event.place());
      }
      return Optional.empty();
    }
  }

  /** Whether the pause of some schema is over. */
  boolean mayRetry(long nowMs) {
    return retries.isEmpty() || retries.values().stream().anyMatch(one -> nowMs >= one.atMs());
  }

  /** No event waits any more. */
  void end() {
    retries.clear();
  }
}
