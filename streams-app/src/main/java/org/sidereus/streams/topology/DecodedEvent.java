package org.sidereus.streams.topology;

import java.util.List;
import java.util.Optional;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.RejectionReason;

/** What the bytes of an event turn out to be. */
sealed interface DecodedEvent {

  /**
   * An observation.
   *
   * @param questions the bundles that can answer it
   * @param refusals the bundles that were asked but cannot
   */
  record Readable(Observation observation, List<Question> questions, List<Refusal> refusals)
      implements DecodedEvent {
    int asked() {
      return questions.size() + refusals.size();
    }
  }

  /** The marker at the end of a replay: every window that ends at or before its time closes. */
  record Marker(long timeMs) implements DecodedEvent {}

  /**
   * No observation that could be answered.
   *
   * @param observation what was read nevertheless
   */
  record Unreadable(Refusal refusal, Optional<Observation> observation) implements DecodedEvent {}

  /**
   * An observation in the form of a bundle's input.
   *
   * @param bundle position of the bundle in the list of those that are served
   * @param row the bundle's features
   * @param visits the visits that the row combines; empty: it is of one observation
   */
  record Question(int bundle, float[] row, Optional<IntakeVisits.Combined> visits) {
    /** A question about one observation. */
    Question(int bundle, float[] row) {
      this(bundle, row, Optional.empty());
    }
  }

  /** Why there will be no answer. */
  record Refusal(RejectionReason reason, String detail) {}
}
