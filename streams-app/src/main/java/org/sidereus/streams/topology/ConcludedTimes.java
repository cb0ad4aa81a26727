package org.sidereus.streams.topology;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.topology.PendingObservations.Waiting;

/**
 * Moves the event times of the surveys of a partition on as observations are concluded. A time does
 * not pass an earlier event that still waits. For one thread.
 */
final class ConcludedTimes {
  private final PendingObservations pending;
  private final HeldTimes held;
  private final Ledger ledger;
  private final SurveyTimes surveys;
  private final LongSupplier clockMs;

  ConcludedTimes(
      PendingObservations pending,
      HeldTimes held,
      Ledger ledger,
      SurveyTimes surveys,
      LongSupplier clockMs) {
    this.pending = pending;
    this.held = held;
    this.ledger = ledger;
    this.surveys = surveys;
    this.clockMs = clockMs;
  }

  /** An event is concluded: times that it has held are free. */
  void resolve(Waiting one) {
    if (pending.resolve(one)) {
      held.release(one.number(), pending.unresolvedBefore(one.number()))
          .forEach((survey, timeMs) -> observed(survey, timeMs, 0));
      surveys.store();
    }
  }

  /**
   * The survey of an observation goes on, also by one without a group, unless an earlier event
   * still waits.
   */
  void advance(Waiting one, Observation observation) {
    if (observation.getDated()) {
      long timeMs = observation.getTime().toEpochMilli();
      OptionalLong holder = pending.unresolvedBefore(one.number());
      if (holder.isPresent()) {
        held.hold(holder.getAsLong(), observation.getSurvey(), timeMs);
      } else {
        observed(observation.getSurvey(), timeMs, one.event().timestampMs());
      }
    }
  }

  private void observed(String survey, long timeMs, long timestampMs) {
    ledger.advance(timeMs);
    surveys.observed(survey, timeMs, Math.max(0, Math.min(timestampMs, clockMs.getAsLong())));
  }

  /** Writes what is held to the store if it has changed. */
  void store() {
    held.store();
  }
}
