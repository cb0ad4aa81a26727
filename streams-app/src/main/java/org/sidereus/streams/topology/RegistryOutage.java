package org.sidereus.streams.topology;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.sidereus.streams.ledger.StreamMeters;

/**
 * The schemas that the registry does not give now: their events cannot be decoded, and are tried
 * again after a pause. Events of other schemas go on. For one thread.
 */
final class RegistryOutage {
  private static final long FIRST_PAUSE_MS = 20;
  private static final long LONGEST_PAUSE_MS = 1_000;

  /** Schemas that are remembered as known, at most. */
  private static final int MOST_KNOWN = 10_000;

  /** A registry that responds looks a schema up in less. */
  private static final long USUAL_LOOK_UP_MS = 1_000;

  /** When to try again, how long to wait if that fails, too, and when the first try was. */
  private record Retry(long atMs, long pauseMs, long sinceMs) {}

  private final StreamMeters meters;
  private final Map<Integer, Retry> retries = new HashMap<>();

  /** Schemas for which a decoder was through: they need no look-up. */
  private final Set<Integer> known = new HashSet<>();

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
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      known.add(schema);
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

  /**
   * Has the schema of an event looked up that waits for something else, too: all that it waits for
   * comes at the same time, not one after the other. The event is decoded once for each schema at
   * most.
   *
   * @param decoder decodes the event and changes nothing
   * @return whether the schema is known, or known not to be
   */
  boolean lookUp(ReceivedEvent event, Supplier<DecodedEvent> decoder, long nowMs) {
    return known.contains(event.schemaId()) || decode(event, decoder, nowMs).isPresent();
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
